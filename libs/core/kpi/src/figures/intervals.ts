import { Temporal } from 'temporal-polyfill';

export type Interval = '1min' | '5min' | '15min' | '30min' | '1h' | '1d' | '1w' | '1mo' | 'all';
export const INTERVALS: readonly Interval[] = ['1min', '5min', '15min', '30min', '1h', '1d', '1w', '1mo', 'all'];

const MINUTES: Partial<Record<Interval, number>> = { '1min': 1, '5min': 5, '15min': 15, '30min': 30, '1h': 60 };

/** True for a zone id of the IANA database that can be reckoned with. */
export function isZone(zone: string): boolean {
  try {
    Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(zone);
    return /^[A-Za-z][A-Za-z0-9_+/-]*$/.test(zone);
  } catch {
    return false;
  }
}

/** What a local time text means in a zone: an instant; or that it does not exist or exists twice (then earlier and later, ms). */
export type LocalInstant =
  | { readonly type: 'instant'; readonly at: number }
  | { readonly type: 'ambiguous'; readonly earlier: number; readonly later: number }
  | { readonly type: 'missing' }
  | { readonly type: 'bad' };

/** yyyy-mm-dd or yyyy-mm-ddThh:mm[:ss[.sss]] in a zone as ms UTC. */
export function localInstant(zone: string, text: string): LocalInstant {
  let local: Temporal.PlainDateTime;
  try {
    local = Temporal.PlainDateTime.from(text);
  } catch {
    return { type: 'bad' };
  }
  const earlier = local.toZonedDateTime(zone, { disambiguation: 'earlier' });
  const later = local.toZonedDateTime(zone, { disambiguation: 'later' });
  if (earlier.epochMilliseconds === later.epochMilliseconds) return { type: 'instant', at: earlier.epochMilliseconds };
  const exists = earlier.toPlainDateTime().equals(local);
  return exists ? { type: 'ambiguous', earlier: earlier.epochMilliseconds, later: later.epochMilliseconds } : { type: 'missing' };
}

function zoned(at: number, zone: string): Temporal.ZonedDateTime {
  return Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone);
}

/** Local midnight that begins the day of an instant, ms UTC. */
export function startOfDay(at: number, zone: string): number {
  return zoned(at, zone).startOfDay().epochMilliseconds;
}

/** Minutes since local midnight and ISO day of week (1 = Monday), for opening hours. */
export function localClock(at: number, zone: string): { readonly day: number; readonly minute: number } {
  const local = zoned(at, zone);
  return { day: local.dayOfWeek, minute: local.hour * 60 + local.minute };
}

function firstBoundary(from: number, interval: Interval, zone: string, weekStart: number): Temporal.ZonedDateTime {
  const day = zoned(from, zone).startOfDay();
  if (interval === '1w') return day.subtract({ days: (day.dayOfWeek - weekStart + 7) % 7 }).startOfDay();
  if (interval === '1mo') return day.with({ day: 1 }).startOfDay();
  return day;
}

/**
 * Ascending instants that cut [from, to) at the interval's local boundaries: first `from`, last `to`. Days have 23 to 25 hours where
 * clocks change; parts of an hour follow the wall clock, so that 09:00 is a boundary in every zone. Throws RangeError beyond `limit`.
 */
export function boundariesOf(
  query: { readonly from: number; readonly to: number; readonly interval: Interval; readonly zone: string; readonly weekStart?: number },
  limit = 100_000,
): readonly number[] {
  const { from, to, interval, zone } = query;
  if (interval === 'all') return [from, to];
  const boundaries = [from];
  const push = (at: number): void => {
    if (at <= (boundaries.at(-1) as number) || at >= to) return;
    if (boundaries.length > limit) throw new RangeError(`more than ${limit} intervals`);
    boundaries.push(at);
  };
  const minutes = MINUTES[interval];
  let at = firstBoundary(from, interval, zone, query.weekStart ?? 1);
  while (at.epochMilliseconds < to) {
    const next: Temporal.ZonedDateTime = at
      .add(interval === '1w' ? { weeks: 1 } : interval === '1mo' ? { months: 1 } : { days: 1 })
      .startOfDay();
    if (minutes === undefined) push(at.epochMilliseconds);
    else for (const part of partsOfDay(at, next, minutes)) push(part);
    at = next;
  }
  boundaries.push(to);
  return boundaries;
}

/** Instants at which the wall clock shows a multiple of `minutes`, within one local day. */
function partsOfDay(day: Temporal.ZonedDateTime, next: Temporal.ZonedDateTime, minutes: number): readonly number[] {
  const step = minutes * 60_000;
  const parts: number[] = [];
  let at = day.epochMilliseconds;
  const end = next.epochMilliseconds;
  if ((end - at) / 3_600_000 === 24 && day.offsetNanoseconds === next.offsetNanoseconds) {
    for (; at < end; at += step) parts.push(at);
    return parts;
  }
  // A day on which clocks change: walk minute by minute and ask the wall clock.
  const zone = day.timeZoneId;
  for (; at < end; at += 60_000) {
    const { minute } = localClock(at, zone);
    if (minute % minutes === 0) parts.push(at);
  }
  return parts;
}
