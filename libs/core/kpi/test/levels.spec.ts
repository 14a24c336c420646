import type { VisitCell } from '@sightline/contracts';
import fc from 'fast-check';
import type { Formula } from '../src';
import { addVisit, emptyVisitCell, FORMULAS, formulaOf, levelCounts, openLevels, serviceLevel } from '../src';
import { visitRow } from './rows';

/** 4 answered within 20 s (one at 20.000), 3 later; abandoned at 2, 5, 12, 30, 40 s; 2 flowed out, 1 blocked, 1 waiting, 1 unknown. */
function day(): VisitCell {
  const cell = emptyVisitCell();
  const add = (outcome: string, ...waits: number[]): void => {
    for (const waitMs of waits) addVisit(cell, visitRow({ outcome: outcome as never, waitMs, flowOutReason: 'timeout' }), 1, -Infinity);
  };
  add('answered', 0, 3_000, 19_001, 20_000, 20_001, 45_000, 90_000);
  add('abandoned', 2_000, 5_000, 12_000, 30_000, 40_000);
  add('flowedOut', 30_000, 30_000);
  add('blocked', 0);
  add('waiting', 0);
  add('endUnknown', 0);
  return cell;
}

const level = (id: string, threshold: number, short: number): [number, number] => {
  const { numerator, denominator } = serviceLevel(day(), formulaOf(id) as Formula, threshold, short);
  return [numerator, denominator];
};

describe('service levels', () => {
  test('KPI-SL1 answered and abandoned within T ÷ everybody who entered and is decided', () => {
    expect(level('SL1', 20, 5)).toEqual([7, 14]);
  });
  test('KPI-SL2 answered within T ÷ answered', () => {
    expect(level('SL2', 20, 5)).toEqual([4, 7]);
  });
  test('KPI-SL3 answered within T ÷ answered and abandoned', () => {
    expect(level('SL3', 20, 5)).toEqual([4, 12]);
  });
  test('KPI-SL4 abandoned within T do not count', () => {
    expect(level('SL4', 20, 5)).toEqual([4, 9]);
  });
  test('KPI-SL5 short abandons count as good', () => {
    expect(level('SL5', 20, 5)).toEqual([6, 12]);
  });
  test('KPI-SL6 short abandons do not count', () => {
    expect(level('SL6', 20, 5)).toEqual([4, 10]);
    expect(level('SL6', 21, 4)).toEqual([5, 11]);
  });
  test('KPI-SL7 blocked and flowed out count against', () => {
    expect(level('SL7', 20, 5)).toEqual([4, 15]);
  });

  test('KPI-SL8 T may lie below the short bound', () => {
    expect([level('SL4', 3, 15), level('SL5', 3, 15), level('SL6', 3, 15)]).toEqual([
      [2, 11],
      [5, 12],
      [2, 9],
    ]);
  });

  test('KPI-SL8 the classes are exclusive and complete at any two bounds', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 100 }), fc.integer({ min: 0, max: 100 }), (threshold, short) => {
        const counts = levelCounts(day(), threshold, short);
        const abandoned = [2, 5, 12, 30, 40];
        expect(counts.shortWithin + counts.shortLate + counts.longWithin + counts.longLate).toBe(5);
        expect(counts.shortLate).toBe(abandoned.filter((wait) => wait <= short && wait > threshold).length);
        expect(counts.longWithin).toBe(abandoned.filter((wait) => wait > short && wait <= threshold).length);
        expect(counts.answeredWithin + counts.answeredLate).toBe(7);
      }),
    );
  });

  test('KPI-SL9 open is the best and the worst that any end of the waiting visits admits', () => {
    const waits = fc.array(fc.integer({ min: 0, max: 40_000 }), { minLength: 1, maxLength: 3 });
    const bound = fc.integer({ min: 0, max: 30 });
    fc.assert(
      fc.property(fc.constantFrom(...FORMULAS), waits, bound, bound, (formula, waitsMs, threshold, short) => {
        const ends = waitsMs.map((waitMs) => [
          ...[waitMs, threshold * 1_000, short * 1_000, 999_000]
            .filter((end) => end >= waitMs)
            .flatMap((end) => [visitRow({ outcome: 'answered', waitMs: end }), visitRow({ outcome: 'abandoned', waitMs: end })]),
          visitRow({ outcome: 'flowedOut', flowOutReason: 'timeout', waitMs }),
        ]);
        let low = Infinity;
        let high = -Infinity;
        const decide = (index: number, cell: VisitCell): void => {
          if (index < ends.length) {
            for (const end of ends[index] as (typeof ends)[number]) {
              addVisit(cell, end, 1, -Infinity);
              decide(index + 1, cell);
              addVisit(cell, end, -1, -Infinity);
            }
            return;
          }
          const { numerator, denominator } = serviceLevel(cell, formula, threshold, short);
          if (denominator === 0) return;
          low = Math.min(low, numerator / denominator);
          high = Math.max(high, numerator / denominator);
        };
        decide(0, day());
        const open = openLevels(serviceLevel(day(), formula, threshold, short), waitsMs, formula, threshold, short);
        expect(open.low).toBeCloseTo(low, 12);
        expect(open.high).toBeCloseTo(high, 12);
      }),
      { numRuns: 60 },
    );
  });
});
