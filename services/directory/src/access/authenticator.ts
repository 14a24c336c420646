import type { PersonPrincipal, Principal } from '@sightline/contracts';
import type { Clock, IdentityStore } from '@sightline/ports';
import { hashToken, newToken } from '@sightline/runtime';

/** A revocation elsewhere takes effect after this at the latest. */
const KEPT_MS = 1_000;
const MAX_KEPT = 5_000;

/** The account of whoever sits at this machine: it exists only in the running process. */
export const LOCAL_ACCOUNT = 'local';

/** Who is behind a token. Answers are kept for a second, so that a busy source does not ask the store for every event. */
export class Authenticator {
  private readonly kept = new Map<string, { readonly principal: Principal; readonly until: number }>();
  private readonly local = new Map<string, PersonPrincipal>();

  constructor(
    private readonly identity: IdentityStore,
    private readonly clock: Clock,
  ) {}

  async authenticate(token: string): Promise<Principal | null> {
    const hash = hashToken(token);
    const local = this.local.get(hash);
    if (local) return local;
    const nowMs = this.clock.nowMs();
    const kept = this.kept.get(hash);
    if (kept && nowMs < kept.until) return kept.principal;
    this.kept.delete(hash);
    const principal = await this.identity.principalByTokenHash(hash, nowMs);
    if (principal) this.keep(hash, principal, nowMs);
    return principal;
  }

  /** To be called after anything that changes what a token may do: it takes effect at once here, elsewhere within a second. */
  forget(): void {
    this.kept.clear();
  }

  /** A token of this machine's administrator, valid until the process ends; the one before, if any, is no longer. */
  openLocal(operatorId: string): string {
    for (const [hash, principal] of this.local) if (principal.operatorId === operatorId) this.local.delete(hash);
    const token = newToken();
    this.local.set(hashToken(token), {
      type: 'person',
      accountId: LOCAL_ACCOUNT,
      operatorId,
      role: 'administrator',
      clinics: 'all',
      agentId: null,
      sessionId: `${LOCAL_ACCOUNT}:${operatorId}`,
      expiresAt: Number.MAX_SAFE_INTEGER,
    });
    return token;
  }

  closeLocal(): void {
    this.local.clear();
  }

  private keep(hash: string, principal: Principal, nowMs: number): void {
    const oldest = this.kept.keys().next();
    if (this.kept.size >= MAX_KEPT && !oldest.done) this.kept.delete(oldest.value);
    const expiresAt = principal.type === 'source' ? Infinity : principal.expiresAt;
    this.kept.set(hash, { principal, until: Math.min(nowMs + KEPT_MS, expiresAt) });
  }
}
