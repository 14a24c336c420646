import type { DirectoryRow } from '@sightline/contracts';
import type { DirectoryChange } from '@sightline/ports';
import { entryOf } from './entry';
import { keyOf, referencesOf } from './keys';
import type { RowProblem } from './problem';

/** Rows of one operator at most. */
const MAX_ROWS = 200_000;

/** What a change set is judged against. */
export interface Ground {
  /** The operator's rows as they are. */
  readonly rows: readonly DirectoryRow[];
  /** Names of sources that another operator has or ever had: calls in the log are known by them. */
  readonly takenSources: ReadonlySet<string>;
}

/** A row as it stands after the change set, and the change that made it so. */
interface Standing {
  readonly row: DirectoryChange;
  readonly index: number | null;
}

/** Everything that is wrong with a change set as a whole; empty when it may be said. Pure. */
export function checkChanges(ground: Ground, changes: readonly DirectoryChange[]): readonly RowProblem[] {
  const current = new Map(ground.rows.map((row) => [row.id, row]));
  const problems = checkEach(ground, current, changes);
  if (problems.length > 0) return problems;
  const standing = standingAfter(ground.rows, changes);
  if (standing.size > MAX_ROWS) {
    return [{ index: changes.length - 1, pointer: '', code: 'too-many-rows', detail: `a directory may have at most ${MAX_ROWS} rows` }];
  }
  return [...checkReferences(current, standing, changes), ...checkOverlaps(standing, changes)];
}

function checkEach(ground: Ground, current: ReadonlyMap<string, DirectoryRow>, changes: readonly DirectoryChange[]): RowProblem[] {
  const problems: RowProblem[] = [];
  const said = new Map<string, number>();
  changes.forEach((change, index) => {
    const refuse = (pointer: string, code: string, detail: string): void => void problems.push({ index, pointer, code, detail });
    const before = said.get(change.id);
    if (before === undefined) said.set(change.id, index);
    else refuse('/id', 'said-twice', `row ${before} of this set has the same id`);
    const { validFrom, validTo } = change;
    if (validFrom !== null && validTo !== null && validFrom >= validTo) refuse('/validTo', 'ends-first', 'must be later than validFrom');
    const existing = current.get(change.id);
    if (existing && existing.kind !== change.kind) refuse('/kind', 'other-kind', `the row of this id is a ${existing.kind}`);
    if (change.removed && !existing) refuse('/id', 'unknown-row', 'there is no row of this id');
    if (change.kind === 'source' && ground.takenSources.has(change.source))
      refuse('/source', 'source-taken', 'another operator has this source');
    if (change.kind !== 'operator') return;
    if (change.removed || validFrom !== null || validTo !== null) refuse('', 'operator-stays', 'the operator can only be renamed');
    if (existing?.kind === 'operator' && existing.demo !== change.demo) refuse('/demo', 'operator-stays', 'a demo stays a demo');
  });
  return problems;
}

function standingAfter(rows: readonly DirectoryRow[], changes: readonly DirectoryChange[]): ReadonlyMap<string, Standing> {
  const standing = new Map<string, Standing>(rows.map((row) => [row.id, { row, index: null }]));
  changes.forEach((row, index) => {
    if (row.removed) standing.delete(row.id);
    else standing.set(row.id, { row, index });
  });
  return standing;
}

/** Everything a row names is there, also for rows that nobody touched: what is needed cannot be removed. */
function checkReferences(
  current: ReadonlyMap<string, DirectoryRow>,
  standing: ReadonlyMap<string, Standing>,
  changes: readonly DirectoryChange[],
): readonly RowProblem[] {
  const there = new Set([...standing.values()].map(({ row }) => keyOf(row)));
  const problems: RowProblem[] = [];
  const needed = new Map<string, string[]>();
  for (const { row, index } of standing.values()) {
    for (const { member, key } of referencesOf(entryOf(row))) {
      if (there.has(key)) continue;
      if (index === null) append(needed, key, row.id);
      else problems.push({ index, pointer: `/${member}`, code: 'unknown-reference', detail: `there is no such ${key.split('\n', 1)[0]}` });
    }
  }
  changes.forEach(({ id }, index) => {
    const before = current.get(id);
    const rows = before && needed.get(keyOf(before));
    if (rows)
      problems.push({ index, pointer: '/id', code: 'still-needed', detail: `${rows.length} other rows name it`, rows: rows.slice(0, 10) });
  });
  return problems;
}

function append(lists: Map<string, string[]>, key: string, value: string): void {
  const list = lists.get(key);
  if (list) list.push(value);
  else lists.set(key, [value]);
}

/** Of one key only one row holds at any time. */
function checkOverlaps(standing: ReadonlyMap<string, Standing>, changes: readonly DirectoryChange[]): readonly RowProblem[] {
  const touched = new Map<string, Standing[]>(changes.map((change) => [keyOf(change), []]));
  for (const one of standing.values()) touched.get(keyOf(one.row))?.push(one);
  const problems: RowProblem[] = [];
  for (const rows of touched.values()) {
    rows.sort((a, b) => since(a) - since(b));
    let longest = rows[0];
    for (const next of rows.slice(1)) {
      if (longest && since(next) < until(longest)) problems.push(overlap(longest, next));
      if (!longest || until(next) > until(longest)) longest = next;
    }
  }
  return problems;
}

function since({ row }: Standing): number {
  return row.validFrom ?? -Infinity;
}

function until({ row }: Standing): number {
  return row.validTo ?? Infinity;
}

function overlap(a: Standing, b: Standing): RowProblem {
  return {
    index: Math.max(a.index ?? 0, b.index ?? 0),
    pointer: '/validFrom',
    code: 'overlap',
    detail: `two rows would say this ${a.row.kind} at the same time: ${a.row.id} and ${b.row.id}`,
    rows: [a.row.id, b.row.id],
  };
}
