import type { VisitRow } from '@sightline/contracts';
import type { LiveClock } from './open';
import { clockOfOpen } from './open';

/** Which callers are meant. */
export interface WaitingScope {
  readonly clinics: ReadonlySet<string> | 'all';
  /** source/queue; absent = every queue of the clinics. */
  readonly queues?: ReadonlySet<string>;
  /** Whole seconds the clinic's contract allows, inclusive. */
  readonly thresholdSecondsOf: (clinicId: string) => number;
}

export interface Waiting {
  readonly waiting: number;
  /** When the caller who waits longest entered, ms by the wall clock; null when nobody waits. */
  readonly longestSince: number | null;
  /** Callers who have waited longer than the threshold. */
  readonly pastThreshold: number;
  /** How long each has waited so far, ms, longest first: what a live service level's `open` is reckoned from. */
  readonly waitsMs: readonly number[];
}

function inScope(visit: VisitRow, { clinics, queues }: WaitingScope): boolean {
  return (clinics === 'all' || clinics.has(visit.clinicId)) && (!queues || queues.has(`${visit.source}/${visit.queue}`));
}

/** The callers who wait now. Who entered before a source's `openSince` is not among them: nobody knows how that wait ended. */
export function waitingNow(visits: readonly VisitRow[], scope: WaitingScope, clock: LiveClock): Waiting {
  const waitsMs: number[] = [];
  let longestSince: number | null = null;
  let pastThreshold = 0;
  for (const visit of visits) {
    if (visit.outcome !== 'waiting' || !inScope(visit, scope)) continue;
    const own = clockOfOpen(clock, visit.source, visit.enteredAt);
    if (!own) continue;
    const since = clock.nowMs - own.nowMs + visit.enteredAt;
    if (longestSince === null || since < longestSince) longestSince = since;
    const waitMs = Math.max(0, clock.nowMs - since);
    waitsMs.push(waitMs);
    if (waitMs > scope.thresholdSecondsOf(visit.clinicId) * 1_000) pastThreshold += 1;
  }
  waitsMs.sort((a, b) => b - a);
  return { waiting: waitsMs.length, longestSince, pastThreshold, waitsMs };
}
