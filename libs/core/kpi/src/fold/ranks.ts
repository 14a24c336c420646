import type { Leg } from './legs';
import type { Aside, Visit } from './visit';

/** Visits of two ranks are one when their entries in a queue lie so near, ms. */
export const SAME_VISIT_MS = 5_000;

/** One rank's own reading of a call. */
export interface Reading {
  readonly rank: number;
  readonly visits: Visit[];
  readonly legs: Leg[];
}

/** One to one, nearest first. */
function match<T>(higher: readonly T[], lower: readonly T[], distance: (a: T, b: T) => number | null): Map<T, T> {
  const pairs: { a: T; b: T; d: number }[] = [];
  for (const a of higher) {
    for (const b of lower) {
      const d = distance(a, b);
      if (d !== null) pairs.push({ a, b, d });
    }
  }
  pairs.sort((x, y) => x.d - y.d);
  const found = new Map<T, T>();
  const used = new Set<T>();
  for (const { a, b } of pairs) {
    if (used.has(a) || found.has(b)) continue;
    used.add(a);
    found.set(b, a);
  }
  return found;
}

function isClose(a: number, b: number): boolean {
  return Math.abs(a - b) <= SAME_VISIT_MS;
}

/** The higher of two terminals wins; one that was only inferred gives way to a stated one. */
function mergeVisit(higher: Visit, lower: Visit, aside: Aside): void {
  higher.entries.push(...lower.entries);
  higher.facts.push(...lower.facts);
  higher.furtherAnswers.push(...lower.furtherAnswers);
  higher.unknownEnd ||= lower.unknownEnd;
  if (lower.end === null) return;
  if (higher.end !== null) {
    const beaten = higher.end.inferred && !lower.end.inferred ? higher.end : lower.end;
    higher.facts.push(beaten.fact);
    aside.put(beaten.fact, 'superseded');
    if (beaten === lower.end) return;
  }
  higher.end = lower.end;
}

function mergeLeg(higher: Leg, lower: Leg): void {
  if (higher.login === '') higher.login = lower.login;
  higher.visit ??= lower.visit;
  if (higher.outcome === 'ringing') higher.outcome = lower.outcome;
  if (lower.startedAt < higher.startedAt && higher.opening.fact.kind === 'callAnswered') higher.startedAt = lower.startedAt;
  higher.answeredAt ??= lower.answeredAt;
  if (higher.endRank === null && (lower.endRank !== null || higher.endedAt === null)) {
    higher.endedAt = lower.endedAt;
    higher.endedBy = lower.endedBy;
    higher.endRank = lower.endRank;
  }
  if (higher.holds.length === 0) higher.holds.push(...lower.holds);
  higher.wrapStartedAt ??= lower.wrapStartedAt;
  higher.wrapEndedAt ??= lower.wrapEndedAt;
  higher.facts.push(...lower.facts);
}

type Pairs = Map<Visit, Visit>;

function pairVisits(higher: readonly Visit[], lower: readonly Visit[]): Pairs {
  return match(higher, lower, (a, b) =>
    a.queue === b.queue && a.blocked === b.blocked && isClose(a.enteredAt, b.enteredAt) ? Math.abs(a.enteredAt - b.enteredAt) : null,
  );
}

/** How far the ends of two visits lie apart; Infinity where they are not one and the same. */
function endDistance(a: Visit, b: Visit): number {
  if (a.end === null || a.end.kind !== b.end?.kind || !isClose(a.end.at, b.end.at)) return Infinity;
  const sameAgent = (a.end.fact.login ?? b.end.fact.login) === (b.end.fact.login ?? a.end.fact.login);
  return sameAgent ? Math.abs(a.end.at - b.end.at) : Infinity;
}

/**
 * A record of a whole call may reach from the first entry to the end of a later visit: its terminal then belongs to that visit, its entry
 * to the first. Says which lower visit that is: it ends when the record does, in the same way, and no other record is about it.
 */
function reachedVisit(record: Visit, own: Visit | undefined, lower: readonly Visit[], pairs: Pairs): Visit | undefined {
  let found: Visit | undefined;
  let least = own ? endDistance(record, own) : Infinity;
  for (const visit of lower) {
    const distance = endDistance(record, visit);
    if (distance >= least || pairs.has(visit) || visit.enteredAt < record.enteredAt - SAME_VISIT_MS) continue;
    found = visit;
    least = distance;
  }
  return found;
}

/** Gives terminals and legs of records that reach over several visits to the last of them. Visits of the result that remain. */
function splitRecords(result: Reading, lower: Reading, pairs: Pairs, aside: Aside): Visit[] {
  const ownOf = new Map([...pairs].map(([low, high]) => [high, low]));
  return result.visits.filter((record) => {
    const own = ownOf.get(record);
    const reached = reachedVisit(record, own, lower.visits, pairs);
    if (!reached || !record.end || !reached.end) return true;
    reached.facts.push(reached.end.fact, ...record.facts);
    aside.put(reached.end.fact, 'superseded');
    reached.end = record.end;
    record.end = null;
    for (const leg of result.legs) if (leg.visit === record) leg.visit = reached;
    if (own) return true;
    reached.facts.push(...record.entries);
    for (const entry of record.entries) aside.put(entry, 'superseded');
    return false;
  });
}

/**
 * One reading out of those of several ranks, the highest first. Visits are matched one to one (same queue, nearest entry within 5 s),
 * legs per login within matched visits; where two ranks state a milestone the higher wins and what it superseded is listed.
 */
export function mergeReadings(readings: readonly Reading[], aside: Aside): Reading {
  const [first, ...rest] = readings;
  let result = first as Reading;
  for (const lower of rest) {
    const pairs = pairVisits(result.visits, lower.visits);
    const visits = splitRecords(result, lower, pairs, aside);
    const mergedInto = (visit: Visit | null): Visit | null => (visit === null ? null : (pairs.get(visit) ?? visit));
    const legPairs = match(result.legs, lower.legs, (a, b) => {
      const sameVisit = a.visit === null || b.visit === null || a.visit === mergedInto(b.visit);
      const sameLogin = a.login === b.login || a.login === '' || b.login === '';
      const distance = Math.abs((a.answeredAt ?? a.startedAt) - (b.answeredAt ?? b.startedAt));
      return sameVisit && sameLogin && distance <= SAME_VISIT_MS ? distance : null;
    });
    for (const leg of lower.legs) {
      const higher = legPairs.get(leg);
      leg.visit = mergedInto(leg.visit);
      if (!higher) result.legs.push(leg);
      else mergeLeg(higher, leg);
    }
    for (const visit of lower.visits) {
      const higher = pairs.get(visit);
      if (higher) mergeVisit(higher, visit, aside);
      else visits.push(visit);
    }
    visits.sort((a, b) => a.enteredAt - b.enteredAt);
    result = { ...result, visits };
  }
  return result;
}
