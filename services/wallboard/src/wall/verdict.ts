import type { FeedState, Figure, WallPeople, WallReason } from '@sightline/contracts';

/** Percentage points below target that are still only watched. */
export const WATCH_POINTS = 5;
/** Fewer rows behind a level than this decide nothing. */
export const DECIDING_N = 10;
/** Waits that are watched and acted on, ms: of the longest, and of the longest while nobody is free. */
export const LONGEST_MS = { watch: 60_000, act: 120_000 } as const;
export const NOBODY_FREE_MS = { watch: 10_000, act: 30_000 } as const;

/** What a row says that somebody might have to do something about. */
export interface Judged {
  readonly level: Figure;
  readonly targetPercent: number | null;
  readonly waiting: number;
  readonly longestMs: number | null;
  readonly people: WallPeople | null;
  readonly feed: FeedState;
}

export interface Verdict {
  /** Worst first; empty = calm. */
  readonly reasons: readonly WallReason[];
  /** Greater is worse: act before unknown before watch before calm, then by how far it is off, then by who waits. */
  readonly badness: number;
}

const WEIGHT = { act: 3, unknown: 2, watch: 1 } as const;
/** One step of severity outweighs everything that orders rows within it. */
const STEP = 1_000_000;

function waitReason(waitedMs: number, bounds: { readonly watch: number; readonly act: number }): 'watch' | 'act' | null {
  return waitedMs >= bounds.act ? 'act' : waitedMs >= bounds.watch ? 'watch' : null;
}

/** How far a level that decides something lies below target, in percentage points × its denominator: integers, so that equal is equal. */
function shortfall({ level, targetPercent }: Judged): number {
  if (level.denominator === undefined || level.numerator === undefined || targetPercent === null || level.n < DECIDING_N) return 0;
  return Math.max(0, targetPercent * level.denominator - 100 * level.numerator);
}

/** Whether somebody has to look at a row or act, and why: the thresholds of the wall, in one place. */
export function judge(row: Judged): Verdict {
  if (row.feed === 'dead') return { reasons: [{ what: 'feed', severity: 'unknown' }], badness: WEIGHT.unknown * STEP };
  const reasons: WallReason[] = [];
  const short = shortfall(row);
  const denominator = row.level.denominator ?? 1;
  if (short > 0) reasons.push({ what: 'level', severity: short > WATCH_POINTS * denominator ? 'act' : 'watch' });
  const longestMs = row.longestMs ?? 0;
  const longest = waitReason(longestMs, LONGEST_MS);
  if (longest) reasons.push({ what: 'longest', severity: longest });
  const nobodyFree = row.people?.free === 0 && row.waiting > 0 ? waitReason(longestMs, NOBODY_FREE_MS) : null;
  if (nobodyFree) reasons.push({ what: 'free', severity: nobodyFree });
  reasons.sort((a, b) => WEIGHT[b.severity] - WEIGHT[a.severity]);
  const worst = reasons[0] ? WEIGHT[reasons[0].severity] : 0;
  // A whole minute waited and a point below target weigh alike; who waits decides between equals. Seconds would change it all the time.
  const points = Math.floor(short / Math.max(1, denominator));
  const minutes = Math.min(Math.floor(longestMs / 60_000), 240);
  return { reasons, badness: worst * STEP + (minutes + points) * 1_000 + Math.min(row.waiting, 999) };
}
