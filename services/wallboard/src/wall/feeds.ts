import type { FeedState, SourceState, WallFeed } from '@sightline/contracts';
import { feedState } from '@sightline/core-kpi';

/** Worst first. */
const WORST: readonly FeedState[] = ['dead', 'stale', 'silent', 'live'];
/** How long a clock that was ahead is spoken of, ms. */
const CLOCK_AHEAD_SHOWN_MS = 600_000;

/** How a source stands at an instant. What a live one said last is left out: it changes with every event and nobody is shown it. */
export function feedOf(source: string, name: string, state: SourceState | undefined, nowMs: number): WallFeed {
  const feed = feedState(state, nowMs).state;
  const aheadAt = state?.clockAheadAt ?? -Infinity;
  return {
    source,
    name,
    state: feed,
    lastReceivedAt: feed === 'live' ? null : (state?.lastReceivedAt ?? null),
    clockAheadMs: nowMs - aheadAt <= CLOCK_AHEAD_SHOWN_MS ? (state?.clockAheadMs ?? null) : null,
  };
}

/** The feed that decides over a row: the worst, and of equals the one silent for longest. Without any, nothing is meant to be heard. */
export function worstOf(feeds: readonly WallFeed[]): Pick<WallFeed, 'state' | 'lastReceivedAt'> {
  const [worst] = [...feeds].sort(
    (a, b) => WORST.indexOf(a.state) - WORST.indexOf(b.state) || (a.lastReceivedAt ?? 0) - (b.lastReceivedAt ?? 0),
  );
  return worst ? { state: worst.state, lastReceivedAt: worst.lastReceivedAt } : { state: 'silent', lastReceivedAt: null };
}
