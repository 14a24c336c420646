import type { VisitCell } from '@sightline/contracts';
import type { Contract, Formula } from '@sightline/core-kpi';
import { DEFAULT_LEVEL, formulaOf, offeredOf, serviceLevel } from '@sightline/core-kpi';

/** How a clinic's level is reckoned. */
export interface Terms {
  readonly formula: Formula;
  readonly thresholdSeconds: number;
  readonly shortSeconds: number;
}

/** What the wall needs of contacts, reduced under their clinic's contract: integers that add up over minutes and clinics. */
export interface Tally {
  readonly offered: number;
  readonly numerator: number;
  readonly denominator: number;
}

export const NOTHING: Tally = { offered: 0, numerator: 0, denominator: 0 };

/** Terms of a contract; what counts without one is the usual level. */
export function termsOf(contract: Contract | null): Terms {
  const { formula, thresholdSeconds, shortSeconds } = contract ?? DEFAULT_LEVEL;
  const known = formulaOf(formula) ?? (formulaOf(DEFAULT_LEVEL.formula) as Formula);
  return { formula: known, thresholdSeconds, shortSeconds };
}

export function sameTerms(a: Terms, b: Terms): boolean {
  return a.formula.id === b.formula.id && a.thresholdSeconds === b.thresholdSeconds && a.shortSeconds === b.shortSeconds;
}

export function tallyOf(cell: VisitCell, { formula, thresholdSeconds, shortSeconds }: Terms): Tally {
  return { offered: offeredOf(cell), ...serviceLevel(cell, formula, thresholdSeconds, shortSeconds) };
}

export function add(a: Tally, b: Tally): Tally {
  return { offered: a.offered + b.offered, numerator: a.numerator + b.numerator, denominator: a.denominator + b.denominator };
}

export function subtract(a: Tally, b: Tally): Tally {
  return { offered: a.offered - b.offered, numerator: a.numerator - b.numerator, denominator: a.denominator - b.denominator };
}
