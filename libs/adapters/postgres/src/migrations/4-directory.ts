import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Dated directory rows, identity, access log, imports and followed files. */
export class Directory1700000000004 implements MigrationInterface {
  readonly name = 'Directory1700000000004';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE TABLE directory.version (one boolean PRIMARY KEY DEFAULT true CHECK (one), version bigint NOT NULL)');
    await runner.query('INSERT INTO directory.version (version) VALUES (0)');
    await runner.query(`
      CREATE TABLE directory.row (
        id text NOT NULL, "operatorId" text NOT NULL, version bigint NOT NULL, "validFrom" bigint, "validTo" bigint,
        "recordedAt" bigint NOT NULL, removed boolean NOT NULL, entry jsonb NOT NULL, PRIMARY KEY ("operatorId", id, version)
      )`);
    await runner.query('CREATE INDEX ON directory.row (version)');
    await runner.query(`
      CREATE TABLE directory.account (
        "accountId" text PRIMARY KEY, "operatorId" text NOT NULL, name text NOT NULL UNIQUE, "displayName" text NOT NULL,
        "passwordHash" text, role text NOT NULL, clinics jsonb NOT NULL, "agentId" text, disabled boolean NOT NULL
      )`);
    await runner.query(
      'CREATE TABLE directory.invitation ("tokenHash" text PRIMARY KEY, "accountId" text NOT NULL, "expiresAt" bigint NOT NULL, "usedAt" bigint)',
    );
    await runner.query(`
      CREATE TABLE directory.session (
        "sessionId" text PRIMARY KEY, "tokenHash" text NOT NULL UNIQUE, "accountId" text NOT NULL, "expiresAt" bigint NOT NULL
      )`);
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
    await runner.query(`
      CREATE TABLE intake.import (
        "importId" text PRIMARY KEY, "operatorId" text NOT NULL, job jsonb NOT NULL
      )`);
    await runner.query('CREATE TABLE intake.follow ("followId" text PRIMARY KEY, file jsonb NOT NULL)');
    await runner.query(`
      CREATE TABLE intake.dead_letter (
        "deadLetterId" text PRIMARY KEY, "operatorId" text NOT NULL, source text NOT NULL, "receivedAt" bigint NOT NULL, reason text NOT NULL,
        line bigint, place text, sealed bytea NOT NULL
      )`);
    await runner.query('CREATE INDEX ON intake.dead_letter ("operatorId", "receivedAt")');
    const serving = 'sightline_intake';
    await runner.query(`GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA directory, intake TO ${serving}`);
    await runner.query(`REVOKE UPDATE, DELETE ON directory.access FROM ${serving}`);
    await runner.query('GRANT SELECT ON directory.row, directory.version TO sightline_pipeline, sightline_api');
    await runner.query('GRANT SELECT ON ALL TABLES IN SCHEMA directory TO sightline_backup');
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only: restore a backup');
  }
}
