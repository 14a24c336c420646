import type { FigureFamily, VisitRow } from '@sightline/contracts';
import fc from 'fast-check';
import {
  addContact,
  addLeg,
  addVisit,
  classCondition,
  DEFAULT_OPTIONS,
  emptyLegCell,
  emptyVisitCell,
  figureInfo,
  figureOf,
  inClass,
  nearestRank,
} from '../src';
import { at } from './facts';
import { contactRow, legRow, visitRow } from './rows';

const ms = fc.integer({ min: 0, max: 60_000 });
const row = fc.record({
  outcome: fc.constantFrom<VisitRow['outcome']>('waiting', 'answered', 'abandoned', 'flowedOut', 'endUnknown', 'blocked'),
  enteredAt: fc.constantFrom(at(0), at(9)),
  waitMs: ms,
  talkMs: ms,
  legsEnded: fc.constantFrom(0, 1),
  flowOutReason: fc.constant('timeout' as const),
});
const bounds = { thresholdSeconds: 20, shortSeconds: 5 };
const CUTOFF = at(5);

/** Class of rows → the figure they are behind. */
const BEHIND: Readonly<Record<string, string>> = {
  offered: 'offered',
  answered: 'answered',
  answeredWithin: 'answeredWithin',
  abandoned: 'abandoned',
  shortAbandoned: 'shortAbandoned',
  abandonedWithin: 'abandonedWithin',
  flowedOut: 'flowedOut',
  blocked: 'blocked',
  waiting: 'waiting',
  endUnknown: 'endUnknown',
};

function agree(family: FigureFamily, name: string, rows: readonly Parameters<typeof inClass>[0][], value: number | null): void {
  const condition = classCondition(family, name, bounds);
  if (!condition) throw new Error(`no class ${name}`);
  expect([name, rows.filter((one) => inClass(one, condition, CUTOFF)).length]).toEqual([name, value]);
}

describe('figures', () => {
  test('KPI-V1 an empty denominator is null with a reason; endUnknown is in none', () => {
    const cell = emptyVisitCell();
    addVisit(cell, visitRow({ outcome: 'endUnknown' }), 1, -Infinity);
    for (const name of ['serviceLevel', 'abandonRate', 'asaMs', 'ahtMs', 'shortCallShare', 'waitMsP90', 'talkMsMax']) {
      const figure = figureOf('visit', name, cell, DEFAULT_OPTIONS);
      expect([name, figure.value, typeof figure.reason]).toEqual([name, null, 'string']);
    }
    addVisit(cell, visitRow({ outcome: 'answered', waitMs: 30_000 }), 1, -Infinity);
    expect(figureOf('visit', 'serviceLevel', cell, DEFAULT_OPTIONS)).toMatchObject({ value: 0, numerator: 0, denominator: 1 });
  });

  test('KPI-V2 what no source reports is null, not 0', () => {
    const none = { ...DEFAULT_OPTIONS, capabilities: new Set<never>() };
    expect(figureOf('visit', 'blocked', emptyVisitCell(), none)).toMatchObject({ value: null, reason: 'not reported by this source' });
    expect(figureOf('visit', 'blocked', emptyVisitCell(), { ...none, capabilities: new Set(['blocked' as const]) }).value).toBe(0);
    expect(figureOf('visit', 'offered', emptyVisitCell(), none).value).toBe(0);
  });

  test('KPI-V3 percentiles are by nearest rank', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 50 }), { minLength: 1 }), fc.integer({ min: 1, max: 99 }), (values, percentile) => {
        const seconds: Record<number, number> = {};
        for (const value of values) seconds[value] = (seconds[value] ?? 0) + 1;
        const sorted = [...values].sort((a, b) => a - b);
        const enough = sorted.find((value) => 100 * sorted.filter((one) => one <= value).length >= percentile * values.length);
        expect(nearestRank(seconds, values.length, percentile)).toBe(enough);
      }),
    );
    expect(nearestRank({}, 0, 50)).toBeNull();
    expect(figureInfo('visit', 'waitMsP95')?.unit).toBe('ms');
    expect(figureInfo('visit', 'waitMsP0')).toBeUndefined();
    expect(figureInfo('visit', 'waitMsP100')).toBeUndefined();
  });

  test('KPI-V4 the rows of a class are as many as its figure says', () => {
    fc.assert(
      fc.property(fc.array(row, { maxLength: 20 }), (some) => {
        const visits = some.map((one) => visitRow({ ...one, legs: 1 }));
        const contacts = some.map((one) =>
          contactRow({
            ...one,
            legs: 1,
            waitingSince: one.outcome === 'waiting' ? one.enteredAt : null,
            expiredOutcome: 'abandoned',
            expiredWaitMs: 3_000,
          }),
        );
        const visitCell = emptyVisitCell();
        for (const visit of visits) addVisit(visitCell, visit, 1, CUTOFF);
        const contactCell = emptyVisitCell();
        for (const contact of contacts) addContact(contactCell, contact, 1, CUTOFF);
        for (const [name, figure] of Object.entries(BEHIND)) {
          agree('visit', name, visits, figureOf('visit', figure, visitCell, DEFAULT_OPTIONS).value);
          agree('contact', name, contacts, figureOf('contact', figure, contactCell, DEFAULT_OPTIONS).value);
        }
        agree('visit', 'talked', visits, visitCell.talk.n);
        agree('visit', 'shortTalk', visits, figureOf('visit', 'shortTalk', visitCell, DEFAULT_OPTIONS).value);
      }),
    );
  });

  test('KPI-V4 also of legs', () => {
    const cell = emptyLegCell();
    const legs = [
      legRow({ talkMs: 9_999, endedBy: 'agent' }),
      legRow({ talkMs: 10_000 }),
      legRow(),
      legRow({ outcome: 'missed', answeredAt: null, ringMs: 5_000 }),
      legRow({ outcome: 'ringing', answeredAt: null, ringMs: null }),
    ];
    for (const leg of legs) addLeg(cell, leg, 1);
    const value = (name: string): number | null => figureOf('leg', name, cell, DEFAULT_OPTIONS).value;
    expect([value('attempts'), value('answered'), value('missed'), value('shortTalk')]).toEqual([5, 3, 1, 1]);
    for (const name of ['answered', 'missed', 'shortTalk']) agree('leg', name, legs, value(name));
    agree('leg', 'all', legs, 5);
    agree('leg', 'talked', legs, cell.talk.n);
  });

  test('KPI-V5 an interval is given for proportions on request only', () => {
    const cell = emptyVisitCell();
    for (let index = 0; index < 20; index += 1)
      addVisit(cell, visitRow({ outcome: 'answered', waitMs: index < 15 ? 0 : 60_000 }), 1, -Infinity);
    const options = { ...DEFAULT_OPTIONS, confidenceLevel: 0.95 };
    const { confidence } = figureOf('visit', 'serviceLevel', cell, options);
    // 15 of 20 by Wilson's formula with z = 1.959964.
    expect(confidence?.low).toBeCloseTo(0.5313, 4);
    expect(confidence?.high).toBeCloseTo(0.8881, 4);
    expect(figureOf('visit', 'serviceLevel', cell, DEFAULT_OPTIONS).confidence).toBeUndefined();
    expect(figureOf('visit', 'asaMs', cell, options).confidence).toBeUndefined();
  });
});
