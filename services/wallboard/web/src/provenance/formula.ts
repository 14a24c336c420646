import type { COUNTS } from './question';

export type Counts = Readonly<Record<(typeof COUNTS)[number], number>>;

/** One count of a formula: how it is called, and how much it is. */
export interface Term {
  readonly sign: 1 | -1;
  readonly text:
    'answeredWithin' | 'answered' | 'abandoned' | 'abandonedWithin' | 'abandonedAfter' | 'shortAbandoned' | 'flowedOut' | 'blocked';
}

/** A formula as it is read out: sums of counts above and below. */
interface Wording {
  readonly numerator: readonly Term[];
  readonly denominator: readonly Term[];
}

const plus = (...texts: readonly Term['text'][]): readonly Term[] => texts.map((text) => ({ sign: 1, text }));
const within = plus('answeredWithin');

/** The catalogue's formulas in words; a test holds them against its coefficients. */
export const WORDINGS: Readonly<Record<string, Wording>> = {
  SL1: { numerator: plus('answeredWithin', 'abandonedWithin'), denominator: plus('answered', 'abandoned', 'flowedOut') },
  SL2: { numerator: within, denominator: plus('answered') },
  SL3: { numerator: within, denominator: plus('answered', 'abandoned') },
  SL4: { numerator: within, denominator: plus('answered', 'abandonedAfter') },
  SL5: { numerator: plus('answeredWithin', 'shortAbandoned'), denominator: plus('answered', 'abandoned') },
  SL6: { numerator: within, denominator: [...plus('answered', 'abandoned'), { sign: -1, text: 'shortAbandoned' }] },
  SL7: { numerator: within, denominator: plus('answered', 'abandoned', 'blocked', 'flowedOut') },
};

export function amountOf(term: Term, counts: Counts): number {
  return term.text === 'abandonedAfter' ? counts.abandoned - counts.abandonedWithin : counts[term.text];
}

export function sumOf(terms: readonly Term[], counts: Counts): number {
  return terms.reduce((sum, term) => sum + term.sign * amountOf(term, counts), 0);
}
