import type { EntityManager } from 'typeorm';

/** Tables that keep something by entity key. */
const BY_KEY = ['fact', 'sidelined', 'visit', 'contact', 'leg', 'state'] as const;

/** The entities of sources, as a join of a table `t`: what lies between `c⏎source⏎` and the next source, found by the key's index. */
export function ofSourcesSql(sources: string): string {
  return `(SELECT kind || E'\\n' || source || E'\\n' AS since, kind || E'\\n' || source || E'\\x0b' AS until
    FROM unnest(${sources}) AS source CROSS JOIN unnest('{c,l}'::text[]) AS kind) AS own ON t.key >= own.since AND t.key < own.until`;
}

/**
 * Removes what is known of the sources and of the operator, and takes every partition over, so that an owner who still has some of it in
 * memory is refused and reads anew.
 */
export async function removeOperator(manager: EntityManager, operatorId: string, sources: readonly string[]): Promise<void> {
  await manager.query('SELECT partition FROM kpi.header ORDER BY partition FOR UPDATE');
  for (const table of BY_KEY) {
    const own = ofSourcesSql('$1::text[]').replace(' ON ', ' WHERE ');
    await manager.query(`DELETE FROM kpi.${table} t USING ${own}`, [sources]);
  }
  await manager.query('DELETE FROM kpi.source_state WHERE source = ANY($1::text[])', [sources]);
  for (const table of ['changed_minute', 'changed_open'])
    await manager.query(`DELETE FROM kpi.${table} WHERE "operatorId" = $1`, [operatorId]);
  await manager.query('UPDATE kpi.header SET generation = generation + 1');
  await manager.query('NOTIFY kpi_committed');
}
