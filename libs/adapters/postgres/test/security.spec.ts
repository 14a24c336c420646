import { Client } from 'pg';
import { describeWithPostgres, TEST_PASSWORDS } from '@sightline/testing';
import type { RoleName } from '../src';
import { roleUrl, withScope } from '../src';
import type { FreshDatabase } from './fresh';
import { freshDatabase } from './fresh';

const VISIT = `INSERT INTO kpi.visit (partition, key, id, "operatorId", "clinicId", source, "callType", queue, "enteredAt", outcome, "talkMs", "holdMs",
  "wrapMs", legs, "legsEnded", inferred, "surveyInvited", "firstReceivedAt", "changedByReceivedAt")
  VALUES (0, $1, 'id', $2, $3, 'north', '', '4011', 1, 'waiting', 0, 0, 0, 0, 0, false, false, 1, 1)`;

const TABLES_OF_API = [
  'directory.row',
  'directory.version',
  'kpi.changed_minute',
  'kpi.changed_open',
  'kpi.contact',
  'kpi.gap',
  'kpi.header',
  'kpi.leg',
  'kpi.sidelined',
  'kpi.source_state',
  'kpi.state',
  'kpi.visit',
];

/** PostgreSQL's word for "you may not". */
const DENIED = '42501';

describeWithPostgres('the roles of the database', (superuserUrl) => {
  let fresh: FreshDatabase;
  const clients = new Map<string, Client>();

  const as = async (role: RoleName): Promise<Client> => {
    const known = clients.get(role);
    if (known) return known;
    const client = new Client({
      connectionString: roleUrl(fresh.ownerUrl, role, TEST_PASSWORDS, new URL(fresh.ownerUrl).pathname.slice(1)),
    });
    await client.connect();
    clients.set(role, client);
    return client;
  };
  const ask = async (role: RoleName, sql: string, values: unknown[] = []): Promise<Record<string, unknown>[]> =>
    (await (await as(role)).query(sql, values)).rows as Record<string, unknown>[];
  const outcome = (role: RoleName, sql: string): Promise<string> =>
    ask(role, sql).then(
      () => 'allowed',
      (error: { code?: string }) => (error.code === DENIED ? 'denied' : `failed: ${error.code}`),
    );
  /** Every statement must be refused to the role; the names of those that were not. */
  const refused = async (role: RoleName, statements: readonly string[]): Promise<string[]> => {
    const outcomes: [string, string][] = [];
    for (const sql of statements) outcomes.push([sql, await outcome(role, sql)]);
    return outcomes.filter(([, what]) => what !== 'denied').map(([sql, what]) => `${sql}: ${what}`);
  };

  beforeAll(async () => {
    fresh = await freshDatabase(superuserUrl);
    for (const [key, operator, clinic] of [
      ['c\nnorth\n1', 'acme', 'lake'],
      ['c\nnorth\n2', 'acme', 'hill'],
      ['c\nnorth\n3', 'acme', 'unassigned'],
      ['c\nsouth\n1', 'other', 'lake'],
    ])
      await ask('pipeline', VISIT, [key, operator, clinic]);
    await ask('intake', `INSERT INTO directory.access VALUES (1, 1, 'acme', 'anna', 'revealed', 'call 1', 'hash')`);
    await ask('intake', `SELECT log.ensure_day(0)`);
    await ask('intake', `INSERT INTO log.record VALUES (0, 0, 1, 'bytes')`);
  });
  afterAll(async () => {
    await Promise.all([...clients.values()].map((client) => client.end()));
    await fresh.dispose();
  });

  test('every table is under forced row-level security, whoever owns it, and has a policy for nobody but its roles', async () => {
    const tables = await ask(
      'migrator',
      `SELECT n.nspname || '.' || c.relname AS name, c.relrowsecurity AND c.relforcerowsecurity AS forced FROM pg_class c
       JOIN pg_namespace n ON n.oid = c.relnamespace
       WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND n.nspname IN ('log', 'kpi', 'directory', 'vault', 'intake')`,
    );
    expect(tables.length).toBeGreaterThan(20);
    expect(tables.filter((table) => table['forced'] !== true)).toEqual([]);
    expect(await ask('migrator', 'SELECT * FROM kpi.visit')).toEqual([]);
    expect(await ask('migrator', 'SELECT * FROM directory.access')).toEqual([]);
  });

  test('no role is more than its grants: none is superuser, passes row-level security, or makes roles and databases', async () => {
    const roles = await ask(
      'migrator',
      `SELECT rolname FROM pg_roles WHERE rolname LIKE 'sightline%' AND (rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb OR rolreplication)`,
    );
    expect(roles).toEqual([]);
  });

  test('api reads the rows of figures and nothing else: no fact, log, poison, vault, account; it writes nothing', async () => {
    const readable = await ask(
      'migrator',
      `SELECT table_schema || '.' || table_name AS name FROM information_schema.role_table_grants
       WHERE grantee = 'sightline_api' AND privilege_type = 'SELECT' AND table_schema <> 'public' ORDER BY 1`,
    );
    expect(readable.map((row) => row['name'])).toEqual(TABLES_OF_API);
    const writing = await ask(
      'migrator',
      `SELECT 1 FROM information_schema.role_table_grants WHERE grantee = 'sightline_api' AND privilege_type <> 'SELECT'`,
    );
    expect(writing).toEqual([]);
    expect(
      await refused('api', [
        'SELECT * FROM kpi.fact',
        'SELECT * FROM kpi.poison',
        'SELECT * FROM log.record',
        'SELECT * FROM log.head',
        'SELECT * FROM vault.caller',
        'SELECT * FROM intake.dead_letter',
        'SELECT * FROM directory.account',
        'SELECT * FROM directory.session',
        'SELECT * FROM directory.access',
        `UPDATE kpi.visit SET "clinicId" = 'lake'`,
        'DELETE FROM kpi.visit',
        `SELECT log.ensure_day(86400000)`,
        'CREATE TABLE public.mine (a int)',
      ]),
    ).toEqual([]);
  });

  test('pipeline sees no vault, no account and no intake, and cannot change the log or the directory', async () => {
    expect(
      await refused('pipeline', [
        'SELECT * FROM vault.caller',
        'SELECT * FROM vault.source_key',
        'SELECT * FROM vault.erasure',
        'SELECT * FROM directory.account',
        'SELECT * FROM directory.access',
        'SELECT * FROM intake.import',
        `INSERT INTO log.record VALUES (0, 1, 1, 'x')`,
        `UPDATE log.record SET bytes = 'x'`,
        'DELETE FROM log.record',
        'UPDATE log.head SET next_offset = 0',
        `INSERT INTO directory.row VALUES ('id', 'acme', 9, null, null, 0, false, '{}')`,
      ]),
    ).toEqual([]);
    expect(await outcome('pipeline', 'SELECT * FROM log.record')).toBe('allowed');
  });

  test('intake appends: what is in the log, in the access log and in the directory it can neither change nor remove; figures it cannot see', async () => {
    expect(
      await refused('intake', [
        'SELECT * FROM log.record',
        `UPDATE log.record SET bytes = 'x'`,
        'DELETE FROM log.record',
        'DELETE FROM log.head',
        'UPDATE log.identity SET log_id = gen_random_uuid()',
        `UPDATE directory.access SET object = 'another'`,
        'DELETE FROM directory.access',
        'TRUNCATE directory.access',
        `UPDATE directory.row SET removed = true`,
        'DELETE FROM directory.row',
        'DELETE FROM vault.erasure',
        'SELECT * FROM kpi.visit',
        'SELECT * FROM kpi.fact',
      ]),
    ).toEqual([]);
  });

  test('backup reads and writes nothing; the vault has backups of its own', async () => {
    expect(await refused('backup', ['SELECT * FROM vault.caller', 'DELETE FROM kpi.visit', 'UPDATE log.head SET next_offset = 0'])).toEqual(
      [],
    );
    expect(await ask('backup', 'SELECT key FROM kpi.visit')).toHaveLength(4);
  });

  test('without settings no row is seen, nor with half of them, nor with clinics that are no list', async () => {
    const api = await as('api');
    const seen = async (...settings: [string, string][]): Promise<number> => {
      await api.query('BEGIN');
      for (const [name, value] of settings) await api.query('SELECT set_config($1, $2, true)', [`sightline.${name}`, value]);
      let rows = 0;
      for (const table of TABLES_OF_API.filter((name) => name !== 'directory.version'))
        rows += (await api.query(`SELECT 1 FROM ${table}`)).rowCount ?? 0;
      await api.query('ROLLBACK');
      return rows;
    };
    await ask('pipeline', `INSERT INTO kpi.header VALUES (0, '', 0, 0, 0, NULL, 1, 0)`);
    expect(await seen()).toBe(0);
    expect(await seen(['clinics', '*'])).toBe(0);
    expect(await seen(['operator', ''], ['clinics', '*'])).toBe(0);
    // One header, which belongs to nobody; of the rows those that are granted.
    expect(await seen(['operator', 'acme'])).toBe(1);
    expect(await seen(['operator', 'acme'], ['clinics', 'lake'])).toBe(1);
    expect(await seen(['operator', 'acme'], ['clinics', '"lake"'])).toBe(1);
    expect(await seen(['operator', 'acme'], ['clinics', '[]'])).toBe(1);
    expect(await seen(['operator', 'acme'], ['clinics', '["lake"]'])).toBe(2);
    expect(await seen(['operator', 'acme'], ['clinics', '*'])).toBe(4);
  });

  test('a scope ends with its transaction: the next user of the pooled connection sees nothing, and nobody writes in a scope', async () => {
    const { api } = fresh.database;
    const pids = new Set<unknown>();
    for (let turn = 0; turn < 5; turn += 1) {
      await withScope(fresh.database, { operatorId: 'acme', clinics: 'all' }, async (manager) => {
        expect(await manager.query('SELECT key FROM kpi.visit')).toHaveLength(3);
        pids.add((await manager.query('SELECT pg_backend_pid() AS pid'))[0].pid);
      });
      const [after] = await api.query(
        `SELECT pg_backend_pid() AS pid, (SELECT count(*) FROM kpi.visit) AS rows, current_setting('sightline.operator', true) AS operator`,
      );
      expect(pids.has(after.pid)).toBe(true);
      expect([after.rows, after.operator]).toEqual([0, '']);
    }
    await expect(
      withScope(fresh.database, { operatorId: 'acme', clinics: 'all' }, (manager) => manager.query('CREATE TEMP TABLE t (a int)')),
    ).rejects.toThrow();
    await expect(
      withScope(fresh.database, { operatorId: 'acme', clinics: 'all' }, () => Promise.reject(new Error('the reader failed'))),
    ).rejects.toThrow('the reader failed');
    expect(await api.query('SELECT 1 FROM kpi.visit')).toEqual([]);
  });

  test('a clinic whose name looks like a wildcard, a quote or a list is a name', async () => {
    const seen = (clinics: string[]): Promise<unknown[]> =>
      withScope(fresh.database, { operatorId: 'acme', clinics }, (manager) => manager.query('SELECT "clinicId" FROM kpi.visit'));
    for (const name of ['*', '["lake"]', `lake' OR true --`, '%', 'lak_']) expect(await seen([name])).toEqual([]);
    expect(await seen(['lake'])).toEqual([{ clinicId: 'lake' }]);
  });

  test('an operator sees its own directory rows only', async () => {
    for (const [id, operator] of [
      ['r1', 'acme'],
      ['r2', 'other'],
    ])
      await ask('intake', `INSERT INTO directory.row VALUES ($1, $2, 1, null, null, 0, false, '{"kind":"pool"}')`, [id, operator]);
    const seen = await withScope(fresh.database, { operatorId: 'acme', clinics: ['lake'] }, (manager) =>
      manager.query('SELECT id FROM directory.row'),
    );
    expect(seen).toEqual([{ id: 'r1' }]);
  });
});
