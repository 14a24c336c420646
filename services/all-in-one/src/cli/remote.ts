import type { Readable } from 'node:stream';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { SightlineError } from '@sightline/contracts';
import { request } from 'undici';
import { readIfThere } from '../data-directory/files';
import { lockHolder } from '../data-directory/lock';

/** Where a running Sightline is found and who asks. */
export interface RemoteOptions {
  readonly url?: string;
  readonly token?: string;
  /** The data folder of a Sightline on this machine: there stand its address and a token. */
  readonly data: string;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

export interface Asking {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly json?: unknown;
  readonly bytes?: Buffer | Readable;
  readonly type?: string;
  readonly accept?: string;
}

/** A refusal with the problem document that came. */
export class RemoteProblem extends SightlineError {
  constructor(
    readonly status: number,
    readonly problem: Readonly<Record<string, unknown>>,
  ) {
    super(String(problem['code'] ?? 'refused'), String(problem['detail'] ?? `the answer was ${status}`));
  }
}

const AWAY_MS = 600_000;
const RETRY_MS = 400;
const NO_CONNECTION = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET', 'UND_ERR_CONNECT_TIMEOUT', 'ETIMEDOUT']);

/** A client of a running Sightline. */
export class Remote {
  constructor(private readonly options: RemoteOptions) {}

  /** Looked up anew each time: after a restart both may be others. */
  get url(): string {
    const { url, data } = this.options;
    return (url ?? lockHolder(path.resolve(data))?.url ?? 'http://127.0.0.1:7070').replace(/\/+$/, '');
  }

  private get token(): string {
    const token = this.options.token ?? readIfThere(path.join(this.options.data, 'token'))?.trim();
    if (token) return token;
    throw new SightlineError(
      'no-token',
      `no Sightline is running on ${path.resolve(this.options.data)}: start it (npm start), or name one with --url and --token`,
    );
  }

  async ask(to: string, { method = 'GET', json, bytes, type, accept }: Asking = {}): Promise<Answer> {
    const body = json === undefined ? bytes : JSON.stringify(json);
    const { url } = this;
    const headers = {
      authorization: `Bearer ${this.token}`,
      accept: accept ?? 'application/json',
      ...(body === undefined ? {} : { 'content-type': type ?? (json === undefined ? 'application/octet-stream' : 'application/json') }),
    };
    try {
      const response = await request(`${url}${to}`, { method, headers, headersTimeout: 300_000, ...(body === undefined ? {} : { body }) });
      const text = await response.body.text();
      if (response.statusCode >= 400) throw new RemoteProblem(response.statusCode, problemIn(text));
      return { status: response.statusCode, headers: response.headers, text };
    } catch (error) {
      if (isAway(error))
        throw new SightlineError('no-answer', `no Sightline answers at ${url}: start it (npm start), or name another with --url`, {
          retriable: true,
          cause: error,
        });
      throw error;
    }
  }

  async get<T>(to: string): Promise<T> {
    return JSON.parse((await this.ask(to)).text) as T;
  }

  /** Asks again while the other side is busy, away or restarting, for ten minutes; what is asked must be harmless to repeat. */
  async patiently(ask: () => Promise<Answer>): Promise<Answer> {
    const deadline = Date.now() + AWAY_MS;
    for (;;) {
      try {
        return await ask();
      } catch (error) {
        if (!mayPass(error) || Date.now() > deadline) throw error;
        const seconds = error instanceof RemoteProblem ? Number(error.problem['retryAfterSeconds'] ?? 0) : 0;
        await delay(seconds * 1_000 || RETRY_MS);
      }
    }
  }
}

/** Whether the same question may succeed later. A token of before a restart is refused until the new one is written. */
function mayPass(error: unknown): boolean {
  if (error instanceof RemoteProblem) return error.problem['retriable'] === true || error.status >= 500 || error.status === 401;
  return error instanceof SightlineError && (error.retriable || error.code === 'no-token');
}

function isAway(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return NO_CONNECTION.has(code);
}

function problemIn(text: string): Readonly<Record<string, unknown>> {
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === 'object' && parsed !== null ? (parsed as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
