import type { QueryRunner } from 'typeorm';

/** What a role may see or write of a table: a condition over its rows. */
export interface Policy {
  readonly role: 'intake' | 'pipeline' | 'api' | 'backup';
  readonly command: 'ALL' | 'SELECT' | 'INSERT';
  readonly condition: string;
}

/**
 * Forces row-level security on a table, its owner included. A role without a policy sees nothing, whatever it was granted: a forgotten
 * policy fails closed.
 */
export async function secure(runner: QueryRunner, table: string, policies: readonly Policy[]): Promise<void> {
  await runner.query(`ALTER TABLE ${table} ENABLE ROW LEVEL SECURITY`);
  await runner.query(`ALTER TABLE ${table} FORCE ROW LEVEL SECURITY`);
  for (const { role, command, condition } of policies) {
    const using = command === 'INSERT' ? '' : ` USING (${condition})`;
    const check = command === 'SELECT' ? '' : ` WITH CHECK (${condition})`;
    await runner.query(`CREATE POLICY ${role}_${command.toLowerCase()} ON ${table} FOR ${command} TO sightline_${role}${using}${check}`);
  }
}

/** Policies of roles that work with every row of a table. */
export function whole(...roles: readonly Policy['role'][]): readonly Policy[] {
  return roles.map((role) => ({ role, command: role === 'backup' ? 'SELECT' : 'ALL', condition: 'true' }));
}
