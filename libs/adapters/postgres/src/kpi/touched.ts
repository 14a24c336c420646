import type { DirectoryDiff, DirectoryRow } from '@sightline/contracts';
import { partitionOfEntity, parseEntityKey } from '@sightline/contracts';
import type { DataSource } from 'typeorm';

const FOREVER = 9_007_199_254_740_991;

interface Part {
  readonly sql: string;
  readonly arrays: readonly (readonly unknown[])[];
}

function dated(rows: readonly DirectoryRow[]): readonly (readonly number[])[] {
  return [rows.map((row) => row.validFrom ?? -FOREVER), rows.map((row) => row.validTo ?? FOREVER)];
}

/** Which statement finds the entities that a kind of directory row may mean something to, within its validity. */
function partsOf(diff: DirectoryDiff): readonly Part[] {
  const parts: Part[] = [];
  const by = (
    source: string,
    value: string,
    table: string,
    at: string,
    rows: readonly DirectoryRow[],
    sources: string[],
    values: string[],
  ): void => {
    if (rows.length === 0) return;
    parts.push({
      sql: `SELECT t.key FROM kpi.${table} t JOIN unnest($1::text[], $2::text[], $3::bigint[], $4::bigint[]) AS d(source, value, since, until)
            ON t.${source} = d.source AND t.${value} = d.value AND t.${at} >= d.since AND t.${at} < d.until`,
      arrays: [sources, values, ...dated(rows)],
    });
  };
  const mappings = diff.rows.filter((row): row is DirectoryRow<'mapping'> => row.kind === 'mapping');
  for (const [kind, column] of [
    ['queue', 'queue'],
    ['dialledNumber', '"dialledNumber"'],
    ['tag', 'tag'],
  ] as const) {
    const rows = mappings.filter((row) => row.by === kind);
    const sources = rows.map((row) => row.source);
    const values = rows.map((row) => row.value);
    by('source', column, 'visit', '"enteredAt"', rows, sources, values);
    if (kind === 'queue') by('source', 'queue', 'leg', '"startedAt"', rows, sources, values);
  }
  const queues = diff.rows.filter((row): row is DirectoryRow<'queue'> => row.kind === 'queue');
  by(
    'source',
    'queue',
    'visit',
    '"enteredAt"',
    queues,
    queues.map((row) => row.source),
    queues.map((row) => row.queue),
  );
  by(
    'source',
    'queue',
    'leg',
    '"startedAt"',
    queues,
    queues.map((row) => row.source),
    queues.map((row) => row.queue),
  );
  const logins = diff.rows.filter((row): row is DirectoryRow<'login'> => row.kind === 'login');
  by(
    'source',
    'login',
    'leg',
    '"startedAt"',
    logins,
    logins.map((row) => row.source),
    logins.map((row) => row.login),
  );
  by(
    'source',
    'login',
    'visit',
    '"endedAt"',
    logins,
    logins.map((row) => row.source),
    logins.map((row) => row.login),
  );
  by(
    'source',
    'login',
    'state',
    'at',
    logins,
    logins.map((row) => row.source),
    logins.map((row) => row.login),
  );
  // Legs without a visit (outbound) are mapped by number or tag, which they do not keep: all of the source are looked at again.
  const outbound = [...new Set(mappings.filter((row) => row.by !== 'queue').map((row) => row.source))];
  if (outbound.length > 0)
    parts.push({ sql: 'SELECT t.key FROM kpi.leg t WHERE t."visitId" IS NULL AND t.source = ANY($1::text[])', arrays: [outbound] });
  const sources = [...new Set(diff.rows.flatMap((row) => (row.kind === 'source' ? [row.source] : [])))];
  if (sources.length > 0) {
    parts.push({ sql: `SELECT t.key FROM kpi.fact t WHERE split_part(t.key, E'\\n', 2) = ANY($1::text[])`, arrays: [sources] });
  }
  return parts;
}

/** Entity keys of one partition, in key order after the cursor, that the diff may change. */
export async function touchedKeys(
  source: DataSource,
  partition: number,
  diff: DirectoryDiff,
  after: string | null,
  limit: number,
): Promise<readonly string[]> {
  const parts = partsOf(diff);
  if (parts.length === 0) return [];
  const values: unknown[] = [];
  const selects = parts.map(({ sql, arrays }) => {
    const shifted = sql.replace(/\$(\d+)/g, (_all, index: string) => `$${values.length + Number(index)}`);
    values.push(...arrays);
    return `(${shifted})`;
  });
  // Row tables know no partition: keys are read in order, a bounded page at a time, and those of the partition kept.
  const found: string[] = [];
  let cursor = after ?? '';
  const page = Math.max(1_000, limit * 40);
  for (;;) {
    const rows: { key: string }[] = await source.query(
      `SELECT key FROM (${selects.join(' UNION ')}) AS touched WHERE key > $${values.length + 1} ORDER BY key LIMIT ${page}`,
      [...values, cursor],
    );
    for (const { key } of rows) {
      if (partitionOfEntity(parseEntityKey(key)) === partition) found.push(key);
      if (found.length === limit) return found;
    }
    if (rows.length < page) return found;
    cursor = (rows.at(-1) as { key: string }).key;
  }
}
