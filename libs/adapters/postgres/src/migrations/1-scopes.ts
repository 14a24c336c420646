import type { MigrationInterface, QueryRunner } from 'typeorm';

/** One schema per owner, and the test every row-level policy asks. */
export class Scopes1700000000001 implements MigrationInterface {
  readonly name = 'Scopes1700000000001';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('REVOKE ALL ON SCHEMA public FROM PUBLIC');
    await runner.query('GRANT USAGE ON SCHEMA public TO sightline_intake, sightline_pipeline, sightline_api, sightline_backup');
    for (const schema of ['log', 'kpi', 'directory', 'vault', 'intake']) await runner.query(`CREATE SCHEMA ${schema}`);
    await runner.query('GRANT USAGE ON SCHEMA log TO sightline_intake, sightline_pipeline, sightline_backup');
    await runner.query('GRANT USAGE ON SCHEMA kpi TO sightline_pipeline, sightline_api, sightline_backup');
    await runner.query('GRANT USAGE ON SCHEMA directory TO sightline_intake, sightline_pipeline, sightline_api, sightline_backup');
    await runner.query('GRANT USAGE ON SCHEMA intake TO sightline_intake, sightline_backup');
    await runner.query('GRANT USAGE ON SCHEMA vault TO sightline_intake');
    // Without settings the first comparison is null and no row passes: it fails closed.
    await runner.query(`
      CREATE FUNCTION kpi.in_scope(operator_id text, clinic_id text) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS $$
        SELECT operator_id = current_setting('sightline.operator', true)
           AND CASE left(current_setting('sightline.clinics', true), 1)
                 WHEN '*' THEN true
                 WHEN '[' THEN current_setting('sightline.clinics', true)::jsonb ? clinic_id
                 ELSE false END
      $$`);
    await runner.query('GRANT EXECUTE ON FUNCTION kpi.in_scope TO sightline_api');
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only: restore a backup');
  }
}
