import type { Seconds } from '@sightline/contracts';

/**
 * The value at a whole percentile by nearest rank: the smallest second that at least p % of the rows do not exceed. Null for no rows.
 */
export function nearestRank(seconds: Seconds, n: number, percentile: number): number | null {
  if (n === 0) return null;
  const rank = Math.max(1, Math.ceil((percentile * n) / 100));
  let seen = 0;
  // Integer keys of an object are enumerated in ascending order.
  for (const [second, count] of Object.entries(seconds)) {
    seen += count;
    if (seen >= rank) return Number(second);
  }
  return null;
}

/** Greatest second of the map, null for no rows. */
export function greatestSecond(seconds: Seconds): number | null {
  const last = Object.keys(seconds).at(-1);
  return last === undefined ? null : Number(last);
}
