import type { Interpretation, Row, SideliningReason } from '@sightline/contracts';

/** All rows of an interpretation. */
export function rowsOf(interpretation: Interpretation): Row[] {
  return [...interpretation.visits, ...interpretation.legs, ...interpretation.contacts, ...interpretation.states];
}

/** A contact is known by its clinic besides: one call may be a contact in several. */
function rowKey(row: Row): string {
  return row.family === 'contact' ? `contact\n${row.clinicId}` : `${row.family}\n${row.id}`;
}

/** Where a row counts: in which clinic, queue, agent and minute. */
function placeOf(row: Row): string {
  switch (row.family) {
    case 'visit':
      return `${row.clinicId}\n${row.queue}\n${row.callType}\n${row.enteredAt}`;
    case 'contact':
      return `${row.clinicId}\n${row.id}\n${row.callType}\n${row.enteredAt}`;
    case 'leg':
      return `${row.clinicId}\n${row.agentId}\n${row.callType}\n${row.answeredAt ?? row.startedAt}`;
    case 'state':
      return `${row.agentId}\n${row.at}`;
  }
}

function sameRow(a: Row, b: Row): boolean {
  const keys = Object.keys(a) as (keyof Row)[];
  return keys.every((key) => {
    const left: unknown = a[key];
    const right: unknown = b[key];
    return left === right || (key === ('call' as keyof Row) && JSON.stringify(left) === JSON.stringify(right));
  });
}

export interface RowDiff {
  /** Rows to write: new or changed. */
  readonly upserts: readonly Row[];
  /** Rows as they stood that are gone or have moved to another clinic, queue, agent or minute. */
  readonly removed: readonly Row[];
}

/** What to write so that `after` stands where `before` stood. */
export function diffRows(before: readonly Row[], after: readonly Row[]): RowDiff {
  if (before.length === 0) return { upserts: after, removed: [] };
  const old = new Map(before.map((row) => [rowKey(row), row]));
  const upserts: Row[] = [];
  const removed: Row[] = [];
  for (const row of after) {
    const key = rowKey(row);
    const known = old.get(key);
    old.delete(key);
    if (known && sameRow(row, known)) continue;
    upserts.push(row);
    if (known && placeOf(known) !== placeOf(row)) removed.push(known);
  }
  removed.push(...old.values());
  return { upserts, removed };
}

/** How many facts made no figure, by reason. */
export function sidelinedCounts(interpretation: Interpretation): Partial<Record<SideliningReason, number>> {
  const counts: Partial<Record<SideliningReason, number>> = {};
  for (const { reason } of interpretation.sidelined) counts[reason] = (counts[reason] ?? 0) + 1;
  return counts;
}
