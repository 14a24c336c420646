import type { CallEvent, CallRef, FactKind } from '@sightline/contracts';
import { visitsOfEntries } from './entries';
import type { Leg, LegWork } from './legs';
import { buildLegs, closeAttempts, isLegFact } from './legs';
import { compareEvents, compareSources } from './order';
import type { Reading } from './ranks';
import { mergeReadings } from './ranks';
import { pairTerminals } from './terminals';
import type { Aside, Visit } from './visit';
import { SAME_MOMENT_MS, terminalKind } from './visit';

/** What the facts of a call say of visits and legs: rank by rank, the highest first, then put together. */
export function readRanks(call: CallRef, events: readonly CallEvent[], aside: Aside): Reading {
  const ranks = [...new Set(events.map((event) => event.rank))].sort((a, b) => b - a);
  if (ranks.length <= 1) return readRank(call, events, ranks[0] ?? 0, aside, null);
  let carried: CallEvent[] = [];
  const readings = ranks.map((rank, index) => {
    const own = [...events.filter((event) => event.rank === rank), ...carried].sort(compareEvents);
    const orphans: CallEvent[] | null = index < ranks.length - 1 ? [] : null;
    const reading = readRank(call, own, rank, aside, orphans);
    carried = orphans ?? [];
    return reading;
  });
  const merged = mergeReadings(readings, aside);
  return { ...merged, visits: withoutRepetitions(merged.visits, merged.legs, aside) };
}

/** The reading of one rank; `events` are its own and those of higher ranks that found nothing to belong to there. */
function readRank(call: CallRef, events: readonly CallEvent[], rank: number, aside: Aside, orphans: CallEvent[] | null): Reading {
  const of = (kind: FactKind): CallEvent[] => events.filter((event) => event.fact.kind === kind);
  const paired = [...visitsOfEntries(of('queueEntered'), call.source, false), ...visitsOfEntries(of('callBlocked'), call.source, true)];
  if (paired.length > 1) paired.sort((a, b) => a.enteredAt - b.enteredAt);
  pairTerminals(
    { visits: paired, own: call.source, aside, orphans, legEnded: legEnds(events) },
    events.filter((event) => terminalKind(event) !== null),
  );
  const legs: Leg[] = [];
  const visits = withoutRepetitions(paired, legs, aside);
  const visitOf = new Map<CallEvent, Visit>();
  for (const visit of visits) {
    if (visit.end?.kind === 'answered') visitOf.set(visit.end.fact, visit);
    for (const answer of visit.furtherAnswers) visitOf.set(answer, visit);
  }
  const work: LegWork = { rank, legs, visits, visitOf, aside, orphans };
  const legFacts = events.filter(isLegFact);
  const own = legFacts.filter((event) => event.rank === rank);
  const sources = new Set(own.map((event) => event.source));
  for (const source of [...sources].sort(compareSources(call.source))) {
    buildLegs(work, sources.size === 1 ? own : own.filter((event) => event.source === source));
  }
  if (own.length < legFacts.length) {
    buildLegs(
      work,
      legFacts.filter((event) => event.rank > rank),
    );
  }
  closeAttempts(legs);
  return { rank, visits: withoutRepetitions(visits, legs, aside), legs };
}

/** Whether a leg of a login was said to end in [from, to]. */
function legEnds(events: readonly CallEvent[]): (login: string | undefined, from: number, to: number) => boolean {
  return (login, from, to) =>
    events.some(
      (event) =>
        (event.fact.kind === 'legEnded' || (event.fact.kind === 'callTransferred' && event.fact.mode === 'cold')) &&
        event.login === login &&
        event.occurredAt >= from &&
        event.occurredAt <= to,
    );
}

/** A free entry within [entry − 2 s, end) of another visit of its queue is that entry again; one before a later visit has an unknown end. */
function withoutRepetitions(visits: readonly Visit[], legs: readonly Leg[], aside: Aside): Visit[] {
  if (visits.length === 1) return [...visits];
  return visits.filter((visit, index) => {
    if (visit.end !== null || visit.blocked) return true;
    const host = visits.find(
      (other) =>
        other !== visit &&
        other.end !== null &&
        other.queue === visit.queue &&
        other.enteredAt - SAME_MOMENT_MS <= visit.enteredAt &&
        visit.enteredAt < other.end.at,
    );
    if (host) {
      host.facts.push(...visit.entries, ...visit.facts);
      for (const leg of legs) if (leg.visit === visit) leg.visit = host;
      for (const entry of visit.entries) aside.put(entry, 'repetition');
      return false;
    }
    if (visits.slice(index + 1).some((later) => later.queue === visit.queue && !later.blocked)) visit.unknownEnd = true;
    return true;
  });
}
