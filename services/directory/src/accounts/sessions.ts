import type { PersonPrincipal } from '@sightline/contracts';
import type { Account, Clock, IdentityStore } from '@sightline/ports';
import { hashToken, newId, newToken } from '@sightline/runtime';
import type { AccessLog } from '../access/access-log';
import { actorOf } from '../access/access-log';
import type { Authenticator } from '../access/authenticator';

export interface NewSession {
  /** Shown once; only its hash is kept. */
  readonly token: string;
  readonly expiresAt: number;
}

/** Sessions of people: opened by a password, an invitation or the demo's door. */
export class Sessions {
  constructor(
    private readonly ports: { readonly identity: IdentityStore; readonly clock: Clock },
    private readonly accessLog: AccessLog,
    private readonly authenticator: Authenticator,
    private readonly lastMs: number,
  ) {}

  async open({ accountId, operatorId }: Account): Promise<NewSession> {
    const nowMs = this.ports.clock.nowMs();
    const token = newToken();
    const expiresAt = nowMs + this.lastMs;
    await this.ports.identity.openSession({ sessionId: newId(nowMs), tokenHash: hashToken(token), accountId, expiresAt });
    await this.accessLog.record({ operatorId, actor: `account:${accountId}` }, 'session.opened', `account:${accountId}`);
    return { token, expiresAt };
  }

  async close(principal: PersonPrincipal): Promise<void> {
    await this.ports.identity.closeSession(principal.sessionId);
    this.authenticator.forget();
    await this.accessLog.record(actorOf(principal), 'session.closed', `account:${principal.accountId}`);
  }

  async closeAllOf(accountId: string): Promise<void> {
    await this.ports.identity.closeSessionsOf(accountId);
    this.changed();
  }

  /** What sessions may do has changed. */
  changed(): void {
    this.authenticator.forget();
  }
}
