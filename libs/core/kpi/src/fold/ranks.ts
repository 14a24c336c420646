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

function mergeVisit(higher: Visit, lower: Visit, aside: Aside): void {
  higher.entries.push(...lower.entries);
  higher.facts.push(...lower.facts);
  higher.furtherAnswers.push(...lower.furtherAnswers);
  if (lower.end === null) return;
  if (higher.end === null) higher.end = lower.end;
  else {
    higher.facts.push(lower.end.fact);
    aside.put(lower.end.fact, 'superseded');
  }
  higher.unknownEnd = false;
}

function mergeLeg(higher: Leg, lower: Leg): void {
  if (higher.outcome === 'ringing') higher.outcome = lower.outcome;
  if (lower.startedAt < higher.startedAt && higher.opening.fact.kind === 'callAnswered') higher.startedAt = lower.startedAt;
  higher.answeredAt ??= lower.answeredAt;
  if (higher.endedAt === null) {
    higher.endedAt = lower.endedAt;
    higher.endedBy = lower.endedBy;
  }
  if (higher.holds.length === 0) higher.holds.push(...lower.holds);
  higher.wrapStartedAt ??= lower.wrapStartedAt;
  higher.wrapEndedAt ??= lower.wrapEndedAt;
  higher.facts.push(...lower.facts);
}

/**
 * One reading out of those of several ranks, the highest first. Visits are matched one to one (same queue, nearest entry within 5 s),
 * legs per login within matched visits; where two ranks state a milestone the higher wins and what it superseded is listed.
 */
export function mergeReadings(readings: readonly Reading[], aside: Aside): Reading {
  const [first, ...rest] = readings;
  const result = first as Reading;
  for (const lower of rest) {
    const visitPairs = match(result.visits, lower.visits, (a, b) => {
      const d = Math.abs(a.enteredAt - b.enteredAt);
      return a.queue === b.queue && a.blocked === b.blocked && d <= SAME_VISIT_MS ? d : null;
    });
    const sameVisit = (a: Leg, b: Leg): boolean => a.visit === null || b.visit === null || visitPairs.get(b.visit) === a.visit;
    const legPairs = match(result.legs, lower.legs, (a, b) => {
      const d = Math.abs((a.answeredAt ?? a.startedAt) - (b.answeredAt ?? b.startedAt));
      return a.login === b.login && sameVisit(a, b) && d <= SAME_VISIT_MS ? d : null;
    });
    for (const leg of lower.legs) {
      const higher = legPairs.get(leg);
      if (higher) mergeLeg(higher, leg);
      else {
        leg.visit = (leg.visit && visitPairs.get(leg.visit)) ?? leg.visit;
        result.legs.push(leg);
      }
    }
    for (const visit of lower.visits) {
      const higher = visitPairs.get(visit);
      if (higher) mergeVisit(higher, visit, aside);
      else result.visits.push(visit);
    }
    result.visits.sort((a, b) => a.enteredAt - b.enteredAt);
  }
  return result;
}
