import type { OpenItems, SourceState } from '@sightline/contracts';
import { endUnknownCutoffs } from '../figures/labels';

export type { OpenItems };

/** A state holds until the login's next one, at most so long, ms; then nobody knows. */
export const STATE_LASTS_MS = 16 * 3_600_000;
/** States older than this are not even "unknown" any more: what a store should be asked for is `nowMs − STATES_READ_MS`. */
export const STATES_READ_MS = 2 * STATE_LASTS_MS;

/** What "now" is for a source. */
export interface SourceClock {
  /** The wall clock of a live source; the watermark of one that is being imported or catches up. */
  readonly nowMs: number;
  /** What began before and is still open has an unknown end: 4 h ago, or the source's last restart. */
  readonly openSince: number;
  /** Whether time passes there while no event arrives. */
  readonly runs: boolean;
}

/** The instant of a view, and the clock of every source. */
export interface LiveClock {
  readonly nowMs: number;
  /** Null for a source that speaks of the past only (a finished import): nothing is open there. */
  readonly of: (source: string) => SourceClock | null;
}

export interface SourceRole {
  readonly live: boolean;
  /** An import is running, or the store has not yet caught up with the log. */
  readonly importing: boolean;
}

/** The clocks of all sources at `nowMs`. A source without a state has not said anything yet: it runs with the wall clock. */
export function liveClock(states: readonly SourceState[], nowMs: number, roleOf: (source: string) => SourceRole): LiveClock {
  const cutoffs = endUnknownCutoffs(states, nowMs, roleOf);
  const watermarks = new Map(states.map(({ source, watermark }) => [source, watermark]));
  return {
    nowMs,
    of: (source) => {
      const { live, importing } = roleOf(source);
      if (!live && !importing) return null;
      const watermark = importing ? (watermarks.get(source) ?? null) : null;
      return { nowMs: watermark ?? nowMs, openSince: cutoffs[source] ?? (cutoffs['*'] as number), runs: watermark === null };
    },
  };
}

/** Clock of what began at `since`, or null when it is not open any more. */
export function clockOfOpen(clock: LiveClock, source: string, since: number): SourceClock | null {
  const own = clock.of(source);
  return own === null || since < own.openSince ? null : own;
}
