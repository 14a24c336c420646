import type { IncomingHttpHeaders } from 'node:http';
import type { Viewer } from '@sightline/contracts';
import { InputError } from '@sightline/contracts';
import type { IdentityStore } from '@sightline/ports';
import { hashToken, tokenOf } from '@sightline/runtime';

/** What a connection presents. */
export interface Presented {
  readonly headers: IncomingHttpHeaders;
  readonly auth: Readonly<Record<string, unknown>>;
}

const MAX_TOKEN = 512;

/**
 * Who connects. A token in the handshake (a session's or a display's) or a bearer token speaks for itself; a browser sends the cookie by
 * itself, also for a page of another site, so a cookie counts from our own pages only. InputError: not-signed-in, foreign-origin,
 * not-a-viewer.
 */
export async function admit({ headers, auth }: Presented, identity: IdentityStore, nowMs: number): Promise<Viewer> {
  const token = presentedToken(headers, auth['token']);
  const principal = token === null ? null : await identity.principalByTokenHash(hashToken(token), nowMs);
  if (!principal) throw new InputError('not-signed-in', 'sign in, or open a display link that is valid', { status: 401 });
  if (principal.type === 'source') throw new InputError('not-a-viewer', 'the key of a source cannot watch', { status: 403 });
  return principal;
}

function presentedToken(headers: IncomingHttpHeaders, stated: unknown): string | null {
  if (stated !== undefined) return typeof stated === 'string' && stated.length <= MAX_TOKEN ? stated : null;
  const bearer = tokenOf({ authorization: headers.authorization });
  if (bearer !== null) return bearer;
  const cookie = tokenOf({ cookie: headers.cookie });
  if (cookie !== null && !isOwnOrigin(headers)) throw new InputError('foreign-origin', 'this came from another site', { status: 403 });
  return cookie;
}

function isOwnOrigin({ origin, host }: IncomingHttpHeaders): boolean {
  try {
    return origin !== undefined && new URL(origin).host === host;
  } catch {
    return false;
  }
}
