import { InputError } from '@sightline/contracts';
import type { Account, Clock, IdentityStore } from '@sightline/ports';
import { hashToken, newId, newToken } from '@sightline/runtime';
import type { AccessLog, Actor } from '../access/access-log';
import { ownActor } from '../access/access-log';
import type { CurrentRows } from '../rows/current';
import { Turns } from '../turns';
import type { AccountPatch } from './decide';
import { checkAccount, checkAdministratorStays } from './decide';
import type { Passwords } from './password';
import { checkPassword } from './password';
import type { NewSession, Sessions } from './sessions';

const INVITATION_MS = 72 * 3_600_000;
const MAX_ACCOUNTS = 5_000;

export interface NewInvitation {
  /** Shown once; only its hash is kept. */
  readonly token: string;
  readonly expiresAt: number;
}

export type NewAccount = Pick<Account, 'name' | 'displayName' | 'role' | 'clinics' | 'agentId'>;

/** Accounts of one operator at a time: whoever administers one never learns of another's. */
export class Accounts {
  /** Least of all may two take the last administrators away, each seeing the other still there. */
  private readonly turns = new Turns();

  constructor(
    private readonly ports: { readonly identity: IdentityStore; readonly clock: Clock },
    private readonly current: CurrentRows,
    private readonly passwords: Passwords,
    private readonly sessions: Sessions,
    private readonly accessLog: AccessLog,
  ) {}

  async seenBy(actor: Actor): Promise<readonly Account[]> {
    await this.accessLog.record(actor, 'accounts.seen', `operator:${actor.operatorId}`);
    return this.ports.identity.accounts(actor.operatorId);
  }

  /** InputError 409 `name-taken`. */
  create(actor: Actor, stated: NewAccount): Promise<{ account: Account; invitation: NewInvitation }> {
    return this.turns.take(async () => {
      const { operatorId } = actor;
      const { identity, clock } = this.ports;
      const account = { ...stated, accountId: newId(clock.nowMs()), operatorId, passwordHash: null, disabled: false };
      checkAccount(account, (await this.current.of(operatorId)).rows);
      if ((await identity.accounts(operatorId)).length >= MAX_ACCOUNTS) {
        throw new InputError('too-many-accounts', `there may be at most ${MAX_ACCOUNTS} accounts`, { status: 409 });
      }
      await identity.putAccount(account);
      await this.accessLog.record(actor, 'account.created', `account:${account.accountId}`);
      return { account, invitation: await this.issue(actor, account) };
    });
  }

  /** A new role, new clinics and disabling take effect on running sessions at once. InputError 404, 409 `last-administrator`. */
  change(actor: Actor, accountId: string, patch: AccountPatch): Promise<Account> {
    return this.turns.take(async () => {
      const { identity } = this.ports;
      const account = await this.own(actor, accountId);
      const changed = { ...account, ...patch };
      checkAccount(changed, (await this.current.of(actor.operatorId)).rows);
      checkAdministratorStays(await identity.accounts(actor.operatorId), changed);
      await identity.putAccount(changed);
      if (changed.disabled) await this.sessions.closeAllOf(accountId);
      this.sessions.changed();
      await this.accessLog.record(actor, 'account.changed', `account:${accountId} ${Object.keys(patch).sort().join(' ')}`);
      return changed;
    });
  }

  /** A link to set a password, the first or a new one; the links before no longer work. */
  invite(actor: Actor, accountId: string): Promise<NewInvitation> {
    return this.turns.take(async () => {
      const account = await this.own(actor, accountId);
      if (account.disabled) throw new InputError('account-disabled', 'the account is disabled: enable it first', { status: 409 });
      return this.issue(actor, account);
    });
  }

  /** Whom an invitation is for. InputError 404 `invitation-unknown` when it was used, replaced or is older than 72 h. */
  async invited(token: string): Promise<Account> {
    const { identity, clock } = this.ports;
    const invitation = await identity.invitation(hashToken(token), clock.nowMs());
    const account = invitation && (await identity.account(invitation.accountId));
    if (!account || account.disabled) throw unknownInvitation();
    return account;
  }

  /** Sets the password, ends the account's sessions and opens a new one. */
  async accept(token: string, password: string): Promise<NewSession> {
    checkPassword(password, (await this.invited(token)).name);
    const passwordHash = await this.passwords.hash(password);
    return this.turns.take(async () => {
      const { identity, clock } = this.ports;
      const account = await this.invited(token);
      if (!(await identity.useInvitation(hashToken(token), clock.nowMs()))) throw unknownInvitation();
      await identity.putAccount({ ...account, passwordHash });
      await this.sessions.closeAllOf(account.accountId);
      const actor = { operatorId: account.operatorId, actor: `account:${account.accountId}` };
      await this.accessLog.record(actor, 'account.passwordSet', `account:${account.accountId}`);
      return this.sessions.open(account);
    });
  }

  /** A fresh invitation for the first administrator; null once anybody of the operator has a password. */
  firstAdministrator(operatorId: string): Promise<string | null> {
    return this.turns.take(async () => {
      const { identity, clock } = this.ports;
      const accounts = await identity.accounts(operatorId);
      if (accounts.some(({ passwordHash }) => passwordHash !== null)) return null;
      let account = accounts.find(({ role, disabled }) => role === 'administrator' && !disabled);
      if (!account) {
        const taken = (await identity.accountByName('administrator')) !== null;
        const name = taken ? `administrator@${operatorId.toLowerCase()}` : 'administrator';
        const shown = { name, displayName: 'Administrator', role: 'administrator', clinics: 'all', agentId: null } as const;
        account = { ...shown, accountId: newId(clock.nowMs()), operatorId, passwordHash: null, disabled: false };
        await identity.putAccount(account);
        await this.accessLog.record(ownActor(operatorId), 'account.created', `account:${account.accountId}`);
      }
      return (await this.issue(ownActor(operatorId), account)).token;
    });
  }

  /** The account of whoever looks at a demo: it has no password, and the colon keeps its name out of everybody's reach. */
  async visitor(operatorId: string): Promise<Account> {
    const accountId = `visitor:${operatorId}`;
    const account: Account = {
      accountId,
      operatorId,
      name: accountId.toLowerCase(),
      displayName: 'Visitor',
      passwordHash: null,
      role: 'manager',
      clinics: 'all',
      agentId: null,
      disabled: false,
    };
    await this.turns.take(() => this.ports.identity.putAccount(account));
    return account;
  }

  private async issue(actor: Actor, { accountId }: Account): Promise<NewInvitation> {
    const token = newToken();
    const expiresAt = this.ports.clock.nowMs() + INVITATION_MS;
    await this.ports.identity.putInvitation({ tokenHash: hashToken(token), accountId, expiresAt, usedAt: null });
    await this.accessLog.record(actor, 'account.invited', `account:${accountId}`);
    return { token, expiresAt };
  }

  private async own({ operatorId }: Actor, accountId: string): Promise<Account> {
    const account = await this.ports.identity.account(accountId);
    if (account?.operatorId !== operatorId) throw new InputError('unknown-account', 'there is no such account', { status: 404 });
    return account;
  }
}

function unknownInvitation(): InputError {
  return new InputError('invitation-unknown', 'this link was used, replaced or is too old: ask for a new one', { status: 404 });
}
