import type { Clock } from '@sightline/ports';
import { SESSION_COOKIE } from '@sightline/runtime';
import type { DirectoryConfig } from '../config';
import type { NewSession } from './sessions';

/** What is needed of a request and a reply of the HTTP server. */
export interface Incoming {
  readonly ip: string;
  readonly protocol: string;
}
export interface Outgoing {
  header(name: string, value: string): unknown;
}

/** The cookie of a session: out of reach of scripts, sent by our own pages only, over https only where there is any. */
export class Cookies {
  constructor(
    private readonly config: Pick<DirectoryConfig, 'secureCookies'>,
    private readonly clock: Clock,
  ) {}

  set(request: Incoming, reply: Outgoing, { token, expiresAt }: NewSession): void {
    this.write(request, reply, token, Math.max(0, Math.floor((expiresAt - this.clock.nowMs()) / 1_000)));
  }

  clear(request: Incoming, reply: Outgoing): void {
    this.write(request, reply, '', 0);
  }

  private write({ protocol }: Incoming, reply: Outgoing, token: string, maxAgeSeconds: number): void {
    const secure = this.config.secureCookies === 'always' || protocol === 'https';
    const parts = [`${SESSION_COOKIE}=${token}`, 'Path=/', 'HttpOnly', 'SameSite=Strict', `Max-Age=${maxAgeSeconds}`];
    reply.header('Set-Cookie', [...parts, ...(secure ? ['Secure'] : [])].join('; '));
  }
}
