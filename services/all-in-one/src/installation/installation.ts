import type { Database } from '@sightline/adapter-postgres';
import {
  createDirectoryStore,
  createEventLog,
  createIdentityStore,
  createIntakeStore,
  createKpiStore,
  createVault,
  openDatabase,
  prepareDatabase,
} from '@sightline/adapter-postgres';
import { SightlineError } from '@sightline/contracts';
import type { Clock, DirectoryStore, EventLog, IdentityStore, IntakeStore, KpiStore, Vault } from '@sightline/ports';
import type { Logger, Resources } from '@sightline/runtime';
import type { Secrets } from '../data-directory/secrets';
import { loadSecrets } from '../data-directory/secrets';
import { EmbeddedServer } from '../postgres/server';
import type { InstallationConfig } from './config';

/** Everything that is kept, open. */
export interface Stores {
  readonly log: EventLog;
  readonly store: KpiStore;
  readonly directory: DirectoryStore;
  readonly identity: IdentityStore;
  readonly intake: IntakeStore;
  readonly vault: Vault;
}

/** What opening an installation needs of whoever opens it. */
export interface Opening {
  readonly config: InstallationConfig;
  /** The data folder: open and locked. */
  readonly folder: string;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Where what is opened registers its end. */
  readonly resources: Resources;
  readonly said: (what: string) => void;
}

export interface Installation extends Stores {
  readonly secrets: Secrets;
  readonly database: Database;
  /** Migrations applied now. */
  readonly applied: readonly string[];
}

/** Starts the PostgreSQL that comes along (unless another is named), brings its schema up to date, and opens all stores. */
export async function openInstallation(opening: Opening): Promise<Installation> {
  const { config, folder, resources } = opening;
  const secrets = loadSecrets(folder);
  const superuserUrl = config.databaseUrl ?? (await startEmbedded(opening, secrets));
  const { urls, applied } = await reach(config, () => prepareDatabase(superuserUrl, secrets.rolePasswords, config.databaseName));
  if (applied.length > 0) opening.said(`Database schema brought up to date (${applied.length} ${applied.length === 1 ? 'step' : 'steps'})`);
  const database = await openDatabase(urls);
  resources.add('database', () => database.close());
  const vault = createVault(database, secrets.masterKey);
  const log = createEventLog(database);
  resources.add('event log', () => log.close());
  const store = createKpiStore(database);
  resources.add('history store', () => store.close());
  return {
    secrets,
    database,
    applied,
    log,
    store,
    vault,
    directory: createDirectoryStore(database),
    identity: createIdentityStore(database),
    intake: createIntakeStore(database),
  };
}

async function startEmbedded({ folder, clock, logger, resources, said }: Opening, secrets: Secrets): Promise<string> {
  said('Starting PostgreSQL');
  const server = await EmbeddedServer.start(folder, secrets.superuserPassword, { clock, logger }, said);
  resources.add('PostgreSQL', () => server.stop());
  return server.url;
}

/** Drivers quote addresses and passwords: what they say stays the cause. */
async function reach<T>(config: InstallationConfig, connect: () => Promise<T>): Promise<T> {
  try {
    return await connect();
  } catch (error) {
    if (error instanceof SightlineError || config.databaseUrl === undefined) throw error;
    const code: unknown = error instanceof Error && 'code' in error ? error.code : undefined;
    throw new SightlineError(
      'no-database',
      `the PostgreSQL of SIGHTLINE_DATABASE_URL cannot be used (${typeof code === 'string' ? code : 'no connection'}): it must answer and the URL must be a superuser's`,
      { cause: error },
    );
  }
}
