import { abandoned, answered, entered, event, flowedOut, legEnded, legsIn, read, reasonsOf, visitsIn } from './facts';

describe('terminals take entries', () => {
  test('KPI-P1 a reported wait names its entry, even of the later of two visits', () => {
    const mine = read([entered(0), entered(30), answered(40, 'ana', { wait: 10 })]);
    expect(visitsIn(mine)).toEqual(['front 0-… endUnknown', 'front 30-40 answered ana']);
    expect(visitsIn(read([entered(0), entered(30), answered(40, 'ana', { wait: 10 }), abandoned(29, { wait: 29 })]))).toEqual([
      'front 0-29 abandoned',
      'front 30-40 answered ana',
    ]);
  });

  test('KPI-P2 another source near both ends says the same again', () => {
    const again = abandoned(21, { source: 'acd', wait: 19 });
    const mine = read([entered(0), abandoned(20, { wait: 20 }), again]);
    expect([visitsIn(mine), reasonsOf(mine, again)]).toEqual([['front 0-20 abandoned'], ['sameAgain']]);
    expect(visitsIn(read([entered(0), abandoned(20, { wait: 20 }), abandoned(22.5, { source: 'acd', wait: 20 })]))).toHaveLength(2);
  });

  test('KPI-P2 the same source exactly alike says the same again, also where the queue was entered anew at once', () => {
    const first = flowedOut(30, { wait: 30 });
    const again = flowedOut(30, { wait: 30 });
    const mine = read([entered(0), first, again, entered(30)]);
    expect([visitsIn(mine), reasonsOf(mine, again)]).toEqual([['front 0-30 flowedOut', 'front 30-… waiting'], ['sameAgain']]);
    expect(visitsIn(read([entered(0), flowedOut(30), flowedOut(30), entered(30)]))).toEqual(['front 0-30 flowedOut', 'front 30-… waiting']);
  });

  test('KPI-P2 of two visits that ended together another source means the one of its agent', () => {
    const ends = [entered(0), answered(10, 'ana'), legEnded(10, 'ana'), entered(10, 'back'), answered(11, 'bob', { queue: 'back' })];
    const again = answered(10.5, 'bob', { source: 'acd', queue: 'back' });
    const mine = read([...ends, again]);
    expect([visitsIn(mine), reasonsOf(mine, again)]).toEqual([['front 0-10 answered ana', 'back 10-11 answered bob'], ['sameAgain']]);
  });

  test('KPI-P3 a reported wait that is a little off takes the nearest entry', () => {
    expect(visitsIn(read([entered(0), entered(3), answered(20, 'ana', { wait: 18 })]))).toEqual([
      'front 0-… endUnknown',
      'front 3-20 answered ana',
    ]);
    expect(visitsIn(read([entered(0), answered(20, 'ana', { wait: 17 })]))).toContain('front 3-20 answered ana');
    expect(read([entered(0), answered(20, 'ana', { wait: 18 })]).visits[0]?.inferred).toBe(false);
  });

  test('KPI-P4 without a reported wait the earliest free entry that is not later', () => {
    const loop = [entered(0), flowedOut(30), entered(30), answered(35)];
    expect(visitsIn(read(loop))).toEqual(['front 0-30 flowedOut', 'front 30-35 answered ana']);
  });

  test('KPI-P4 at one instant flowing out goes before an answer, an answer before giving up', () => {
    expect(visitsIn(read([answered(30), flowedOut(30), entered(30), entered(0)]))).toEqual([
      'front 0-30 flowedOut',
      'front 30-30 answered ana',
    ]);
  });

  test('KPI-P4 an answer a second before its entry is not lost to a later one', () => {
    const mine = read([answered(9), entered(10), legEnded(20), answered(25, 'bob'), legEnded(30, 'bob')]);
    expect(visitsIn(mine)).toEqual(['front 10-9 answered ana']);
    expect(legsIn(mine)).toEqual(['ana 9-20 answered agent', 'bob 25-30 answered agent']);
  });

  test('KPI-P5 the same kind near both ends is the same again', () => {
    const again = abandoned(21);
    const mine = read([entered(0), abandoned(20), again]);
    expect([visitsIn(mine), reasonsOf(mine, again)]).toEqual([['front 0-20 abandoned'], ['sameAgain']]);
  });

  test('KPI-P5 before an entry is taken, where a queue has more terminals left than entries', () => {
    const again = flowedOut(31);
    const loop = [entered(0), flowedOut(30), entered(30), again];
    expect(visitsIn(read(loop))).toEqual(['front 0-30 flowedOut', 'front 30-31 flowedOut']);
    const mine = read([...loop, flowedOut(45)]);
    expect([visitsIn(mine), reasonsOf(mine, again)]).toEqual([['front 0-30 flowedOut', 'front 30-45 flowedOut'], ['sameAgain']]);
  });

  test('KPI-P6 a terminal may stand up to two seconds before its entry', () => {
    expect(visitsIn(read([abandoned(8), entered(10)]))).toEqual(['front 10-8 abandoned']);
    expect(visitsIn(read([abandoned(7.999), entered(10)]))).toEqual(['front 10-… waiting']);
    expect(visitsIn(read([entered(0), flowedOut(8), answered(9), entered(10)]))).toEqual([
      'front 0-8 flowedOut',
      'front 10-9 answered ana',
    ]);
  });

  for (const [name, weaker, stronger] of [
    ['answered beats flowed out', flowedOut(20), answered(21)],
    ['answered beats abandoned', abandoned(20), answered(20)],
    ['flowed out beats abandoned', abandoned(20), flowedOut(19)],
  ] as const) {
    test(`KPI-P7 conflicting: ${name}`, () => {
      const mine = read([entered(0), weaker, stronger]);
      expect(mine.visits).toHaveLength(1);
      expect(reasonsOf(mine, weaker)).toEqual(['conflicting']);
      expect(reasonsOf(mine, stronger)).toEqual([]);
      expect(`call${mine.visits[0]?.outcome}`.toLowerCase()).toBe(stronger.fact.kind.toLowerCase());
    });
  }

  test('KPI-P8 an answer by somebody else on an answered visit is a further leg', () => {
    const mine = read([entered(0), answered(8), legEnded(20), answered(24, 'bob'), legEnded(50, 'bob')]);
    expect(visitsIn(mine)).toEqual(['front 0-8 answered ana']);
    expect(legsIn(mine)).toEqual(['ana 8-20 answered agent', 'bob 24-50 answered agent']);
    expect([mine.visits[0]?.talkMs, mine.visits[0]?.legs]).toEqual([38_000, 2]);
  });

  test('KPI-P8 by the same login it is one only once her leg has ended', () => {
    const again = answered(24);
    const open = read([entered(0), answered(8), again]);
    expect([legsIn(open), reasonsOf(open, again)]).toEqual([['ana 8-… answered'], ['sameAgain']]);
    expect(legsIn(read([entered(0), answered(8), legEnded(9), answered(10)]))).toEqual(['ana 8-9 answered agent']);
    expect(legsIn(read([entered(0), answered(8), legEnded(20), again]))).toEqual(['ana 8-20 answered agent', 'ana 24-… answered']);
  });

  test('KPI-P9 a reported wait without an entry infers the visit', () => {
    const mine = read([abandoned(20, { wait: 12 })]);
    expect(visitsIn(mine)).toEqual(['front 8-20 abandoned']);
    expect(mine.visits[0]?.inferred).toBe(true);
  });

  test('KPI-P10 without entry and wait it is an orphan', () => {
    const lone = abandoned(20);
    const mine = read([lone]);
    expect([mine.visits, reasonsOf(mine, lone)]).toEqual([[], ['orphan']]);
  });

  test('KPI-P11 a terminal without a queue pairs over all free entries', () => {
    const mine = read([entered(0), entered(30, 'back'), flowedOut(30, { wait: 30 }), event(40, { kind: 'callAbandoned' })]);
    expect(visitsIn(mine)).toEqual(['front 0-30 flowedOut', 'back 30-40 abandoned']);
  });

  test('KPI-P12 a wait is never negative', () => {
    expect(read([answered(9), entered(10)]).visits[0]?.waitMs).toBe(0);
    expect(read([entered(0), answered(9)]).visits[0]?.waitMs).toBe(9_000);
  });
});
