import type { CallEvent, DirectoryRow, Interpretation, LegRow, StoredFact, VisitRow } from '@sightline/contracts';
import { contentHashOf, decodeSubmission, entityKey, entityOf } from '@sightline/contracts';
import { createMeaning, interpret } from '@sightline/core-kpi';
import type { CentreEvent } from '../src/centre';
import {
  ASSISTANTS,
  AUDITORS,
  centreDirectory,
  CLINICS,
  dayEvents,
  dayOf,
  dayStart,
  dayStatements,
  nextDay,
  POOLS,
  queueLogOf,
} from '../src/centre';

const MONDAY = '2026-11-23';
const SUNDAY = '2026-11-29';
const SOURCE = 'demo';

function decoded(events: readonly CentreEvent[]): CallEvent[] {
  return events.map((event) => {
    const result = decodeSubmission(JSON.parse(JSON.stringify(event)), SOURCE);
    if (!result.ok) throw new Error(`${event.eventId}: ${result.problem.pointer} ${result.problem.detail}`);
    return { ...result.submission.event, receivedAt: event.occurredAt };
  });
}

function folded(events: readonly CallEvent[]): Interpretation[] {
  const rows = centreDirectory(SOURCE).map((row): DirectoryRow => ({
    ...row,
    operatorId: 'op',
    version: 1,
    recordedAt: 0,
    removed: false,
  }));
  const meaning = createMeaning({ version: 1, rows });
  const facts = new Map<string, StoredFact[]>();
  for (const event of events) {
    const entity = entityOf(event);
    if (!entity) throw new Error(`${event.eventId} belongs to nothing`);
    const key = entityKey(entity);
    facts.set(key, [...(facts.get(key) ?? []), { event, contentHash: contentHashOf(event) }]);
  }
  return [...facts].map(([key, list]) => interpret(key, list, meaning));
}

describe('the demo centre', () => {
  test('is what was promised: 24 clinics in 4 zones, 3 pools, 60 people, four of them in a ramp class', () => {
    expect(CLINICS).toHaveLength(24);
    expect(new Set(CLINICS.map((clinic) => clinic.zone)).size).toBe(4);
    expect(POOLS).toHaveLength(3);
    expect(ASSISTANTS.length + AUDITORS.length).toBe(60);
    expect(ASSISTANTS.filter((person) => person.ramp)).toHaveLength(4);
    expect(new Set([...ASSISTANTS, ...AUDITORS].map((person) => person.name)).size).toBe(60);
    expect(new Set(centreDirectory(SOURCE).map((row) => row.id)).size).toBe(centreDirectory(SOURCE).length);
  });

  test('the same seed and day give the very same events; another seed gives others', () => {
    const once = JSON.stringify(dayEvents(7, MONDAY));
    expect(JSON.stringify(dayEvents(7, MONDAY))).toBe(once);
    expect(JSON.stringify(dayEvents(8, MONDAY))).not.toBe(once);
  });

  test('days follow each other without a gap, also where clocks change', () => {
    for (const day of ['2026-03-07', '2026-03-08', '2026-10-31', '2026-11-01', MONDAY]) {
      expect(dayOf(dayStart(day))).toBe(day);
      expect(dayOf(dayStart(nextDay(day)) - 1)).toBe(day);
    }
    expect(nextDay(MONDAY, -1)).toBe('2026-11-22');
  });

  test('every event is accepted at the door, in order of time, with numbers that belong to nobody', () => {
    const events = dayEvents(7, MONDAY);
    decoded(events);
    expect(events.every((event, index) => index === 0 || (events[index - 1] as CentreEvent).occurredAt <= event.occurredAt)).toBe(true);
    const numbers = [...JSON.stringify(events).matchAll(/"(?:callerNumber|partyNumber|dialledNumber)":"([^"]+)"/g)].map(
      (match) => match[1],
    );
    expect(numbers.length).toBeGreaterThan(5_000);
    expect(numbers.filter((number) => number !== 'anonymous' && !/^\+1\d{3}55501\d\d$/.test(number ?? ''))).toEqual([]);
  });

  test('something happens in every quarter of an hour of a week: the wall always moves', () => {
    for (let day = MONDAY; day <= SUNDAY; day = nextDay(day)) {
      const [from, to] = [dayStart(day), dayStart(nextDay(day))];
      const entries = dayStatements(3, day).filter((one) => one.fact.kind === 'queueEntered');
      for (let at = from; at < to; at += 900_000) {
        if (!entries.some((one) => one.at >= at && one.at < at + 900_000)) throw new Error(`nobody calls at ${new Date(at).toISOString()}`);
      }
    }
  });

  describe('folded', () => {
    let visits: readonly VisitRow[];
    let legs: readonly LegRow[];
    let read: readonly Interpretation[];
    beforeAll(() => {
      read = folded(decoded(dayEvents(7, MONDAY)));
      visits = read.flatMap((one) => one.visits);
      legs = read.flatMap((one) => one.legs);
    });
    const count = (outcome: VisitRow['outcome']): number => visits.filter((visit) => visit.outcome === outcome).length;

    test('every visit has a clinic, a known agent and an end; no fact is left without a meaning', () => {
      expect(visits.filter((visit) => visit.clinicId === 'unassigned' || visit.agentId?.startsWith('unknown:'))).toEqual([]);
      expect(count('waiting') + count('endUnknown')).toBe(0);
      const reasons = new Set(read.flatMap((one) => one.sidelined.map((fact) => fact.reason)));
      expect([...reasons].filter((reason) => reason !== 'inert')).toEqual([]);
    });

    test('a believable Monday: calls, abandonments, levels and outbound calls as such a floor has them', () => {
      const answered = visits.filter((visit) => visit.outcome === 'answered');
      const within = answered.filter((visit) => (visit.waitMs as number) <= 20_000).length;
      expect(visits.length).toBeGreaterThan(2_000);
      expect(visits.length).toBeLessThan(5_000);
      expect(within / answered.length).toBeGreaterThan(0.6);
      expect(within / answered.length).toBeLessThan(0.97);
      expect(count('abandoned') / visits.length).toBeGreaterThan(0.02);
      expect(count('abandoned') / visits.length).toBeLessThan(0.15);
      expect(new Set(visits.map((visit) => visit.flowOutReason))).toEqual(new Set([null, 'otherQueue', 'voicemail', 'callback']));
      expect(legs.filter((leg) => leg.direction === 'outbound').length).toBeGreaterThan(200);
      expect(legs.filter((leg) => leg.outcome === 'missed').length).toBeGreaterThan(10);
      expect(legs.filter((leg) => (leg.holdMs ?? 0) > 0).length).toBeGreaterThan(100);
    });

    test('nobody is on two calls at once', () => {
      const byAgent = new Map<string, LegRow[]>();
      for (const leg of legs) byAgent.set(leg.agentId, [...(byAgent.get(leg.agentId) ?? []), leg]);
      for (const [agentId, mine] of byAgent) {
        mine.sort((a, b) => a.startedAt - b.startedAt);
        mine.forEach((leg, index) => {
          const before = mine[index - 1];
          const free = before === undefined ? -Infinity : Math.max(before.endedAt as number, before.wrapEndedAt ?? -Infinity);
          if (leg.startedAt < free) throw new Error(`${agentId} has two calls at ${new Date(leg.startedAt).toISOString()}`);
        });
      }
    });
  });

  test('as a queue_log it has a line for every caller who enters and every one who is answered', () => {
    const statements = dayStatements(7, MONDAY);
    const lines = queueLogOf(statements).trim().split('\n');
    const said = (kind: string): number => statements.filter((one) => one.fact.kind === kind).length;
    const written = (event: string): number => lines.filter((line) => line.split('|')[4] === event).length;
    expect(written('ENTERQUEUE')).toBe(said('queueEntered'));
    expect(written('CONNECT')).toBe(said('callAnswered'));
    expect(written('ABANDON')).toBe(said('callAbandoned'));
    expect(written('COMPLETEAGENT') + written('COMPLETECALLER') + written('BLINDTRANSFER') + written('ATTENDEDTRANSFER')).toBe(
      said('callAnswered'),
    );
  });
});
