const BASE_MS = 1_000;
const MOST_MS = 30_000;

/** How long to wait before try number `attempt` (from 0): anything up to a bound that doubles, so that a thousand walls do not return at once. */
export function reconnectDelay(attempt: number, random: number): number {
  return Math.floor(random * Math.min(MOST_MS, BASE_MS * 2 ** Math.min(attempt, 10)));
}
