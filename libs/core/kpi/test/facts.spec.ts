import { interpret, MAX_FACT_VERSIONS, observeSource, unionFacts } from '../src';
import { abandoned, answered, at, entered, event, keyOf, MEANING, read, reasonsOf, stored, visitsIn } from './facts';

describe('the facts of an entity', () => {
  test('KPI-F1 the same version twice is one, with the smallest receipt and sequence', () => {
    const first = { ...entered(0), receivedAt: at(9), sequence: 4 };
    const again = { ...first, receivedAt: at(3), sequence: 7 };
    const union = unionFacts(stored([first]), stored([again]));
    expect(union.facts.map((fact) => [fact.event.receivedAt, fact.event.sequence])).toEqual([[at(3), 4]]);
    expect(union.changed).toEqual(union.facts);
    expect(unionFacts(union.facts, stored([first, again])).changed).toEqual([]);
  });

  test('KPI-F1 the same id of another source, or with other content, is another version', () => {
    const one = entered(0);
    expect(
      unionFacts(
        stored([one]),
        stored([
          { ...one, source: 'acd' },
          { ...one, queue: 'back' },
        ]),
      ).facts,
    ).toHaveLength(3);
  });

  test('KPI-F2 the greatest revision counts, of equal ones the smallest hash', () => {
    const first = entered(0);
    const corrected = { ...first, revision: 2, queue: 'back' };
    expect(visitsIn(read([corrected, first]))).toEqual(['back 0-… waiting']);
    const rival = { ...first, revision: 2, queue: 'night' };
    const hashes = stored([corrected, rival]);
    const smallest = [...hashes].sort((a, b) => (a.contentHash < b.contentHash ? -1 : 1))[0];
    for (const facts of [hashes, [...hashes].reverse()]) {
      expect(interpret(keyOf(first), facts, MEANING).visits[0]?.queue).toBe(smallest?.event.queue);
    }
  });

  test('KPI-F3 a tombstone takes its fact back, a greater revision brings it back', () => {
    const visit = [entered(0), answered(8)];
    const retracted = { ...(visit[1] as (typeof visit)[1]), revision: 2, tombstone: true };
    expect(visitsIn(read([...visit, retracted] as typeof visit))).toEqual(['front 0-… waiting']);
    expect(visitsIn(read([...visit, retracted, { ...retracted, revision: 3, tombstone: false }] as typeof visit))).toEqual([
      'front 0-8 answered ana',
    ]);
  });

  test('KPI-F4 beyond 20,000 versions an entity is quarantined whole', () => {
    const one = entered(0);
    const versions = Array.from({ length: MAX_FACT_VERSIONS + 1 }, (_, index) => ({
      event: { ...one, revision: index + 1 },
      contentHash: String(index),
    }));
    expect(read([one]).visits).toHaveLength(1);
    expect(interpret(keyOf(one), versions.slice(1), MEANING).visits).toHaveLength(1);
    const beyond = interpret(keyOf(one), versions, MEANING);
    expect([beyond.visits, beyond.sidelined.map(({ reason }) => reason)]).toEqual([[], ['quarantined']]);
    expect(interpret(keyOf(one), versions.reverse(), MEANING)).toEqual(beyond);
  });

  test('KPI-F5 a fact dated more than two minutes after its receipt says nothing yet', () => {
    const onTime = { ...entered(120), receivedAt: at(0) };
    const ahead = { ...abandoned(120.001), receivedAt: at(0) };
    const mine = read([onTime, ahead]);
    expect(visitsIn(mine)).toEqual(['front 120-… waiting']);
    expect(reasonsOf(mine, ahead)).toEqual(['clockAhead']);
    const state = observeSource(observeSource(null, onTime), ahead);
    expect([state.watermark, state.clockAheadMs, state.clockAheadAt]).toEqual([at(120), 120_001, at(0)]);
  });

  test('KPI-F5 a record is ahead as a whole', () => {
    const record = event(10, { kind: 'callRecorded', enteredAt: at(0), endedAt: at(200), abandoned: true }, { queue: 'front', rank: 1 });
    const mine = read([{ ...record, receivedAt: at(20) }]);
    expect([mine.visits, reasonsOf(mine, record)]).toEqual([[], ['clockAhead']]);
  });
});
