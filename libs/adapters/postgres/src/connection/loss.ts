import { BusyError } from '@sightline/contracts';

/** SQLSTATE classes of a server that is not there (08), is going down or coming up (57P), or has no room (53). */
const STATES = /^(08|57P|53)/;
const SYSTEM = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EHOSTUNREACH']);
/** What the driver says without a code when the socket closes under a statement or nobody answers. */
const DRIVER = /^(Connection terminated|Client has encountered a connection error|timeout exceeded when trying to connect)/;

/** Whether a statement failed because PostgreSQL was not there: the same may succeed later. */
export function isLoss(error: unknown): boolean {
  const { code, message } = error as { code?: unknown; message?: unknown };
  return (typeof code === 'string' && (STATES.test(code) || SYSTEM.has(code))) || (typeof message === 'string' && DRIVER.test(message));
}

/** A lost connection as what it means to a caller: try again. Anything else stays what it is. */
export function asBusy(cause: unknown): unknown {
  return isLoss(cause) ? new BusyError('database-away', 'the database does not answer; try again', { retryAfterSeconds: 2, cause }) : cause;
}
