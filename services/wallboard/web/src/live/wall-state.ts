import type { WallDelta, WallParts, WallSnapshot } from '@sightline/contracts';

/** What a viewer has of a view: its parts at a number, and how far the gateway's clock is ahead of this machine's. */
export interface WallState {
  readonly boot: string;
  readonly view: string;
  readonly number: number;
  readonly parts: WallParts;
  /** gateway clock − this machine's clock, ms. */
  readonly offsetMs: number;
}

/** A frame's way here only makes its clock look late: the greatest difference is the nearest to the truth. */
const offsetOf = (nowMs: number, receivedAt: number): number => nowMs - receivedAt;

export function fromSnapshot(snapshot: WallSnapshot, receivedAt: number): WallState {
  const { boot, view, number, parts, nowMs } = snapshot;
  return { boot, view, number, parts, offsetMs: offsetOf(nowMs, receivedAt) };
}

/**
 * The state after a delta. A delta of another view, or one that is known already, changes nothing; 'gap' when one before it is missing:
 * then only a new snapshot helps.
 */
export function applyDelta(state: WallState, delta: WallDelta, receivedAt: number): WallState | 'gap' {
  if (delta.view !== state.view || delta.number <= state.number) return state;
  if (delta.number !== state.number + 1) return 'gap';
  const parts: Record<string, WallParts[string]> = { ...state.parts, ...delta.set };
  for (const key of delta.gone) delete parts[key];
  return { ...state, number: delta.number, parts, offsetMs: Math.max(state.offsetMs, offsetOf(delta.nowMs, receivedAt)) };
}
