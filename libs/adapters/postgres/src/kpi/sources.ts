import { PARTITIONS } from '@sightline/contracts';
import type { EntityManager } from 'typeorm';

/** Tables that keep something by entity key, beside the facts. */
const BY_KEY = ['sidelined', 'visit', 'contact', 'leg', 'state'] as const;

/** Where the keys of sources' entities lie, as ranges [since, until): from `c⏎source⏎` to the next source. */
export function entitiesSql(sources: string): string {
  return `(SELECT kind || E'\\n' || source || E'\\n' AS since, kind || E'\\n' || source || E'\\x0b' AS until
    FROM unnest(${sources}) AS source CROSS JOIN unnest('{c,l}'::text[]) AS kind)`;
}

/**
 * Removes what is known of the sources and of the operator, and takes every partition over, so that an owner who still has some of it in
 * memory is refused and reads anew.
 */
export async function removeOperator(manager: EntityManager, operatorId: string, sources: readonly string[]): Promise<void> {
  await manager.query('SELECT partition FROM kpi.header ORDER BY partition FOR UPDATE');
  const own = `${entitiesSql('$1::text[]')} AS own`;
  const within = 't.key >= own.since AND t.key < own.until';
  await manager.query(
    `DELETE FROM kpi.fact t USING ${own}, generate_series(0, ${PARTITIONS - 1}) AS p(partition) WHERE t.partition = p.partition AND ${within}`,
    [sources],
  );
  for (const table of BY_KEY) await manager.query(`DELETE FROM kpi.${table} t USING ${own} WHERE ${within}`, [sources]);
  await manager.query('DELETE FROM kpi.source_state WHERE source = ANY($1::text[])', [sources]);
  for (const table of ['changed_minute', 'changed_open'])
    await manager.query(`DELETE FROM kpi.${table} WHERE "operatorId" = $1`, [operatorId]);
  await manager.query('UPDATE kpi.header SET generation = generation + 1');
  await manager.query('NOTIFY kpi_committed');
}
