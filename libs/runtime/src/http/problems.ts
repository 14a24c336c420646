import type { ArgumentsHost, ExceptionFilter } from '@nestjs/common';
import { Catch, HttpException } from '@nestjs/common';
import { BusyError, InputError, SightlineError } from '@sightline/contracts';
import type { FastifyReply } from 'fastify';
import type { Logger } from '../logging/logger';

/** An RFC 9457 problem document. `code` is stable; details differ by code. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: string;
  readonly retriable: boolean;
  readonly [detail: string]: unknown;
}

export const PROBLEM_TYPE = 'application/problem+json; charset=utf-8';

const TITLES: Readonly<Record<number, string>> = {
  400: 'Bad request',
  401: 'Not signed in',
  403: 'Not allowed',
  404: 'Not found',
  405: 'Method not allowed',
  408: 'Request timeout',
  409: 'Conflict',
  413: 'Too large',
  415: 'Unsupported media type',
  422: 'Cannot be processed',
  414: 'Address too long',
  429: 'Too many requests',
  431: 'Headers too large',
  500: 'Internal error',
  503: 'Not available now',
};

/** What the server itself refuses, by status: its own words may quote the request. */
const PLAIN: Readonly<Record<number, readonly [string, string]>> = {
  400: ['bad-request', 'the request cannot be read'],
  404: ['not-found', 'there is nothing here'],
  405: ['bad-method', 'this cannot be done here'],
  408: ['too-slow', 'the request took too long to arrive'],
  413: ['too-large', 'the request is too large'],
  414: ['too-long', 'the address is too long'],
  415: ['bad-media-type', 'a body of this type is not understood here'],
  431: ['headers-too-large', 'the headers are too large'],
};

function problem(
  status: number,
  code: string,
  detail: string,
  retriable: boolean,
  details: Readonly<Record<string, unknown>> = {},
): Problem {
  return { ...details, type: `urn:sightline:problem:${code}`, title: TITLES[status] ?? 'Error', status, detail, code, retriable };
}

function statusOf(error: unknown): number | undefined {
  if (error instanceof HttpException) return error.getStatus();
  const status: unknown = typeof error === 'object' && error !== null && 'statusCode' in error ? error.statusCode : undefined;
  return typeof status === 'number' ? status : undefined;
}

/** The problem an error becomes. What is not ours says nothing of itself. */
export function problemOf(error: unknown): Problem {
  if (error instanceof InputError) return problem(error.status, error.code, error.message, false, error.details);
  if (error instanceof BusyError)
    return problem(error.status, error.code, error.message, true, { retryAfterSeconds: error.retryAfterSeconds });
  if (error instanceof SightlineError && error.retriable) return problem(503, error.code, error.message, true);
  const status = statusOf(error);
  if (status !== undefined && status >= 400 && status < 500) {
    const [code, detail] = PLAIN[status] ?? ['refused', 'the request was refused'];
    return problem(status, code, detail, false);
  }
  return problem(500, 'internal', 'something went wrong here; the log has the details', false);
}

/** Every error leaves as a problem document; what nobody foresaw goes to the log as well. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(private readonly logger: Logger) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const found = problemOf(error);
    if (found.status >= 500) this.logger.error('request failed', { requestId: reply.request.id, code: found.code, error });
    if (reply.sent || reply.raw.headersSent) return;
    const retryAfter = found['retryAfterSeconds'];
    if (typeof retryAfter === 'number') reply.header('Retry-After', String(retryAfter));
    if (found.status === 401) reply.header('WWW-Authenticate', 'Bearer');
    // The rest of a body is read and dropped: who is still sending would lose the answer with the connection.
    if (!reply.request.raw.complete) {
      reply.request.raw.unpipe().resume();
      reply.removeHeader('Connection');
    }
    reply.status(found.status).header('Content-Type', PROBLEM_TYPE).send(JSON.stringify(found));
  }
}
