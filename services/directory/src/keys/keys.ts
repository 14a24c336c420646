import type { DirectoryRow, SourceGrant } from '@sightline/contracts';
import { InputError } from '@sightline/contracts';
import type { Clock, IdentityStore, SourceKey } from '@sightline/ports';
import { hashToken, newId, newToken } from '@sightline/runtime';
import type { AccessLog, Actor } from '../access/access-log';
import type { Authenticator } from '../access/authenticator';
import { checkClinics } from '../accounts/decide';
import type { CurrentRows } from '../rows/current';

/** Keys of one source that work at once: some to change over, not one per caller. */
const MAX_KEYS = 20;

/** Keys with which telephone systems hand in events. */
export class Keys {
  constructor(
    private readonly ports: { readonly identity: IdentityStore; readonly clock: Clock },
    private readonly current: CurrentRows,
    private readonly accessLog: AccessLog,
    private readonly authenticator: Authenticator,
  ) {}

  /** Keys of a source of the operator, revoked ones too. InputError 404. */
  async of(operatorId: string, source: string): Promise<readonly SourceKey[]> {
    requireSource((await this.current.of(operatorId)).rows, source);
    return (await this.ports.identity.sourceKeys(operatorId)).filter((key) => key.source === source);
  }

  /** The key is shown this once. */
  async issue(actor: Actor, source: string, grant: SourceGrant): Promise<{ key: SourceKey; secret: string }> {
    const { operatorId } = actor;
    const working = (await this.of(operatorId, source)).filter((key) => !key.revoked);
    if (working.length >= MAX_KEYS)
      throw new InputError('too-many-keys', `at most ${MAX_KEYS} keys of a source may work at once`, { status: 409 });
    const { rows } = await this.current.of(operatorId);
    checkClinics(grant.clinics, rows, '/clinics');
    const unknown = grant.sources.findIndex((other) => !hasSource(rows, other));
    if (unknown >= 0)
      throw new InputError('unknown-source', 'there is no such source', { status: 422, details: { pointer: `/sources/${unknown}` } });
    const secret = newToken();
    const key: SourceKey = {
      keyId: newId(this.ports.clock.nowMs()),
      source,
      operatorId,
      keyHash: hashToken(secret),
      grant,
      revoked: false,
    };
    await this.ports.identity.putSourceKey(key);
    await this.accessLog.record(actor, 'key.issued', `key:${key.keyId} source:${source}`);
    return { key, secret };
  }

  /** InputError 404. */
  async revoke(actor: Actor, source: string, keyId: string): Promise<void> {
    const key = (await this.of(actor.operatorId, source)).find((one) => one.keyId === keyId);
    if (!key) throw new InputError('unknown-key', 'there is no such key', { status: 404 });
    await this.ports.identity.putSourceKey({ ...key, revoked: true });
    this.authenticator.forget();
    await this.accessLog.record(actor, 'key.revoked', `key:${keyId} source:${source}`);
  }
}

function hasSource(rows: readonly DirectoryRow[], source: string): boolean {
  return rows.some((row) => row.kind === 'source' && row.source === source);
}

function requireSource(rows: readonly DirectoryRow[], source: string): void {
  if (!hasSource(rows, source)) throw new InputError('unknown-source', 'there is no such source', { status: 404 });
}
