import type { MigrationInterface, QueryRunner } from 'typeorm';
import type { TableName } from '../kpi/columns';
import { columnDdl, TABLES } from '../kpi/columns';
import type { Policy } from './secure';
import { secure, whole } from './secure';

const INDEXES: readonly string[] = [
  'visit ("operatorId", "clinicId", "enteredAt")',
  'visit (source, queue, "enteredAt")',
  'visit (source, "dialledNumber") WHERE "dialledNumber" IS NOT NULL',
  'visit (source, tag) WHERE tag IS NOT NULL',
  `visit ("operatorId", "enteredAt") WHERE outcome = 'waiting'`,
  'contact ("operatorId", "clinicId", "enteredAt")',
  'leg ("operatorId", "clinicId", at)',
  'leg ("operatorId", "agentId", at)',
  'leg (source, login, "startedAt")',
  'leg (source, queue) WHERE "visitId" IS NULL',
  'leg ("operatorId") WHERE "endedAt" IS NULL OR "inWrapSince" IS NOT NULL',
  'state ("operatorId", at)',
  'state (source, login, at)',
  'changed_minute (partition, "commitNo")',
  'sidelined (source)',
];

const OF_OPERATOR = `"operatorId" = current_setting('sightline.operator', true)`;
const OF_CLINIC = 'kpi.in_scope("operatorId", "clinicId")';
/** Whose a source is stands in the directory; asked once per statement. */
const OF_SOURCE = 'source = ANY ((SELECT directory.sources_in_scope())::text[])';
/** What belongs to nobody (offsets, versions) needs a scope all the same. */
const ANY_SCOPE = `current_setting('sightline.operator', true) <> ''`;

/** What the api role may see of each table; of those not named, nothing. */
const SEEN: Readonly<Record<string, string>> = {
  visit: OF_CLINIC,
  contact: OF_CLINIC,
  leg: OF_CLINIC,
  changed_minute: OF_CLINIC,
  state: OF_OPERATOR,
  changed_open: OF_OPERATOR,
  source_state: OF_SOURCE,
  sidelined: OF_SOURCE,
  header: ANY_SCOPE,
  gap: ANY_SCOPE,
};

const HIDDEN = ['fact', 'poison'] as const;

/** Facts, rows, headers. No cells: a figure is a GROUP BY over visits, contacts or legs. */
export class Kpi1700000000004 implements MigrationInterface {
  readonly name = 'Kpi1700000000004';

  async up(runner: QueryRunner): Promise<void> {
    await this.facts(runner);
    await this.changes(runner);
    await this.rows(runner);
    for (const index of INDEXES) await runner.query(`CREATE INDEX ON kpi.${index}`);
    await runner.query('GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA kpi TO sightline_pipeline');
    await runner.query('GRANT SELECT ON ALL TABLES IN SCHEMA kpi TO sightline_backup');
    for (const table of HIDDEN) await secure(runner, `kpi.${table}`, whole('pipeline', 'backup'));
    for (const [table, condition] of Object.entries(SEEN)) {
      await runner.query(`GRANT SELECT ON kpi.${table} TO sightline_api`);
      const seen: Policy = { role: 'api', command: 'SELECT', condition };
      await secure(runner, `kpi.${table}`, [seen, ...whole('pipeline', 'backup')]);
    }
  }

  private async facts(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE kpi.header (
        partition int PRIMARY KEY CHECK (partition BETWEEN 0 AND 31),
        "logId" text NOT NULL, "nextOffset" bigint NOT NULL, "foldVersion" int NOT NULL, "directoryVersion" bigint NOT NULL,
        refold jsonb, generation bigint NOT NULL, "commitNo" bigint NOT NULL
      )`);
    // The hash covers source, id and revision: it names a version of a fact by itself.
    await runner.query(`
      CREATE TABLE kpi.fact (
        partition int NOT NULL, key text COLLATE "C" NOT NULL, "contentHash" text COLLATE "C" NOT NULL, "receivedAt" bigint NOT NULL,
        bytes bytea NOT NULL, PRIMARY KEY (partition, key, "contentHash")
      )`);
    await runner.query(`
      CREATE TABLE kpi.sidelined (
        partition int NOT NULL, key text COLLATE "C" PRIMARY KEY, source text NOT NULL, counts jsonb NOT NULL, continued boolean NOT NULL
      )`);
    await runner.query(`
      CREATE TABLE kpi.poison (
        partition int NOT NULL, record_offset bigint NOT NULL, reason text NOT NULL, "receivedAt" bigint NOT NULL, sealed bytea NOT NULL,
        PRIMARY KEY (partition, record_offset)
      )`);
    await runner.query(`
      CREATE TABLE kpi.gap (
        partition int NOT NULL, "fromOffset" bigint NOT NULL, "toOffset" bigint NOT NULL, "noticedAt" bigint NOT NULL,
        PRIMARY KEY (partition, "fromOffset")
      )`);
  }

  private async changes(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE kpi.source_state (
        partition int NOT NULL, source text NOT NULL, watermark bigint, "lastReceivedAt" bigint, "restartedAt" bigint,
        "clockAheadMs" bigint, "clockAheadAt" bigint, PRIMARY KEY (partition, source)
      )`);
    await runner.query(`
      CREATE TABLE kpi.changed_minute (
        partition int NOT NULL, family text NOT NULL, "operatorId" text NOT NULL, "clinicId" text NOT NULL, minute bigint NOT NULL,
        "commitNo" bigint NOT NULL, PRIMARY KEY (partition, family, "operatorId", "clinicId", minute)
      )`);
    await runner.query(`
      CREATE TABLE kpi.changed_open (
        partition int NOT NULL, "operatorId" text NOT NULL, "commitNo" bigint NOT NULL, PRIMARY KEY (partition, "operatorId")
      )`);
  }

  private async rows(runner: QueryRunner): Promise<void> {
    for (const name of Object.keys(TABLES) as TableName[]) {
      const { columns, primaryKey } = TABLES[name];
      const instant = name === 'leg' ? ', at bigint GENERATED ALWAYS AS (coalesce("answeredAt", "startedAt")) STORED' : '';
      await runner.query(
        `CREATE TABLE kpi.${name} (${columns.map(columnDdl).join(', ')}${instant}, PRIMARY KEY (${primaryKey.join(', ')}))`,
      );
    }
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only: restore a backup');
  }
}
