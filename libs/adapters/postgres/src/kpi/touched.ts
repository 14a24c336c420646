import type { DirectoryDiff, DirectoryKind, DirectoryRow } from '@sightline/contracts';
import type { DataSource } from 'typeorm';
import { Parameters } from './selection';
import { entitiesSql } from './sources';

const FOREVER = 9_007_199_254_740_991;

/** What is said of one call lies apart: a row's own instant may be so long before or after a fact that the directory row speaks of, ms. */
const CALL_MAX_MS = 86_400_000;

/** Facts that a mapping left out, or that found no place: another mapping may let them in. They have no row to be found by. */
const WITHOUT_ROW = ['foreignClinic', 'orphan'];

/** Rows of a table by source and one more column, within the validity of directory rows. */
interface Place {
  readonly table: 'visit' | 'leg' | 'state';
  readonly column: string;
  readonly at: string;
  readonly only?: string;
}

const QUEUES: readonly Place[] = [
  { table: 'visit', column: 'queue', at: '"enteredAt"' },
  { table: 'leg', column: 'queue', at: '"startedAt"', only: '"visitId" IS NULL' },
];
const NUMBERS: readonly Place[] = [{ table: 'visit', column: '"dialledNumber"', at: '"enteredAt"' }];
const TAGS: readonly Place[] = [{ table: 'visit', column: 'tag', at: '"enteredAt"' }];
/** Who answered a visit has a leg of it. */
const LOGINS: readonly Place[] = [
  { table: 'leg', column: 'login', at: '"startedAt"' },
  { table: 'state', column: 'login', at: 'at' },
];

type Keyed = DirectoryRow & { readonly source: string };

function ofKind<K extends DirectoryKind>(diff: DirectoryDiff, kind: K): readonly DirectoryRow<K>[] {
  return diff.rows.filter((row): row is DirectoryRow<K> => row.kind === kind);
}

/** Collects the SELECTs of one question. */
class Question {
  private readonly parameters = new Parameters();
  private readonly selects: string[] = [];
  private readonly where: string;

  constructor(partition: number, after: string | null) {
    this.where = `t.partition = ${this.parameters.add(partition)}::int AND t.key > ${this.parameters.add(after ?? '')}`;
  }

  select(from: string): void {
    this.selects.push(`SELECT t.key FROM ${from} AND ${this.where}`);
  }

  add(values: readonly unknown[], type: string): string {
    return `${this.parameters.add(values)}::${type}[]`;
  }

  at<R extends Keyed>(places: readonly Place[], rows: readonly R[], valueOf: (row: R) => string): void {
    if (rows.length === 0) return;
    const arrays = [
      this.add(
        rows.map((row) => row.source),
        'text',
      ),
      this.add(rows.map(valueOf), 'text'),
      this.add(
        rows.map((row) => (row.validFrom ?? -FOREVER) - (row.validFrom === null ? 0 : CALL_MAX_MS)),
        'bigint',
      ),
      this.add(
        rows.map((row) => (row.validTo ?? FOREVER) + (row.validTo === null ? 0 : CALL_MAX_MS)),
        'bigint',
      ),
    ];
    const said = `unnest(${arrays.join(', ')}) AS d(source, value, since, until)`;
    for (const { table, column, at, only } of places)
      this.select(
        `kpi.${table} t JOIN ${said} ON t.source = d.source AND t.${column} = d.value AND t.${at} >= d.since AND t.${at} < d.until WHERE ${only ? `t.${only}` : 'true'}`,
      );
  }

  async answer(source: DataSource, limit: number): Promise<readonly string[]> {
    if (this.selects.length === 0) return [];
    const rows: { key: string }[] = await source.query(
      `SELECT DISTINCT key FROM (${this.selects.join(' UNION ALL ')}) AS found ORDER BY key LIMIT ${this.parameters.add(limit)}`,
      this.parameters.values,
    );
    return rows.map((row) => row.key);
  }
}

function mappings(question: Question, diff: DirectoryDiff): void {
  const rows = ofKind(diff, 'mapping');
  if (rows.length === 0) return;
  for (const [by, places] of [
    ['queue', QUEUES],
    ['dialledNumber', NUMBERS],
    ['tag', TAGS],
  ] as const)
    question.at(
      places,
      rows.filter((row) => row.by === by),
      (row) => row.value,
    );
  const sources = question.add([...new Set(rows.map((row) => row.source))], 'text');
  question.select(`kpi.sidelined t WHERE t.source = ANY(${sources}) AND t.counts ?| ${question.add(WITHOUT_ROW, 'text')}`);
  // Legs without a visit (outbound) are mapped by number or tag, which they do not keep: all of the source are looked at again.
  const outbound = [...new Set(rows.filter((row) => row.by !== 'queue').map((row) => row.source))];
  if (outbound.length > 0) question.select(`kpi.leg t WHERE t."visitId" IS NULL AND t.source = ANY(${question.add(outbound, 'text')})`);
}

/** Sources that came, went or changed hands; nothing else about a source changes a row. */
function movedSources(diff: DirectoryDiff): readonly string[] {
  const bySource = new Map<string, DirectoryRow<'source'>[]>();
  for (const row of ofKind(diff, 'source')) bySource.set(row.source, [...(bySource.get(row.source) ?? []), row]);
  return [...bySource]
    .filter(
      ([, rows]) =>
        !rows.every((row) => !row.removed && row.operatorId === rows[0]?.operatorId) || rows.every((row) => row.version > diff.from),
    )
    .map(([source]) => source);
}

/** Entity keys of one partition, in key order after the cursor, that the diff may change. */
export async function touchedKeys(
  source: DataSource,
  partition: number,
  diff: DirectoryDiff,
  after: string | null,
  limit: number,
): Promise<readonly string[]> {
  const question = new Question(partition, after);
  mappings(question, diff);
  question.at(QUEUES, ofKind(diff, 'queue'), (row) => row.queue);
  question.at(LOGINS, ofKind(diff, 'login'), (row) => row.login);
  const moved = movedSources(diff);
  if (moved.length > 0)
    question.select(
      `kpi.fact t JOIN ${entitiesSql(question.add(moved, 'text'))} AS own ON t.key >= own.since AND t.key < own.until WHERE true`,
    );
  return question.answer(source, limit);
}
