import type { MigrationInterface, QueryRunner } from 'typeorm';
import type { TableName } from '../kpi/columns';
import { columnDdl, TABLES } from '../kpi/columns';

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
];

/** Facts, rows, headers. No cells: a figure is a GROUP BY over visits, contacts or legs. */
export class Kpi1700000000003 implements MigrationInterface {
  readonly name = 'Kpi1700000000003';

  async up(runner: QueryRunner): Promise<void> {
    await this.state(runner);
    await this.rows(runner);
    await runner.query('GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA kpi TO sightline_pipeline');
    await runner.query(
      'GRANT SELECT ON kpi.visit, kpi.contact, kpi.leg, kpi.state, kpi.header, kpi.source_state, kpi.changed_minute, kpi.changed_open, kpi.sidelined, kpi.gap TO sightline_api',
    );
    await runner.query('GRANT SELECT ON ALL TABLES IN SCHEMA kpi TO sightline_backup');
  }

  private async state(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE kpi.header (
        partition int PRIMARY KEY CHECK (partition BETWEEN 0 AND 31),
        "logId" text NOT NULL, "nextOffset" bigint NOT NULL, "foldVersion" int NOT NULL, "directoryVersion" bigint NOT NULL,
        refold jsonb, generation bigint NOT NULL, "commitNo" bigint NOT NULL
      )`);
    await runner.query(`
      CREATE TABLE kpi.fact (
        key text NOT NULL, source text NOT NULL, "eventId" text NOT NULL, revision bigint NOT NULL, "contentHash" text NOT NULL,
        partition int NOT NULL, "receivedAt" bigint NOT NULL, bytes bytea NOT NULL,
        PRIMARY KEY (key, source, "eventId", revision, "contentHash")
      )`);
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
    await runner.query('CREATE INDEX ON kpi.changed_minute (partition, "commitNo")');
    await runner.query(
      'CREATE TABLE kpi.changed_open (partition int NOT NULL, "operatorId" text NOT NULL, "commitNo" bigint NOT NULL, PRIMARY KEY (partition, "operatorId"))',
    );
    await runner.query(
      'CREATE TABLE kpi.sidelined (key text PRIMARY KEY, source text NOT NULL, counts jsonb NOT NULL, continued boolean NOT NULL)',
    );
    await runner.query('CREATE INDEX ON kpi.sidelined (source)');
    await runner.query(`
      CREATE TABLE kpi.poison (
        partition int NOT NULL, record_offset bigint NOT NULL, reason text NOT NULL, "receivedAt" bigint NOT NULL, sealed bytea NOT NULL,
        PRIMARY KEY (partition, record_offset)
      )`);
    await runner.query(
      'CREATE TABLE kpi.gap (partition int NOT NULL, "fromOffset" bigint NOT NULL, "toOffset" bigint NOT NULL, "noticedAt" bigint NOT NULL, PRIMARY KEY (partition, "fromOffset"))',
    );
    for (const table of ['changed_minute', 'changed_open']) {
      const clinic = table === 'changed_minute' ? '"clinicId"' : `''`;
      await this.secure(runner, table, table === 'changed_minute' ? `kpi.in_scope("operatorId", ${clinic})` : OPERATOR_ONLY);
    }
  }

  private async rows(runner: QueryRunner): Promise<void> {
    for (const name of Object.keys(TABLES) as TableName[]) {
      const { columns, primaryKey } = TABLES[name];
      const instant = name === 'leg' ? ', at bigint GENERATED ALWAYS AS (coalesce("answeredAt", "startedAt")) STORED' : '';
      await runner.query(
        `CREATE TABLE kpi.${name} (${columns.map(columnDdl).join(', ')}${instant}, PRIMARY KEY (${primaryKey.join(', ')}))`,
      );
      await this.secure(runner, name, name === 'state' ? OPERATOR_ONLY : 'kpi.in_scope("operatorId", "clinicId")');
    }
    for (const index of INDEXES) await runner.query(`CREATE INDEX ON kpi.${index}`);
  }

  private async secure(runner: QueryRunner, table: string, condition: string): Promise<void> {
    await runner.query(`ALTER TABLE kpi.${table} ENABLE ROW LEVEL SECURITY`);
    await runner.query(`ALTER TABLE kpi.${table} FORCE ROW LEVEL SECURITY`);
    await runner.query(`CREATE POLICY reads ON kpi.${table} FOR SELECT TO sightline_api USING (${condition})`);
    await runner.query(`CREATE POLICY folds ON kpi.${table} FOR ALL TO sightline_pipeline USING (true) WITH CHECK (true)`);
    await runner.query(`CREATE POLICY copies ON kpi.${table} FOR SELECT TO sightline_backup USING (true)`);
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only: restore a backup');
  }
}

const OPERATOR_ONLY = `"operatorId" = current_setting('sightline.operator', true)`;
