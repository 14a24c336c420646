import type { FeedState, Figure, WallPeople } from '@sightline/contracts';

/** How a number is shown. Good has no look: a calm board is grey. */
export type Look = 'none' | 'watch' | 'act';

const SECOND = 1_000;
/** Fewer calls than this say little: grey digits. */
export const FEW = 10;
const WATCH_POINTS = 5;
const LONGEST_WATCH_MS = 60 * SECOND;
const LONGEST_ACT_MS = 120 * SECOND;
const NOBODY_WATCH_MS = 10 * SECOND;
const NOBODY_ACT_MS = 30 * SECOND;
const STALE_MS = 10 * SECOND;
const DEAD_MS = 60 * SECOND;

/** Points of a hundred below the target, rounded as shown; null when it is met or there is nothing to compare. */
export function pointsBelow(level: Figure, targetPercent: number | null): number | null {
  if (level.value === null || targetPercent === null) return null;
  const below = targetPercent - level.value * 100;
  return below > 0 ? Math.round(below * 10) / 10 : null;
}

/** Below target by up to 5 points is to be watched, by more to act on; too few calls say nothing. */
export function lookOfLevel(level: Figure, targetPercent: number | null): Look {
  if (level.value === null || targetPercent === null || level.n < FEW) return 'none';
  const below = targetPercent - level.value * 100;
  if (below <= 0) return 'none';
  return below <= WATCH_POINTS ? 'watch' : 'act';
}

export function lookOfLongest(waitedMs: number | null): Look {
  if (waitedMs === null || waitedMs <= LONGEST_WATCH_MS) return 'none';
  return waitedMs <= LONGEST_ACT_MS ? 'watch' : 'act';
}

/** Nobody is free while the first of the callers waits. */
export function lookOfFree(people: WallPeople | null, waitedMs: number | null): Look {
  if (!people || people.free > 0 || waitedMs === null || waitedMs <= NOBODY_WATCH_MS) return 'none';
  return waitedMs <= NOBODY_ACT_MS ? 'watch' : 'act';
}

/** Time as the wall counts it, by the gateway's clock, ms. */
export interface WallTime {
  readonly now: number;
  /** Until when the gateway was heard; null while it is. */
  readonly heardUntil: number | null;
}

/** Whether a feed can be believed; its age is known from 10 s on. `silent` never said anything, or is not meant to. */
export interface Freshness {
  readonly state: FeedState;
  readonly ageMs: number | null;
}

/** Counted here from the last receipt. A lost connection makes everything old by itself: of a live feed nothing later is known. */
export function freshnessOf({ feed, lastReceivedAt }: FeedSeen, { now, heardUntil }: WallTime): Freshness {
  if (feed === 'silent') return { state: 'silent', ageMs: null };
  const heardAt = feed === 'live' ? heardUntil : (lastReceivedAt ?? heardUntil);
  if (heardAt === null) return { state: feed, ageMs: null };
  const ageMs = Math.max(0, now - heardAt);
  return { state: ageMs > DEAD_MS ? 'dead' : ageMs > STALE_MS ? 'stale' : 'live', ageMs };
}

/** What the gateway says of a feed. */
export interface FeedSeen {
  readonly feed: FeedState;
  readonly lastReceivedAt: number | null;
}
