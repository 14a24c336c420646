/** What the server answered instead of what was asked for: an RFC 9457 problem, or that it could not be reached (status 0). */
export class ProblemError extends Error {
  readonly status: number;
  readonly code: string;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(status: number, code: string, message: string, details: Readonly<Record<string, unknown>> = {}) {
    super(message);
    this.name = 'ProblemError';
    this.status = status;
    this.code = code;
    this.details = details;
  }
}

interface RequestOptions {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Sent as JSON. */
  readonly json?: unknown;
  /** Sent as octet-stream. */
  readonly bytes?: Blob;
  readonly signal?: AbortSignal;
}

/** The problem in an answer that is none of the good ones. */
export async function problemOf(response: Response): Promise<ProblemError> {
  const body: unknown = await response.json().catch(() => null);
  const problem = typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {};
  const { code, detail } = problem;
  return new ProblemError(
    response.status,
    typeof code === 'string' ? code : 'unreadable',
    typeof detail === 'string' ? detail : `status ${response.status}`,
    problem,
  );
}

/** Asks the server. Resolves with the decoded JSON (undefined without a body); throws ProblemError. Paths begin with /v1. */
export async function ask<T>(path: string, options: RequestOptions = {}): Promise<T> {
  const headers: Record<string, string> = { Accept: 'application/json' };
  if (options.json !== undefined) headers['Content-Type'] = 'application/json';
  if (options.bytes) headers['Content-Type'] = 'application/octet-stream';
  const body = options.bytes ?? (options.json === undefined ? null : JSON.stringify(options.json));
  let response: Response;
  try {
    response = await fetch(path, {
      method: options.method ?? 'GET',
      headers,
      body,
      credentials: 'same-origin',
      ...(options.signal ? { signal: options.signal } : {}),
    });
  } catch (error) {
    if (options.signal?.aborted) throw error;
    throw new ProblemError(0, 'unreachable', 'the server cannot be reached');
  }
  if (!response.ok) throw await problemOf(response);
  const text = await response.text();
  return (text === '' ? undefined : JSON.parse(text)) as T;
}

/** A query string of names and values; undefined ones are left out, lists repeat their name. */
export function queryOf(values: Readonly<Record<string, string | number | readonly string[] | undefined>>): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) {
    if (value === undefined) continue;
    for (const one of Array.isArray(value) ? (value as readonly string[]) : [String(value)]) search.append(name, one);
  }
  return search.toString();
}
