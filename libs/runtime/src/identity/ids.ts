import { createHash, randomBytes } from 'node:crypto';

/** A UUIDv7 (RFC 9562, section 5.7): 48 bits of ms since 1970, then random bits. Ids sort by the time they were made. */
export function newId(nowMs: number): string {
  const bytes = randomBytes(16);
  bytes.writeUIntBE(nowMs, 0, 6);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x70, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

/** A secret of 256 bits, base64url. Shown once; only its hash is kept. */
export function newToken(): string {
  return randomBytes(32).toString('base64url');
}

/** SHA-256, hex. Enough for secrets that are random themselves. */
export function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

export const SESSION_COOKIE = 'sightline_session';

/** Where a token came from decides what a write with it must prove. */
export interface PresentedToken {
  readonly token: string;
  /** Browsers send cookies by themselves, also when another site asks them to. */
  readonly byCookie: boolean;
}

/** `Authorization: Bearer …`, else the session cookie. */
export function presentedToken(headers: {
  readonly authorization?: string | undefined;
  readonly cookie?: string | undefined;
}): PresentedToken | null {
  const bearer = /^Bearer ([\w~+/.=-]{1,512})$/i.exec(headers.authorization ?? '')?.[1];
  if (bearer !== undefined) return { token: bearer, byCookie: false };
  for (const pair of (headers.cookie ?? '').split(';')) {
    const [name, value] = pair.trim().split('=', 2);
    if (name === SESSION_COOKIE && value !== undefined && /^[\w-]{1,512}$/.test(value)) return { token: value, byCookie: true };
  }
  return null;
}

/** The token of a request, wherever it stands; null without one. */
export function tokenOf(headers: { readonly authorization?: string | undefined; readonly cookie?: string | undefined }): string | null {
  return presentedToken(headers)?.token ?? null;
}
