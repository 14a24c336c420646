import type { LegCell, VisitCell } from '@sightline/contracts';
import fc from 'fast-check';
import {
  addLeg,
  addVisit,
  canonicalCell,
  emptyLegCell,
  emptyVisitCell,
  mergeLegCells,
  mergeVisitCells,
  subtractLegCells,
  subtractVisitCells,
} from '../src';
import { at } from './facts';
import { legRow, visitRow } from './rows';

const ms = fc.integer({ min: 0, max: 90_000 });
const visit = fc
  .record({
    outcome: fc.constantFrom('waiting', 'answered', 'abandoned', 'flowedOut', 'endUnknown', 'blocked'),
    flowOutReason: fc.constantFrom('timeout', 'exitKey'),
    waitMs: ms,
    talkMs: ms,
    holdMs: ms,
    wrapMs: ms,
    legsEnded: fc.constantFrom(0, 1),
    endedBy: fc.constantFrom('agent', 'caller', null),
    disposition: fc.constantFrom('booked', 'constructor', null),
    surveyScore: fc.constantFrom(3, 5, null),
  } as const)
  .map((some) => visitRow({ ...some, legs: 1, surveyScaleMax: 5, surveyInvited: some.surveyScore !== null }));
const leg = fc
  .record({ talkMs: fc.option(ms), holdMs: ms, wrapMs: ms, ringMs: ms, outcome: fc.constantFrom('answered', 'missed') } as const)
  .map((some) => legRow({ ...some, answeredAt: some.outcome === 'answered' ? at(0) : null }));

const visitCell = fc.array(visit, { maxLength: 6 }).map((rows) => {
  const cell = emptyVisitCell();
  for (const row of rows) addVisit(cell, row, 1, -Infinity);
  return cell;
});
const legCell = fc.array(leg, { maxLength: 6 }).map((rows) => {
  const cell = emptyLegCell();
  for (const row of rows) addLeg(cell, row, 1);
  return cell;
});

function isGroup<C extends VisitCell | LegCell>(
  cells: fc.Arbitrary<C>,
  merge: (a: C, b: C) => C,
  subtract: (a: C, b: C) => C,
  empty: C,
): void {
  const same = (a: C, b: C): void => expect(canonicalCell(a)).toBe(canonicalCell(b));
  fc.assert(
    fc.property(cells, cells, cells, (a, b, c) => {
      same(merge(a, b), merge(b, a));
      same(merge(merge(a, b), c), merge(a, merge(b, c)));
      same(merge(a, empty), a);
      same(subtract(merge(a, b), b), a);
      same(subtract(a, a), empty);
    }),
    { numRuns: 200 },
  );
}

describe('cells', () => {
  test('KPI-G1 waits fall on seconds by ceil, talk by floor', () => {
    const cell = emptyVisitCell();
    const ended = { legs: 1, legsEnded: 1 };
    addVisit(cell, visitRow({ outcome: 'answered', waitMs: 20_000, talkMs: 9_999, ...ended }), 1, -Infinity);
    addVisit(cell, visitRow({ outcome: 'answered', waitMs: 20_001, talkMs: 10_000, ...ended }), 1, -Infinity);
    addVisit(cell, visitRow({ outcome: 'abandoned', waitMs: 1 }), 1, -Infinity);
    expect([cell.answered.seconds, cell.abandoned.seconds, cell.talk.seconds]).toEqual([{ 20: 1, 21: 1 }, { 1: 1 }, { 9: 1, 10: 1 }]);
    expect([cell.answered.sumMs, cell.talk.sumMs]).toEqual([40_001, 19_999]);
  });

  test('KPI-G2 visit cells are a commutative group', () => {
    isGroup(visitCell, mergeVisitCells, subtractVisitCells, emptyVisitCell());
  });

  test('KPI-G2 leg cells are a commutative group', () => {
    isGroup(legCell, mergeLegCells, subtractLegCells, emptyLegCell());
  });

  test('KPI-G2 adding a row and taking it away leaves no trace', () => {
    fc.assert(
      fc.property(visitCell, visit, (cell, row) => {
        const before = canonicalCell(cell);
        addVisit(cell, row, 1, -Infinity);
        addVisit(cell, row, -1, -Infinity);
        expect(canonicalCell(cell)).toBe(before);
      }),
      { numRuns: 200 },
    );
  });

  test('KPI-G3 talk counts once every leg has ended; short talk by who ended it', () => {
    const cell = emptyVisitCell();
    const talked = { outcome: 'answered', waitMs: 0, legs: 2 } as const;
    addVisit(cell, visitRow({ ...talked, legsEnded: 1, talkMs: 4_000 }), 1, -Infinity);
    expect(cell.talk.n).toBe(0);
    addVisit(cell, visitRow({ ...talked, legsEnded: 2, talkMs: 9_999, holdMs: 1, wrapMs: 2, endedBy: 'caller' }), 1, -Infinity);
    addVisit(cell, visitRow({ ...talked, legsEnded: 2, talkMs: 10_000, endedBy: 'caller' }), 1, -Infinity);
    expect([cell.talk.n, cell.handle.sumMs, cell.held]).toEqual([2, 20_002, 1]);
    expect(cell.shortTalk).toEqual({ agent: 0, caller: 1, system: 0, unknown: 0 });
  });

  test('KPI-G4 a visit that waits past its cutoff counts as endUnknown', () => {
    const counted = (cutoff: number): unknown => {
      const cell = emptyVisitCell();
      addVisit(cell, visitRow(), 1, cutoff);
      return [cell.waiting, cell.endUnknown];
    };
    expect([counted(at(0)), counted(at(0) + 1)]).toEqual([
      [1, 0],
      [0, 1],
    ]);
  });
});
