import type { MigrationInterface, QueryRunner } from 'typeorm';
import { secure, whole } from './secure';

/** Imports, followed files, and input that was refused. */
export class Intake1700000000006 implements MigrationInterface {
  readonly name = 'Intake1700000000006';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE TABLE intake.import ("importId" text PRIMARY KEY, "operatorId" text NOT NULL, job jsonb NOT NULL)');
    await runner.query('CREATE INDEX ON intake.import ("operatorId")');
    await runner.query(`CREATE INDEX ON intake.import ((job->>'source')) WHERE job->>'state' = 'open'`);
    await runner.query('CREATE TABLE intake.follow ("followId" text PRIMARY KEY, "operatorId" text NOT NULL, file jsonb NOT NULL)');
    await runner.query(`
      CREATE TABLE intake.dead_letter (
        "deadLetterId" text PRIMARY KEY, "operatorId" text NOT NULL, source text NOT NULL, "receivedAt" bigint NOT NULL, reason text NOT NULL,
        line bigint, place text, sealed bytea NOT NULL
      )`);
    await runner.query('CREATE INDEX ON intake.dead_letter ("operatorId", "receivedAt")');
    await runner.query('GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA intake TO sightline_intake');
    await runner.query('GRANT SELECT ON ALL TABLES IN SCHEMA intake TO sightline_backup');
    for (const table of ['import', 'follow', 'dead_letter']) await secure(runner, `intake.${table}`, whole('intake', 'backup'));
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only: restore a backup');
  }
}
