import type { AccessEntry, AccessRecord, ClinicGrant, Principal } from '@sightline/contracts';
import { accessHash, InputError } from '@sightline/contracts';
import type { Account, Display, IdentityStore, Invitation, SourceKey } from '@sightline/ports';
import { byBytes } from './rows';

interface Session {
  readonly sessionId: string;
  readonly tokenHash: string;
  readonly accountId: string;
  readonly expiresAt: number;
}

/** Accounts, sessions, displays, keys and the access log in memory. */
export class MemoryIdentityStore implements IdentityStore {
  private readonly byId = new Map<string, Account>();
  /** By account: one at most. */
  private readonly invitations = new Map<string, Invitation>();
  private readonly sessions = new Map<string, Session>();
  private readonly walls = new Map<string, Display>();
  private readonly keys = new Map<string, SourceKey>();
  private readonly access: AccessRecord[] = [];

  async accountByName(name: string): Promise<Account | null> {
    return [...this.byId.values()].find((account) => account.name === name) ?? null;
  }

  async account(accountId: string): Promise<Account | null> {
    return this.byId.get(accountId) ?? null;
  }

  async accounts(operatorId: string): Promise<readonly Account[]> {
    return of(this.byId, operatorId).sort((a, b) => byBytes(a.name, b.name));
  }

  async putAccount(account: Account): Promise<void> {
    const holder = await this.accountByName(account.name);
    if (holder && holder.accountId !== account.accountId) throw new InputError('name-taken', 'this sign-in name is taken', { status: 409 });
    this.byId.set(account.accountId, account);
  }

  async putInvitation(invitation: Invitation): Promise<void> {
    this.invitations.set(invitation.accountId, invitation);
  }

  async invitation(tokenHash: string, nowMs: number): Promise<Invitation | null> {
    const found = [...this.invitations.values()].find((one) => one.tokenHash === tokenHash);
    return found && found.usedAt === null && found.expiresAt > nowMs ? found : null;
  }

  async useInvitation(tokenHash: string, nowMs: number): Promise<Invitation | null> {
    const found = [...this.invitations.values()].find((one) => one.tokenHash === tokenHash);
    if (!found || found.usedAt !== null || found.expiresAt <= nowMs) return null;
    const used = { ...found, usedAt: nowMs };
    this.invitations.set(used.accountId, used);
    return used;
  }

  async openSession(session: Session): Promise<void> {
    this.sessions.set(session.sessionId, session);
  }

  async closeSession(sessionId: string): Promise<void> {
    this.sessions.delete(sessionId);
  }

  async closeSessionsOf(accountId: string): Promise<void> {
    for (const session of [...this.sessions.values()]) if (session.accountId === accountId) this.sessions.delete(session.sessionId);
  }

  async putDisplay(display: Display): Promise<void> {
    this.walls.set(display.displayId, display);
  }

  async displays(operatorId: string): Promise<readonly Display[]> {
    return of(this.walls, operatorId).sort((a, b) => byBytes(a.name, b.name));
  }

  async putSourceKey(key: SourceKey): Promise<void> {
    this.keys.set(key.keyId, key);
  }

  async sourceKeys(operatorId: string): Promise<readonly SourceKey[]> {
    return of(this.keys, operatorId).sort((a, b) => byBytes(a.source, b.source) || byBytes(a.keyId, b.keyId));
  }

  private accountOf(session: Session | undefined, nowMs: number): Account | null {
    const account = session && session.expiresAt > nowMs ? this.byId.get(session.accountId) : undefined;
    return account && !account.disabled ? account : null;
  }

  private shows(display: Display | undefined, nowMs: number): display is Display {
    return display !== undefined && !display.revoked && display.expiresAt > nowMs;
  }

  async principalByTokenHash(tokenHash: string, nowMs: number): Promise<Principal | null> {
    const session = [...this.sessions.values()].find((one) => one.tokenHash === tokenHash);
    const account = this.accountOf(session, nowMs);
    if (session && account) {
      const { accountId, operatorId, role, clinics, agentId } = account;
      return { type: 'person', accountId, operatorId, role, clinics, agentId, sessionId: session.sessionId, expiresAt: session.expiresAt };
    }
    const key = [...this.keys.values()].find((one) => one.keyHash === tokenHash);
    if (key && !key.revoked) return { type: 'source', source: key.source, operatorId: key.operatorId, grant: key.grant };
    const display = [...this.walls.values()].find((one) => one.tokenHash === tokenHash);
    if (!this.shows(display, nowMs)) return null;
    const { displayId, operatorId, clinics, expiresAt } = display;
    return { type: 'display', displayId, operatorId, role: 'display', clinics, sessionId: displayId, expiresAt };
  }

  async sessionState(sessionIds: readonly string[], nowMs: number): Promise<ReadonlyMap<string, ClinicGrant | null>> {
    const grantOf = (id: string): ClinicGrant | null => {
      const account = this.accountOf(this.sessions.get(id), nowMs);
      const display = this.walls.get(id);
      return account?.clinics ?? (this.shows(display, nowMs) ? display.clinics : null);
    };
    return new Map(sessionIds.map((id) => [id, grantOf(id)]));
  }

  async appendAccess(entry: AccessEntry): Promise<void> {
    const last = this.access.findLast((record) => record.operatorId === entry.operatorId);
    const number = this.access.length + 1;
    this.access.push({ ...entry, number, hash: accessHash(last?.hash ?? '', number, entry) });
  }

  async accessLog(operatorId: string, limit: number, before = Infinity): Promise<readonly AccessRecord[]> {
    return this.access
      .filter((record) => record.operatorId === operatorId && record.number < before)
      .reverse()
      .slice(0, limit);
  }

  async removeOperator(operatorId: string): Promise<void> {
    for (const { accountId } of of(this.byId, operatorId)) {
      await this.closeSessionsOf(accountId);
      this.invitations.delete(accountId);
      this.byId.delete(accountId);
    }
    for (const { displayId } of of(this.walls, operatorId)) this.walls.delete(displayId);
    for (const { keyId } of of(this.keys, operatorId)) this.keys.delete(keyId);
  }

  async isEmpty(): Promise<boolean> {
    return [...this.byId.values()].every((account) => account.passwordHash === null);
  }
}

function of<T extends { readonly operatorId: string }>(map: ReadonlyMap<string, T>, operatorId: string): T[] {
  return [...map.values()].filter((one) => one.operatorId === operatorId);
}
