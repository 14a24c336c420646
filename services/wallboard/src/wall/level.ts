import type { Figure } from '@sightline/contracts';
import { openLevels } from '@sightline/core-kpi';
import type { Tally, Terms } from '../day/tally';

/** What is shown where a feed is dead: no number at all. */
export const NO_DATA: Figure = { figure: 'serviceLevel', value: null, reason: 'no data', n: 0 };

/**
 * A level out of merged integers, never of averages. `terms` is null where the clinics' contracts differ: then every contact counts by
 * its own clinic's terms, no one formula can be named, and no bounds are given. `openWaitsMs`: how long those have waited who still do.
 */
export function levelOf({ numerator, denominator }: Tally, terms: Terms | null, openWaitsMs?: readonly number[]): Figure {
  const ratio =
    denominator === 0
      ? { value: null, reason: 'nothing in the denominator', numerator, denominator, n: 0 }
      : { value: numerator / denominator, numerator, denominator, n: denominator };
  if (!terms) return { figure: 'serviceLevel', ...ratio };
  const { formula, thresholdSeconds, shortSeconds } = terms;
  const bounds = openWaitsMs ? openLevels({ numerator, denominator }, openWaitsMs, formula, thresholdSeconds, shortSeconds) : undefined;
  return {
    figure: 'serviceLevel',
    ...ratio,
    ...(bounds ? { open: bounds } : {}),
    formula: { id: formula.id, version: formula.version, thresholdSeconds, shortSeconds },
  };
}
