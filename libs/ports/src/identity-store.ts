import type { AccessEntry, AccessRecord, ClinicGrant, PersonPrincipal, Principal, Role, SourceGrant } from '@sightline/contracts';

export interface Account {
  readonly accountId: string;
  readonly operatorId: string;
  /** Sign-in name, lower case, unique over all operators. */
  readonly name: string;
  readonly displayName: string;
  /** argon2id PHC string; null until the invitation was used. */
  readonly passwordHash: string | null;
  readonly role: Exclude<Role, 'display'>;
  readonly clinics: ClinicGrant;
  readonly agentId: string | null;
  readonly disabled: boolean;
}

/** A secret handed out once; only its SHA-256 is kept. */
export interface Invitation {
  readonly tokenHash: string;
  readonly accountId: string;
  readonly expiresAt: number;
  readonly usedAt: number | null;
}

export interface Display {
  readonly displayId: string;
  readonly operatorId: string;
  readonly name: string;
  readonly tokenHash: string;
  readonly clinics: ClinicGrant;
  readonly expiresAt: number;
  readonly revoked: boolean;
}

export interface SourceKey {
  readonly keyId: string;
  readonly source: string;
  readonly operatorId: string;
  /** SHA-256 of the key, hex. */
  readonly keyHash: string;
  readonly grant: SourceGrant;
  readonly revoked: boolean;
}

/** Accounts, sessions, displays and keys of sources. Secrets come in hashed. */
export interface IdentityStore {
  accountByName(name: string): Promise<Account | null>;
  account(accountId: string): Promise<Account | null>;
  accounts(operatorId: string): Promise<readonly Account[]>;
  /**
   * Inserts or replaces; changes of role, clinics or disabled take effect on running sessions at once. InputError 409 `name-taken` when
   * another account has the name.
   */
  putAccount(account: Account): Promise<void>;
  /** An account has one invitation at most: a new one takes the place of those before. */
  putInvitation(invitation: Invitation): Promise<void>;
  /** The invitation while it is unused and not expired, without using it. */
  invitation(tokenHash: string, nowMs: number): Promise<Invitation | null>;
  /** Marks it used if it is unused and not expired, and returns it; else null. At most one caller gets it. */
  useInvitation(tokenHash: string, nowMs: number): Promise<Invitation | null>;
  openSession(session: { sessionId: string; tokenHash: string; accountId: string; expiresAt: number }): Promise<void>;
  closeSession(sessionId: string): Promise<void>;
  closeSessionsOf(accountId: string): Promise<void>;
  putDisplay(display: Display): Promise<void>;
  displays(operatorId: string): Promise<readonly Display[]>;
  putSourceKey(key: SourceKey): Promise<void>;
  sourceKeys(operatorId: string): Promise<readonly SourceKey[]>;
  /** The principal behind a token or key hash as of now; null when unknown, expired, revoked or disabled. */
  principalByTokenHash(tokenHash: string, nowMs: number): Promise<Principal | null>;
  /** Sessions (of the ids given) that are no longer valid or whose grants differ: for eviction. */
  sessionState(sessionIds: readonly string[], nowMs: number): Promise<ReadonlyMap<string, PersonPrincipal['clinics'] | null>>;
  appendAccess(entry: AccessEntry): Promise<void>;
  /** Lines of an operator's access log, newest first; those with a number below `before`, if given. */
  accessLog(operatorId: string, limit: number, before?: number): Promise<readonly AccessRecord[]>;
  /** Removes accounts, invitations, sessions, displays and source keys of an operator. Its access log stays: it is append-only. */
  removeOperator(operatorId: string): Promise<void>;
  /** True while no account has a password: first start. */
  isEmpty(): Promise<boolean>;
}
