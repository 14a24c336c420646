import { addVisit, emptyVisitCell, figureOf, DEFAULT_OPTIONS } from '../src';
import { abandoned, answered, entered, event, flowedOut, legEnded, legsIn, read, reasonsOf, visitsIn } from './facts';

describe('order and entries', () => {
  test('KPI-E1 an entry and its answer in one second are a visit that did not wait', () => {
    const mine = read([legEnded(5), answered(5), entered(5)]);
    expect(visitsIn(mine)).toEqual(['front 5-5 answered ana']);
    expect(legsIn(mine)).toEqual(['ana 5-5 answered agent']);
    expect(mine.visits[0]?.waitMs).toBe(0);
  });

  test('KPI-E1 at one instant rank goes before sequence, sequence before id', () => {
    const early = entered(0, 'front', { sequence: 1, visitId: 'v1' });
    const late = entered(0, 'back', { sequence: 2, visitId: 'v2', eventId: 'a' });
    expect(visitsIn(read([late, early]))).toEqual(['front 0-… waiting', 'back 0-… waiting']);
    expect(visitsIn(read([{ ...late, sequence: 1 }, early]))).toEqual(['back 0-… waiting', 'front 0-… waiting']);
  });

  test('KPI-E2 what two sources say of one entry is one entry, by the clock of the call’s own', () => {
    const mine = read([entered(2, 'front', { source: 'acd' }), entered(4), abandoned(20), abandoned(19, { source: 'acd' })]);
    expect(visitsIn(mine)).toEqual(['front 4-20 abandoned']);
    expect(visitsIn(read([entered(1.999, 'front', { source: 'acd' }), entered(4)]))).toHaveLength(2);
    expect(visitsIn(read([entered(4, 'back', { source: 'acd' }), entered(4)]))).toHaveLength(2);
  });

  test('KPI-E2 nearest first, one to one', () => {
    const pbx = [entered(0), flowedOut(1), entered(2)];
    const acd = [entered(1.5, 'front', { source: 'acd' }), entered(0.5, 'front', { source: 'acd' })];
    expect(visitsIn(read([...acd, ...pbx]))).toEqual(['front 0-1 flowedOut', 'front 2-… waiting']);
  });

  test('KPI-E3 visit ids decide alone', () => {
    const mine = read([
      entered(0, 'front', { visitId: 'one' }),
      entered(3, 'front', { visitId: 'two' }),
      entered(60, 'front', { visitId: 'one' }),
      answered(9, 'ana', { visitId: 'one' }),
      answered(9, 'bob', { visitId: 'two' }),
      legEnded(30, 'ana', { visitId: 'one' }),
    ]);
    expect(visitsIn(mine)).toEqual(['front 0-9 answered ana', 'front 3-9 answered bob']);
    expect(legsIn(mine)).toEqual(['ana 9-30 answered agent', 'bob 9-… answered']);
  });

  test('KPI-E4 an entry inside another visit of its queue is that entry again', () => {
    const again = entered(3);
    const mine = read([entered(0), again, answered(10), legEnded(20), event(21, { kind: 'callEnded' })]);
    expect(visitsIn(mine)).toEqual(['front 0-10 answered ana']);
    expect(reasonsOf(mine, again)).toEqual(['repetition']);
    expect(visitsIn(read([entered(0), entered(10), answered(10, 'ana', { wait: 10 })]))).toEqual([
      'front 0-10 answered ana',
      'front 10-… waiting',
    ]);
    expect(visitsIn(read([entered(0), entered(2), answered(10, 'ana', { wait: 8 })]))).toEqual(['front 2-10 answered ana']);
    expect(visitsIn(read([entered(0), entered(2.001), answered(10.001, 'ana', { wait: 8 })]))).toEqual([
      'front 0-… endUnknown',
      'front 2.001-10.001 answered ana',
    ]);
  });

  test('KPI-E5 an entry nobody ended waits until its queue is entered again', () => {
    expect(visitsIn(read([entered(0), entered(50, 'back')]))).toEqual(['front 0-… waiting', 'back 50-… waiting']);
    expect(visitsIn(read([entered(0), entered(50)]))).toEqual(['front 0-… endUnknown', 'front 50-… waiting']);
  });

  test('KPI-E6 a blocked call is received, not offered', () => {
    const mine = read([event(0, { kind: 'callBlocked', reason: 'noAgents' }, { queue: 'front' })]);
    expect(visitsIn(mine)).toEqual(['front 0-0 blocked']);
    const cell = emptyVisitCell();
    for (const visit of mine.visits) addVisit(cell, visit, 1, -Infinity);
    const value = (name: string): number | null => figureOf('visit', name, cell, DEFAULT_OPTIONS).value;
    expect([value('offered'), value('received'), value('blocked')]).toEqual([0, 1, 1]);
  });
});
