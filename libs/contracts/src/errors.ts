/**
 * The root of every error we throw on purpose. `code` is stable and machine-readable (kebab-case); `retriable` tells a caller whether
 * the same request may succeed later; `cause` keeps what was caught. Messages never hold personal data.
 */
export class SightlineError extends Error {
  readonly code: string;
  readonly retriable: boolean;

  constructor(code: string, message: string, options: { retriable?: boolean; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = new.target.name;
    this.code = code;
    this.retriable = options.retriable ?? false;
  }
}

/** What the caller sent cannot be used; sending it again cannot help. `status` is the HTTP status it becomes. */
export class InputError extends SightlineError {
  readonly status: number;
  /** Extra members of the problem document, e.g. `allowed`, `index`, `line`. */
  readonly details: Readonly<Record<string, unknown>>;

  constructor(code: string, message: string, options: { status?: number; details?: Record<string, unknown>; cause?: unknown } = {}) {
    super(code, message, options.cause === undefined ? {} : { cause: options.cause });
    this.status = options.status ?? 400;
    this.details = options.details ?? {};
  }
}

/** We cannot serve this now; `retryAfterSeconds` becomes Retry-After of a 429 or 503. */
export class BusyError extends SightlineError {
  readonly status: 429 | 503;
  readonly retryAfterSeconds: number;

  constructor(code: string, message: string, options: { status?: 429 | 503; retryAfterSeconds?: number; cause?: unknown } = {}) {
    super(code, message, { retriable: true, cause: options.cause });
    this.status = options.status ?? 503;
    this.retryAfterSeconds = options.retryAfterSeconds ?? 1;
  }
}

/** A commit was refused because somebody else owns the partition now. Drop memory, reload, seek. */
export class CommitRefusedError extends SightlineError {
  constructor(message: string) {
    super('commit-refused', message, { retriable: true });
  }
}
