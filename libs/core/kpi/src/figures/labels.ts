import type { Label, SourceState } from '@sightline/contracts';

export { REVISED_AFTER_MS } from '@sightline/contracts';

/** A visit nobody ended is given up after so long, ms. */
export const END_UNKNOWN_AFTER_MS = 4 * 3_600_000;
/** A source's word on an interval is complete when its watermark is so far past the end, ms. */
export const SETTLED_AFTER_MS = 5 * 60_000;
/** Shown as old beyond the first, as unknown beyond the second, ms. */
export const STALE_AFTER_MS = 10_000;
export const UNKNOWN_AFTER_MS = 60_000;

/**
 * Per source the instant before which a visit that still waits has an unknown end: 4 h before now, or the source's last restart. For a
 * source that is not live "now" is its watermark while it is fed; once its import is finished its watermark never moves again, and what
 * waits waits for ever, so everything up to the watermark is given up.
 */
export function endUnknownCutoffs(
  states: readonly SourceState[],
  nowMs: number,
  about: (source: string) => { readonly live: boolean; readonly importing: boolean },
): Readonly<Record<string, number>> {
  const cutoffs: Record<string, number> = { '*': nowMs - END_UNKNOWN_AFTER_MS };
  for (const state of states) {
    const { live, importing } = about(state.source);
    const now = live && !importing ? nowMs : (state.watermark ?? nowMs);
    const given = live || importing ? now - END_UNKNOWN_AFTER_MS : now;
    cutoffs[state.source] = Math.max(given, state.restartedAt ?? -Infinity);
  }
  return cutoffs;
}

export interface LabelFacts {
  readonly to: number;
  /** Smallest watermark of the live sources concerned; null when one has none yet; Infinity when no live source is concerned. */
  readonly watermark: number | null;
  readonly waiting: number;
  /** Latest change that counts as a revision, null when there was none. */
  readonly revisedAt: number | null;
  readonly reattributing: boolean;
}

/** Whether an interval can still change, and whether it has. Nothing closes and nothing is too late. */
export function labelOf({ to, watermark, waiting, revisedAt, reattributing }: LabelFacts): Label {
  if (reattributing) return 're-attributing';
  if (watermark === null || watermark < to + SETTLED_AFTER_MS || waiting > 0) return 'provisional';
  return revisedAt === null ? 'settled' : 'revised';
}

/** State of a feed by the age of what it last said. */
export function feedState(
  state: SourceState | undefined,
  nowMs: number,
): { readonly state: 'live' | 'stale' | 'dead' | 'silent'; readonly ageMs: number | null } {
  if (!state || state.lastReceivedAt === null) return { state: 'silent', ageMs: null };
  const ageMs = Math.max(0, nowMs - state.lastReceivedAt);
  return { state: ageMs > UNKNOWN_AFTER_MS ? 'dead' : ageMs > STALE_AFTER_MS ? 'stale' : 'live', ageMs };
}
