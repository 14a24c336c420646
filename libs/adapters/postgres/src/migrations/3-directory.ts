import type { MigrationInterface, QueryRunner } from 'typeorm';
import { secure, whole } from './secure';

const OF_OPERATOR = `"operatorId" = current_setting('sightline.operator', true)`;

/** Dated directory rows, identity and the access log. */
export class Directory1700000000003 implements MigrationInterface {
  readonly name = 'Directory1700000000003';

  async up(runner: QueryRunner): Promise<void> {
    await this.rows(runner);
    await this.identity(runner);
    await runner.query('GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA directory TO sightline_intake');
    // What was said stays said, and what was seen stays seen: neither is ever corrected in place.
    await runner.query('REVOKE UPDATE, DELETE ON directory.row, directory.access FROM sightline_intake');
    await runner.query('REVOKE INSERT, DELETE ON directory.version FROM sightline_intake');
    await runner.query('GRANT SELECT ON directory.row, directory.version TO sightline_pipeline, sightline_api');
    await runner.query('GRANT SELECT ON ALL TABLES IN SCHEMA directory TO sightline_backup');
  }

  private async rows(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE TABLE directory.version (one boolean PRIMARY KEY DEFAULT true CHECK (one), version bigint NOT NULL)');
    await runner.query('INSERT INTO directory.version (version) VALUES (0)');
    await runner.query(`
      CREATE TABLE directory.row (
        id text NOT NULL, "operatorId" text NOT NULL, version bigint NOT NULL, "validFrom" bigint, "validTo" bigint,
        "recordedAt" bigint NOT NULL, removed boolean NOT NULL, entry jsonb NOT NULL, PRIMARY KEY ("operatorId", id, version)
      )`);
    await runner.query('CREATE INDEX ON directory.row (version)');
    await runner.query(`CREATE INDEX ON directory.row ("operatorId", id, version) WHERE entry->>'kind' = 'source'`);
    await secure(runner, 'directory.version', whole('intake', 'pipeline', 'api', 'backup'));
    await secure(runner, 'directory.row', [
      ...whole('intake', 'pipeline', 'backup'),
      { role: 'api', command: 'SELECT', condition: OF_OPERATOR },
    ]);
    // The caller sees rows of its own operator only, so this is what it may know of. Asked once per statement, never per row.
    await runner.query(`
      CREATE FUNCTION directory.sources_in_scope() RETURNS text[] LANGUAGE sql STABLE AS $$
        SELECT coalesce(array_agg(source), '{}') FROM (
          SELECT DISTINCT ON ("operatorId", id) entry->>'source' AS source, removed FROM directory.row
          WHERE entry->>'kind' = 'source' ORDER BY "operatorId", id, version DESC
        ) AS current WHERE NOT removed
      $$`);
    await runner.query('REVOKE EXECUTE ON FUNCTION directory.sources_in_scope FROM PUBLIC');
    await runner.query('GRANT EXECUTE ON FUNCTION directory.sources_in_scope TO sightline_api');
  }

  private async identity(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE directory.account (
        "accountId" text PRIMARY KEY, "operatorId" text NOT NULL, name text NOT NULL UNIQUE, "displayName" text NOT NULL,
        "passwordHash" text, role text NOT NULL, clinics jsonb NOT NULL, "agentId" text, disabled boolean NOT NULL
      )`);
    await runner.query(
      'CREATE TABLE directory.invitation ("tokenHash" text PRIMARY KEY, "accountId" text NOT NULL UNIQUE, "expiresAt" bigint NOT NULL, "usedAt" bigint)',
    );
    await runner.query(`
      CREATE TABLE directory.session (
        "sessionId" text PRIMARY KEY, "tokenHash" text NOT NULL UNIQUE, "accountId" text NOT NULL, "expiresAt" bigint NOT NULL
      )`);
    await runner.query('CREATE INDEX ON directory.session ("accountId")');
    await runner.query(`
      CREATE TABLE directory.display (
        "displayId" text PRIMARY KEY, "operatorId" text NOT NULL, name text NOT NULL, "tokenHash" text NOT NULL UNIQUE, clinics jsonb NOT NULL,
        "expiresAt" bigint NOT NULL, revoked boolean NOT NULL
      )`);
    await runner.query(`
      CREATE TABLE directory.source_key (
        "keyId" text PRIMARY KEY, source text NOT NULL, "operatorId" text NOT NULL, "keyHash" text NOT NULL UNIQUE, "grant" jsonb NOT NULL,
        revoked boolean NOT NULL
      )`);
    await runner.query(`
      CREATE TABLE directory.access (
        number bigint PRIMARY KEY, at bigint NOT NULL, "operatorId" text NOT NULL, actor text NOT NULL, action text NOT NULL, object text NOT NULL,
        hash text NOT NULL
      )`);
    await runner.query('CREATE INDEX ON directory.access ("operatorId", number)');
    for (const table of ['account', 'invitation', 'session', 'display', 'source_key', 'access'])
      await secure(runner, `directory.${table}`, whole('intake', 'backup'));
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only: restore a backup');
  }
}
