import type { ContactRow, FigureFamily, LegCell, LegRow, VisitCell, VisitRow } from '@sightline/contracts';
import type { FigureOptions } from '@sightline/core-kpi';
import {
  addContact,
  addLeg,
  addVisit,
  classCondition,
  classesOf,
  countWithin,
  emptyLegCell,
  emptyVisitCell,
  figureOf,
  inClass,
  offeredOf,
} from '@sightline/core-kpi';

export type ListedRow = VisitRow | ContactRow | LegRow;

/** What one row gives to a figure: adding these up over a list gives the figure's value, or its numerator and denominator. */
export interface Contribution {
  readonly value?: number | null;
  readonly numerator?: number;
  readonly denominator?: number;
}

/** The cell of one row alone. */
export function cellOfRow(row: ListedRow, endUnknownBefore: number): VisitCell | LegCell {
  if (row.family === 'leg') {
    const cell = emptyLegCell();
    addLeg(cell, row, 1);
    return cell;
  }
  const cell = emptyVisitCell();
  if (row.family === 'visit') addVisit(cell, row, 1, endUnknownBefore);
  else addContact(cell, row, 1, endUnknownBefore);
  return cell;
}

/** What the row gives to the figure. A percentile or a maximum is no sum: there it is the row's own value. */
export function contributionOf(row: ListedRow, figure: string, options: FigureOptions, endUnknownBefore: number): Contribution {
  const { value, numerator, denominator } = figureOf(row.family, figure, cellOfRow(row, endUnknownBefore), options);
  if (numerator === undefined || denominator === undefined) return { value };
  return { numerator, denominator };
}

/** Classes that a row is in. */
export function classesOfRow(row: ListedRow, options: FigureOptions, endUnknownBefore: number): readonly string[] {
  return classesOf(row.family).filter((name) => {
    const condition = name === 'all' ? undefined : classCondition(row.family, name, options);
    return condition !== undefined && inClass(row, condition, endUnknownBefore);
  });
}

const sumOf = (counts: Readonly<Record<string, number>>): number => Object.values(counts).reduce((sum, count) => sum + count, 0);

type CountOf<C> = (cell: C, options: Pick<FigureOptions, 'thresholdSeconds' | 'shortSeconds'>) => number;

const VISITS_IN: Readonly<Record<string, CountOf<VisitCell>>> = {
  all: (cell) => offeredOf(cell) + cell.blocked,
  offered: offeredOf,
  answered: (cell) => cell.answered.n,
  answeredWithin: (cell, { thresholdSeconds }) => countWithin(cell.answered.seconds, thresholdSeconds),
  answeredLate: (cell, { thresholdSeconds }) => cell.answered.n - countWithin(cell.answered.seconds, thresholdSeconds),
  abandoned: (cell) => cell.abandoned.n,
  shortAbandoned: (cell, { shortSeconds }) => countWithin(cell.abandoned.seconds, shortSeconds),
  abandonedWithin: (cell, { thresholdSeconds }) => countWithin(cell.abandoned.seconds, thresholdSeconds),
  flowedOut: (cell) => sumOf(cell.flowedOut),
  blocked: (cell) => cell.blocked,
  waiting: (cell) => cell.waiting,
  endUnknown: (cell) => cell.endUnknown,
  talked: (cell) => cell.talk.n,
  shortTalk: (cell) => sumOf(cell.shortTalk),
};

const LEGS_IN: Readonly<Record<string, CountOf<LegCell>>> = {
  all: (cell) => cell.attempts,
  answered: (cell) => cell.answered,
  missed: (cell) => cell.missed,
  talked: (cell) => cell.talk.n,
  shortTalk: (cell) => sumOf(cell.shortTalk),
};

/** How many rows of a cell are in a class. */
export function countInClass(family: FigureFamily, name: string, cell: VisitCell | LegCell, options: FigureOptions): number {
  const counts = (family === 'leg' ? LEGS_IN : VISITS_IN) as Readonly<Record<string, CountOf<never>>>;
  return counts[name]?.(cell as never, options) ?? 0;
}

/** The figure that a class is counted by, for a list that names none. */
export function figureOfClass(family: FigureFamily, name: string): string {
  const others: Readonly<Record<string, string>> = {
    all: family === 'leg' ? 'attempts' : 'received',
    answeredLate: 'answered',
    talked: 'ahtMs',
  };
  return others[name] ?? (family === 'contact' && name === 'shortTalk' ? 'talkMsMean' : name);
}
