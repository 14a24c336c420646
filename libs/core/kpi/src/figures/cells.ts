import type { ContactRow, Durations, LegCell, LegRow, VisitCell, VisitRow } from '@sightline/contracts';
import { emptyLegCell, emptyVisitCell, SHORT_TALK_SECONDS } from '@sightline/contracts';

export { emptyLegCell, emptyVisitCell, SHORT_TALK_SECONDS };

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
type Counts = Record<string, number>;

/** Waits round up, so that "within T seconds" is exact for every whole T. */
export function waitSeconds(waitMs: number): number {
  return Math.ceil(waitMs / 1_000);
}

/** Talk, hold, wrap and handle round down, so that "under t seconds" is exact for every whole t. */
export function durationSeconds(ms: number): number {
  return Math.floor(ms / 1_000);
}

/** Adds to a sparse map; a count that becomes 0 leaves it, so that equal cells are identical. */
function count(counts: Counts, key: string | number, by: number): void {
  // Keys are a source's own words: one may be called as a member that every object has.
  const value = (Object.hasOwn(counts, key) ? (counts[key] as number) : 0) + by;
  if (value === 0) delete counts[key];
  else counts[key] = value;
}

function measure(durations: Durations, ms: number, second: number, sign: number): void {
  const draft = durations as Mutable<Durations>;
  draft.n += sign;
  draft.sumMs += sign * ms;
  count(draft.seconds as Counts, second, sign);
}

/** Talk of an answered visit or leg whose end is known. */
function talked(
  cell: VisitCell | LegCell,
  row: { talkMs: number; holdMs: number; wrapMs: number; endedBy: string | null },
  sign: number,
): void {
  const handleMs = row.talkMs + row.holdMs + row.wrapMs;
  measure(cell.talk, row.talkMs, durationSeconds(row.talkMs), sign);
  measure(cell.hold, row.holdMs, durationSeconds(row.holdMs), sign);
  measure(cell.wrap, row.wrapMs, durationSeconds(row.wrapMs), sign);
  measure(cell.handle, handleMs, durationSeconds(handleMs), sign);
  const draft = cell as Mutable<VisitCell>;
  if (row.holdMs > 0) draft.held += sign;
  if (row.talkMs < SHORT_TALK_SECONDS * 1_000) {
    const by = row.endedBy === 'agent' || row.endedBy === 'caller' || row.endedBy === 'system' ? row.endedBy : 'unknown';
    (draft.shortTalk as Counts)[by] = draft.shortTalk[by] + sign;
  }
}

/** What a row is at a given instant: a wait that is past its cutoff has an unknown end. */
type Ending = Pick<VisitRow, 'outcome' | 'flowOutReason' | 'waitMs'>;

function ending(cell: VisitCell, end: Ending, sign: number): void {
  const draft = cell as Mutable<VisitCell>;
  switch (end.outcome) {
    case 'answered':
      return measure(cell.answered, end.waitMs ?? 0, waitSeconds(end.waitMs ?? 0), sign);
    case 'abandoned':
      return measure(cell.abandoned, end.waitMs ?? 0, waitSeconds(end.waitMs ?? 0), sign);
    case 'flowedOut':
      return count(cell.flowedOut as Counts, end.flowOutReason ?? 'otherQueue', sign);
    case 'blocked':
      draft.blocked += sign;
      return;
    case 'waiting':
      draft.waiting += sign;
      return;
    case 'endUnknown':
      draft.endUnknown += sign;
  }
}

/**
 * Adds (sign 1) or takes away (sign −1) one visit. `endUnknownBefore`, ms: a visit that entered before and still waits counts as
 * endUnknown. Changes `cell`.
 */
export function addVisit(cell: VisitCell, row: VisitRow, sign: 1 | -1, endUnknownBefore: number): void {
  const expired = row.outcome === 'waiting' && row.enteredAt < endUnknownBefore;
  ending(cell, expired ? { ...row, outcome: 'endUnknown' } : row, sign);
  if (row.outcome === 'answered' && row.legs > 0 && row.legs === row.legsEnded) talked(cell, row, sign);
  if (row.outcome === 'answered') count(cell.dispositions as Counts, row.disposition ?? '', sign);
  if (row.surveyInvited) (cell as Mutable<VisitCell>).surveyInvited += sign;
  if (row.surveyScore !== null) count(cell.surveyScores as Counts, `${row.surveyScore}/${row.surveyScaleMax}`, sign);
}

/** Adds or takes away one contact. Changes `cell`. */
export function addContact(cell: VisitCell, row: ContactRow, sign: 1 | -1, endUnknownBefore: number): void {
  const expired = row.outcome === 'waiting' && row.waitingSince !== null && row.waitingSince < endUnknownBefore;
  ending(cell, expired ? { outcome: row.expiredOutcome, flowOutReason: row.expiredFlowOutReason, waitMs: row.expiredWaitMs } : row, sign);
  if (row.outcome === 'answered' && row.legs > 0 && row.legs === row.legsEnded) talked(cell, { ...row, endedBy: null }, sign);
}

/** Adds or takes away one leg. Changes `cell`. */
export function addLeg(cell: LegCell, row: LegRow, sign: 1 | -1): void {
  const draft = cell as Mutable<LegCell>;
  draft.attempts += sign;
  if (row.outcome === 'missed') draft.missed += sign;
  if (row.direction === 'outbound') draft.outbound += sign;
  if (row.answeredAt === null) return;
  draft.answered += sign;
  if (row.ringMs !== null) measure(cell.ring, row.ringMs, durationSeconds(row.ringMs), sign);
  if (row.talkMs === null) return;
  talked(cell, { talkMs: row.talkMs, holdMs: row.holdMs ?? 0, wrapMs: row.wrapMs ?? 0, endedBy: row.endedBy }, sign);
}

function own(members: Record<string, unknown>, key: string): unknown {
  return Object.hasOwn(members, key) ? members[key] : undefined;
}

function merged(a: unknown, b: unknown, sign: 1 | -1): unknown {
  if (typeof a === 'number' || typeof b === 'number') return ((a as number | undefined) ?? 0) + sign * ((b as number | undefined) ?? 0);
  const left = (a ?? {}) as Record<string, unknown>;
  const right = (b ?? {}) as Record<string, unknown>;
  const result: Record<string, unknown> = {};
  for (const key of new Set([...Object.keys(left), ...Object.keys(right)])) result[key] = merged(own(left, key), own(right, key), sign);
  return result;
}

/** Sparse maps hold no zeros; fixed members always stand. */
function pruned<T extends VisitCell | LegCell>(cell: T, empty: T): T {
  const prune = (value: unknown, fixed: unknown): unknown => {
    if (typeof value === 'number') return value === 0 ? 0 : value;
    const entries = Object.entries(value as Record<string, unknown>)
      .map(([key, inner]) => [key, prune(inner, (fixed as Record<string, unknown> | undefined)?.[key])] as const)
      .filter(([key, inner]) => inner !== 0 || (fixed !== undefined && Object.hasOwn(fixed as object, key)));
    return Object.fromEntries(entries);
  };
  return prune(cell, empty) as T;
}

/** a + b. Commutative and associative; with `subtract` a group. */
export function mergeVisitCells(a: VisitCell, b: VisitCell): VisitCell {
  return pruned(merged(a, b, 1) as VisitCell, emptyVisitCell());
}

/** a − b. */
export function subtractVisitCells(a: VisitCell, b: VisitCell): VisitCell {
  return pruned(merged(a, b, -1) as VisitCell, emptyVisitCell());
}

/** a + b. */
export function mergeLegCells(a: LegCell, b: LegCell): LegCell {
  return pruned(merged(a, b, 1) as LegCell, emptyLegCell());
}

/** a − b. */
export function subtractLegCells(a: LegCell, b: LegCell): LegCell {
  return pruned(merged(a, b, -1) as LegCell, emptyLegCell());
}

/** One text per cell: members in order. Equal cells have equal texts. */
export function canonicalCell(cell: VisitCell | LegCell): string {
  return JSON.stringify(cell, (_key, value: unknown) =>
    typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))) : value,
  );
}

/** The instant by which a row falls into an interval: a visit's and contact's entry; a leg's answer, of an attempt its start. */
export function rowInstant(row: VisitRow | ContactRow | LegRow): number {
  return row.family === 'leg' ? (row.answeredAt ?? row.startedAt) : row.enteredAt;
}
