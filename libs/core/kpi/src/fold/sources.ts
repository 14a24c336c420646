import type { CallEvent, SourceState } from '@sightline/contracts';
import { CLOCK_AHEAD_MS } from './facts';

const UNSEEN = { watermark: null, lastReceivedAt: null, restartedAt: null, clockAheadMs: null, clockAheadAt: null };

function greatest(a: number | null, b: number | null): number | null {
  return a === null ? b : b === null ? a : Math.max(a, b);
}

/** The state of a source after one more of its events. Facts dated ahead of their receipt move no watermark; how far is remembered. */
export function observeSource(state: SourceState | null, event: CallEvent): SourceState {
  const known = state ?? { source: event.source, ...UNSEEN };
  const aheadMs = event.occurredAt - event.receivedAt;
  const lastReceivedAt = greatest(known.lastReceivedAt, event.receivedAt);
  if (aheadMs > CLOCK_AHEAD_MS)
    return mergeSourceStates({ ...known, lastReceivedAt }, { ...known, clockAheadMs: aheadMs, clockAheadAt: event.receivedAt });
  return {
    ...known,
    lastReceivedAt,
    watermark: greatest(known.watermark, event.occurredAt),
    restartedAt: event.fact.kind === 'sourceRestarted' ? greatest(known.restartedAt, event.occurredAt) : known.restartedAt,
  };
}

/** One state out of those seen in two partitions: commutative, so that no order of reading matters. */
export function mergeSourceStates(a: SourceState, b: SourceState): SourceState {
  const ahead =
    (b.clockAheadAt ?? -1) > (a.clockAheadAt ?? -1) || (b.clockAheadAt === a.clockAheadAt && (b.clockAheadMs ?? 0) > (a.clockAheadMs ?? 0))
      ? b
      : a;
  return {
    source: a.source,
    watermark: greatest(a.watermark, b.watermark),
    lastReceivedAt: greatest(a.lastReceivedAt, b.lastReceivedAt),
    restartedAt: greatest(a.restartedAt, b.restartedAt),
    clockAheadMs: ahead.clockAheadMs,
    clockAheadAt: ahead.clockAheadAt,
  };
}
