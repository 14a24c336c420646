import type { MigrationInterface, QueryRunner } from 'typeorm';
import { secure, whole } from './secure';

/** Who called. Numbers are found by keyed hash and sealed under a key per caller; deleting the key is erasing the person. */
export class Vault1700000000005 implements MigrationInterface {
  readonly name = 'Vault1700000000005';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE vault.caller (
        caller_id text PRIMARY KEY, operator_id text NOT NULL, number_hash bytea NOT NULL, sealed_number bytea NOT NULL, wrapped_key bytea NOT NULL,
        created_at bigint NOT NULL, UNIQUE (operator_id, number_hash)
      )`);
    await runner.query('CREATE TABLE vault.erasure (caller_id text PRIMARY KEY, operator_id text NOT NULL, erased_at bigint NOT NULL)');
    await runner.query('CREATE TABLE vault.source_key (source text PRIMARY KEY, wrapped_key bytea NOT NULL)');
    await runner.query('GRANT SELECT, INSERT, DELETE ON vault.caller, vault.source_key TO sightline_intake');
    await runner.query('GRANT SELECT, INSERT ON vault.erasure TO sightline_intake');
    for (const table of ['caller', 'erasure', 'source_key']) await secure(runner, `vault.${table}`, whole('intake'));
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only: restore a backup');
  }
}
