import type { WallBar, WallHead } from '@sightline/contracts';

export const QUARTER_MS = 900_000;
const HOUR_MS = 3_600_000;
/** The chart shows at least so much of a day, that bars do not change their width all morning. */
const LEAST_MS = 8 * HOUR_MS;

export interface DaySpan {
  readonly from: number;
  readonly to: number;
}

/** The part of the day to draw: from the hour of the first call, at least eight hours, and an hour of what is to come. */
export function drawnSpan(bars: readonly WallBar[], head: Pick<WallHead, 'dayFrom' | 'dayTo'>, now: number): DaySpan {
  const first = bars.find(({ offered }) => offered > 0)?.from ?? now;
  const from = Math.max(head.dayFrom, head.dayFrom + Math.floor((first - head.dayFrom) / HOUR_MS) * HOUR_MS);
  const to = Math.min(head.dayTo, Math.max(from + LEAST_MS, Math.ceil((now - from) / HOUR_MS + 1) * HOUR_MS + from));
  return { from: Math.min(from, Math.max(head.dayFrom, to - LEAST_MS)), to };
}

/** Every quarter of the span with its bar; a quarter without calls has none. */
export function quartersOf(span: DaySpan, bars: readonly WallBar[]): readonly { readonly from: number; readonly bar: WallBar | null }[] {
  const byStart = new Map(bars.map((bar) => [bar.from, bar]));
  const quarters = [];
  for (let from = span.from; from < span.to; from += QUARTER_MS) quarters.push({ from, bar: byStart.get(from) ?? null });
  return quarters;
}

/** Full hours of the span to be named, every `step` hours. */
export function hoursOf(span: DaySpan, step: number): readonly number[] {
  const hours = [];
  for (let at = span.from; at < span.to; at += step * HOUR_MS) hours.push(at);
  return hours;
}

/** The least that the chart reaches up to, so that its middle is whole too. */
const LEAST_TOP = 4;

/** A round number at or above the greatest count. */
export function roundTop(most: number): number {
  if (most <= LEAST_TOP) return LEAST_TOP;
  const size = 10 ** Math.floor(Math.log10(most));
  return [1, 2, 4, 6, 10].map((step) => step * size).find((top) => top >= most) ?? most;
}
