import './types';
import type { Scope } from '@sightline/contracts';
import { SightlineError } from '@sightline/contracts';
import type { EntityManager } from 'typeorm';
import { DataSource } from 'typeorm';
import { migrations } from '../migrations';
import { Pool } from './pool';

/** One URL per PostgreSQL role: nobody can do more than his part. */
export interface DatabaseUrls {
  readonly intake: string;
  readonly pipeline: string;
  readonly api: string;
}

/** Pools by role. Intake appends to the log and talks to the vault; pipeline folds; api reads under row-level security. */
export interface Database {
  readonly intake: DataSource;
  readonly pipeline: DataSource;
  /** Never to be used but through withScope. */
  readonly api: DataSource;
  close(): Promise<void>;
}

function pool(url: string, role: string, poolSize: number): Pool {
  return new Pool({
    type: 'postgres',
    url,
    applicationName: `sightline-${role}`,
    poolSize,
    entities: [],
    synchronize: false,
    installExtensions: false,
    connectTimeoutMS: 10_000,
    extra: { statement_timeout: 120_000, idle_in_transaction_session_timeout: 60_000, keepAlive: true },
    // A connection that the server drops while idle is the pool's business; without a listener it would end the process.
    poolErrorHandler: () => {},
  });
}

/** Opens one pool per role and refuses a database that is not at this version's schema. */
export async function openDatabase(urls: DatabaseUrls): Promise<Database> {
  const database = {
    intake: pool(urls.intake, 'intake', 6),
    pipeline: pool(urls.pipeline, 'pipeline', 8),
    api: pool(urls.api, 'api', 8),
  };
  const sources = Object.values(database);
  const close = async (): Promise<void> => {
    await Promise.all(sources.map((source) => (source.isInitialized ? source.destroy() : undefined)));
  };
  try {
    for (const source of sources) await source.initialize();
    await requireSchema(database.pipeline);
  } catch (error) {
    await close();
    throw error;
  }
  return { ...database, close };
}

async function requireSchema(source: DataSource): Promise<void> {
  const rows: { name: string }[] = await source.query('SELECT name FROM public.migration ORDER BY id');
  const known = migrations.map((migration) => new migration().name);
  const applied = rows.map((row) => row.name);
  if (applied.length === known.length && applied.every((name, index) => name === known[index])) return;
  const what = applied.length < known.length ? 'older than' : 'newer than or different from';
  throw new SightlineError('schema-version', `the database is ${what} this program; run \`sightline migrate\` of the version you want`);
}

/** Applies what is missing, in order, under an advisory lock, so that two starts at once do not meet. Returns the names applied. */
export async function migrate(migratorUrl: string): Promise<readonly string[]> {
  const source = new DataSource({
    type: 'postgres',
    url: migratorUrl,
    applicationName: 'sightline-migrator',
    poolSize: 2,
    entities: [],
    migrations: [...migrations],
    migrationsTableName: 'migration',
    synchronize: false,
    installExtensions: false,
  });
  await source.initialize();
  const lock = source.createQueryRunner();
  try {
    await lock.query(`SELECT pg_advisory_lock(hashtext('sightline migrate'))`);
    const applied = await source.runMigrations({ transaction: 'each' });
    await lock.query('GRANT SELECT ON public.migration TO sightline_pipeline, sightline_api, sightline_intake, sightline_backup');
    return applied.map((migration) => migration.name);
  } finally {
    await lock.query(`SELECT pg_advisory_unlock(hashtext('sightline migrate'))`);
    await lock.release();
    await source.destroy();
  }
}

/**
 * Runs `fn` in one read-only snapshot in which row-level security lets through one operator and its granted clinics. The settings end
 * with the transaction, so nothing leaks to the next user of the pooled connection. The only way to a connection of the api role.
 */
export async function withScope<T>(database: Database, scope: Scope, fn: (manager: EntityManager) => Promise<T>): Promise<T> {
  return database.api.transaction('REPEATABLE READ', async (manager) => {
    const clinics = scope.clinics === 'all' ? '*' : JSON.stringify(scope.clinics);
    await manager.query('SET TRANSACTION READ ONLY');
    await manager.query(`SELECT set_config('sightline.operator', $1, true), set_config('sightline.clinics', $2, true)`, [
      scope.operatorId,
      clinics,
    ]);
    return fn(manager);
  });
}
