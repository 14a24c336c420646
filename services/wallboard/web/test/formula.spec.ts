/** @jest-environment node */
import { addVisit, emptyVisitCell, FORMULAS, figureOf } from '@sightline/core-kpi';
import type { Figure, FigureRow, VisitRow } from '@sightline/contracts';
import fc from 'fast-check';
import type { AnswerRow } from '../src/provenance/answers';
import { addsUp, CLASSES, countsIn, sizeOf } from '../src/provenance/answers';
import { sumOf, WORDINGS } from '../src/provenance/formula';
import { COUNTS } from '../src/provenance/question';

const visit = fc.record({
  outcome: fc.constantFrom('answered', 'abandoned', 'flowedOut', 'waiting', 'endUnknown', 'blocked'),
  waitMs: fc.integer({ min: 0, max: 120_000 }),
});

/** An answer of the server about some visits, reckoned by the core itself. */
function answerOf(visits: readonly { outcome: string; waitMs: number }[], formulaId: string, thresholdSeconds: number): AnswerRow {
  const cell = emptyVisitCell();
  for (const { outcome, waitMs } of visits) {
    const isOver = outcome !== 'waiting' && outcome !== 'endUnknown';
    const row = { family: 'visit', outcome, waitMs: isOver ? waitMs : null, flowOutReason: outcome === 'flowedOut' ? 'timeout' : null };
    addVisit(cell, { ...row, enteredAt: 0, legs: 0, legsEnded: 0, talkMs: 0, holdMs: 0, wrapMs: 0 } as unknown as VisitRow, 1, -Infinity);
  }
  const formula = FORMULAS.find(({ id }) => id === formulaId) as (typeof FORMULAS)[number];
  const options = { formula, thresholdSeconds, shortSeconds: 5 };
  const figures: Figure[] = ['serviceLevel', ...COUNTS].map((name) => figureOf('visit', name, cell, options));
  const level = { formula: formulaId, version: 1, thresholdSeconds, shortSeconds: 5, words: '', statedBy: 'contract' as const };
  return { figures, level } as unknown as FigureRow & { level: typeof level };
}

test.each(FORMULAS.map(({ id }) => id))('%s in words makes the very integers of the figure', (id) => {
  fc.assert(
    fc.property(fc.array(visit, { maxLength: 40 }), fc.integer({ min: 0, max: 60 }), (visits, threshold) => {
      const row = answerOf(visits, id, threshold);
      const [level] = row.figures;
      const wording = WORDINGS[id];
      const counts = countsIn(row);
      expect(wording && [sumOf(wording.numerator, counts), sumOf(wording.denominator, counts)]).toEqual([
        level?.numerator,
        level?.denominator,
      ]);
      expect(addsUp(row, level ?? null)).toBe(true);
    }),
  );
});

test('classes are what was offered and refused; short abandons are among the abandoned', () => {
  const visits = [
    { outcome: 'answered', waitMs: 10_000 },
    { outcome: 'answered', waitMs: 40_000 },
    { outcome: 'abandoned', waitMs: 2_000 },
    { outcome: 'abandoned', waitMs: 50_000 },
    { outcome: 'waiting', waitMs: 0 },
    { outcome: 'blocked', waitMs: 0 },
  ];
  const counts = countsIn(answerOf(visits, 'SL6', 30));
  expect(Object.fromEntries(CLASSES.map((name) => [name, sizeOf(name, counts)]))).toEqual({
    answeredLate: 1,
    abandoned: 2,
    answeredWithin: 1,
    shortAbandoned: 1,
    flowedOut: 0,
    waiting: 1,
    endUnknown: 0,
    blocked: 1,
  });
});

test('a count or a numerator that is off by one does not add up', () => {
  const row = answerOf([{ outcome: 'answered', waitMs: 1_000 }], 'SL6', 30);
  const [level] = row.figures;
  expect(addsUp(row, { ...(level as Figure), numerator: 0 })).toBe(false);
  const figures = row.figures.map((figure) => (figure.figure === 'offered' ? { ...figure, value: 2 } : figure));
  expect(addsUp({ ...row, figures }, level ?? null)).toBe(false);
});
