import type { DynamicModule } from '@nestjs/common';
import type { Principal } from '@sightline/contracts';
import { InputError } from '@sightline/contracts';
import type { Clock, DirectoryStore, IdentityStore } from '@sightline/ports';
import type { Logger, Metrics } from '@sightline/runtime';
import { AccessLog, ownActor } from './access/access-log';
import { Authenticator } from './access/authenticator';
import { Accounts } from './accounts/accounts';
import { Cookies } from './accounts/cookies';
import { Passwords } from './accounts/password';
import type { NewSession } from './accounts/sessions';
import { Sessions } from './accounts/sessions';
import { SignIn } from './accounts/sign-in';
import { WhoAmI } from './accounts/who-am-i';
import type { DirectoryConfig } from './config';
import { Displays } from './displays/displays';
import { Keys } from './keys/keys';
import { directoryModule } from './module';
import { DirectoryChanges } from './rows/changes';
import { CurrentRows } from './rows/current';
import { rowIdOf } from './rows/keys';

export interface DirectoryPorts {
  readonly directory: DirectoryStore;
  readonly identity: IdentityStore;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

export interface Operator {
  readonly operatorId: string;
  readonly name: string;
  readonly demo: boolean;
}

/** The directory of the operators, and who may see what. */
export interface DirectoryService {
  readonly module: DynamicModule;
  start(): Promise<void>;
  stop(): Promise<void>;
  /** The principal behind a token as of now; what is revoked is refused within a second. */
  authenticate(token: string): Promise<Principal | null>;
  /** Makes an operator unless it is there. A name that it was given since stays. */
  ensureOperator(operator: Operator): Promise<void>;
  /** The one-time link token of the first administrator, a fresh one at every call; null once anybody of the operator has a password. */
  firstAdministrator(operatorId: string): Promise<string | null>;
  /** A token of an administrator of this operator for programs on this machine, valid until `stop`; no account belongs to it. */
  localAccess(operatorId: string): string;
  /** A session as manager of a demo operator. InputError 409 when it is none. */
  demoVisitor(operatorId: string): Promise<NewSession>;
  /** Sets the cookie of a session on a reply. */
  readonly cookies: Cookies;
}

const HOUR_MS = 3_600_000;

export function createDirectoryService(ports: DirectoryPorts, config: DirectoryConfig): DirectoryService {
  const { directory, identity, clock, logger, metrics } = ports;
  const current = new CurrentRows(directory);
  const changes = new DirectoryChanges(directory, current, clock);
  const accessLog = new AccessLog(identity, clock);
  const authenticator = new Authenticator(identity, clock);
  const passwords = new Passwords();
  const sessions = new Sessions(ports, accessLog, authenticator, config.sessionHours * HOUR_MS);
  const accounts = new Accounts(ports, current, passwords, sessions, accessLog);
  const attempts = metrics.counter('sign_ins_total', 'Attempts to sign in by name and password', ['outcome']);
  const cookies = new Cookies(config, clock);

  return {
    module: directoryModule([
      [CurrentRows, current],
      [DirectoryChanges, changes],
      [AccessLog, accessLog],
      [Sessions, sessions],
      [SignIn, new SignIn(ports, passwords, sessions, attempts)],
      [Accounts, accounts],
      [Displays, new Displays(ports, current, accessLog, authenticator)],
      [Keys, new Keys(ports, current, accessLog, authenticator)],
      [Cookies, cookies],
      [WhoAmI, new WhoAmI(identity, current)],
    ]),
    start: async () => void (await passwords.prepare()),
    stop: async () => authenticator.closeLocal(),
    authenticate: (token) => authenticator.authenticate(token),
    ensureOperator: async ({ operatorId, name, demo }) => {
      if (await current.operator(operatorId)) return;
      const entry = { kind: 'operator', name, demo } as const;
      const row = { ...entry, id: rowIdOf(entry, null), validFrom: null, validTo: null };
      const { problems } = await changes.propose(operatorId, () => ({ changes: [row], problems: [] }));
      if (problems.length > 0) throw new InputError('bad-operator', problems.map(({ detail }) => detail).join('; '));
      await accessLog.record(ownActor(operatorId), 'directory.changed', `operator:${operatorId}`);
      logger.info('operator made', { operatorId, demo });
    },
    firstAdministrator: (operatorId) => accounts.firstAdministrator(operatorId),
    localAccess: (operatorId) => authenticator.openLocal(operatorId),
    demoVisitor: async (operatorId) => {
      const operator = await current.operator(operatorId);
      if (!operator?.demo) throw new InputError('not-a-demo', 'this operator is not a demo', { status: 409 });
      return sessions.open(await accounts.visitor(operatorId));
    },
    cookies,
  };
}
