import type { FigureFamily } from '@sightline/contracts';
import { classesOf, DEFAULT_LEVEL, figuresOf, FORMULAS, INTERVALS } from '@sightline/core-kpi';
import type { FigureInfo } from '@sightline/core-kpi';
import { LATER_PARAMETERS } from '../query/question';
import { DIMENSIONS, FAMILIES } from '../query/selection';

/** What can be asked for, in words. */
export interface Catalogue {
  readonly families: readonly {
    readonly family: FigureFamily;
    readonly dimensions: readonly string[];
    readonly classes: readonly string[];
    readonly figures: readonly FigureInfo[];
    /** Durations that also have whole percentiles: <name>P1 to <name>P99. */
    readonly percentilesOf: readonly string[];
  }[];
  readonly formulas: readonly { readonly id: string; readonly version: number; readonly words: string }[];
  readonly defaultLevel: typeof DEFAULT_LEVEL;
  readonly intervals: readonly string[];
  /** Parameters that will be understood one day. */
  readonly later: readonly string[];
}

/** The formulas are put in words for these bounds, which a question or contract may set otherwise. */
const { thresholdSeconds, shortSeconds } = DEFAULT_LEVEL;

export const CATALOGUE: Catalogue = {
  families: FAMILIES.map((family) => {
    const figures = figuresOf(family);
    return {
      family,
      dimensions: DIMENSIONS[family],
      classes: classesOf(family),
      figures,
      percentilesOf: figures.flatMap(({ name }) => (name.endsWith('MsMax') ? [name.slice(0, -'Max'.length)] : [])),
    };
  }),
  formulas: FORMULAS.map(({ id, version, words }) => ({ id, version, words: words(thresholdSeconds, shortSeconds) })),
  defaultLevel: DEFAULT_LEVEL,
  intervals: INTERVALS,
  later: LATER_PARAMETERS,
};
