import type { MigrationInterface, QueryRunner } from 'typeorm';
import { secure, whole } from './secure';

/** The event log: 32 partitions with gapless offsets, records by day of receipt so that retention drops whole days. */
export class Log1700000000002 implements MigrationInterface {
  readonly name = 'Log1700000000002';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      'CREATE TABLE log.identity (log_id uuid NOT NULL DEFAULT gen_random_uuid(), one boolean PRIMARY KEY DEFAULT true CHECK (one))',
    );
    await runner.query('INSERT INTO log.identity DEFAULT VALUES');
    await runner.query(`
      CREATE TABLE log.head (
        partition int PRIMARY KEY CHECK (partition BETWEEN 0 AND 31),
        start_offset bigint NOT NULL DEFAULT 0,
        next_offset bigint NOT NULL DEFAULT 0
      )`);
    await runner.query('INSERT INTO log.head (partition) SELECT generate_series(0, 31)');
    await runner.query(`
      CREATE TABLE log.record (
        partition int NOT NULL,
        record_offset bigint NOT NULL,
        received_at bigint NOT NULL,
        bytes bytea NOT NULL,
        PRIMARY KEY (partition, record_offset, received_at)
      ) PARTITION BY RANGE (received_at)`);
    // The appender may not create tables; this one kind it may, through a function that names them itself.
    await runner.query(`
      CREATE FUNCTION log.ensure_day(at bigint) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
      DECLARE
        day bigint := at / 86400000;
        name text := 'record_' || to_char(to_timestamp(day * 86400), 'YYYYMMDD');
      BEGIN
        IF to_regclass('log.' || name) IS NOT NULL THEN RETURN; END IF;
        PERFORM pg_advisory_xact_lock(hashtext('log.ensure_day'));
        EXECUTE format('CREATE TABLE IF NOT EXISTS log.%I PARTITION OF log.record FOR VALUES FROM (%s) TO (%s)', name, day * 86400000, (day + 1) * 86400000);
      END $$`);
    await runner.query(`
      CREATE TABLE log.progress (consumer_group text, partition int, next_offset bigint NOT NULL, PRIMARY KEY (consumer_group, partition))`);
    await runner.query(`
      CREATE TABLE log.member (consumer_group text, member text, seen_at timestamptz NOT NULL, PRIMARY KEY (consumer_group, member))`);
    await runner.query('GRANT SELECT ON log.identity, log.head, log.progress TO sightline_intake, sightline_pipeline');
    await runner.query('GRANT UPDATE ON log.head TO sightline_intake');
    await runner.query('GRANT INSERT ON log.record TO sightline_intake');
    await runner.query('REVOKE EXECUTE ON FUNCTION log.ensure_day FROM PUBLIC');
    await runner.query('GRANT EXECUTE ON FUNCTION log.ensure_day TO sightline_intake');
    await runner.query('GRANT SELECT ON log.record TO sightline_pipeline');
    await runner.query('GRANT INSERT, UPDATE ON log.progress TO sightline_pipeline');
    await runner.query('GRANT SELECT, INSERT, UPDATE, DELETE ON log.member TO sightline_pipeline');
    await runner.query('GRANT SELECT ON ALL TABLES IN SCHEMA log TO sightline_backup');
    for (const table of ['identity', 'head', 'progress', 'member'])
      await secure(runner, `log.${table}`, whole('intake', 'pipeline', 'backup'));
    const append = { role: 'intake', command: 'INSERT', condition: 'true' } as const;
    await secure(runner, 'log.record', [append, ...whole('pipeline', 'backup')]);
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only: restore a backup');
  }
}
