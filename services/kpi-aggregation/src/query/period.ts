import type { Interval } from '@sightline/core-kpi';
import { boundariesOf, INTERVALS, isZone, localInstant } from '@sightline/core-kpi';
import type { Register } from '@sightline/core-kpi';
import type { Parameters } from './parameters';
import { refuse } from './parameters';

/** Intervals of one answer at most. */
export const MAX_INTERVALS = 2_000;
/** Days that one question may span. */
export const MAX_DAYS = 800;
const DAY_MS = 86_400_000;
/** 1970 to 2100, ms. */
const LATEST = 4_102_444_800_000;

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)$/;
const LOCAL = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,3})?)?)?$/;

/** A span of time and how it is cut. */
export interface Period {
  /** [from, to), ms. */
  readonly from: number;
  readonly to: number;
  readonly zone: string;
  readonly interval: Interval;
  /** Interval i is [boundaries[i], boundaries[i + 1]). */
  readonly boundaries: readonly number[];
}

/**
 * Reads from, to, zone, interval and weekStart. Instants are ISO 8601 with an offset or milliseconds; local dates and times are those of
 * `zone`, or of the zone that all clinics in question share.
 */
export function decodePeriod(parameters: Parameters, register: Register, clinics: readonly string[]): Period {
  const interval = parameters.oneOf('interval', INTERVALS) ?? 'all';
  const zone = zoneOf(parameters, register, clinics, interval);
  const from = instantOf(parameters, 'from', zone);
  const to = instantOf(parameters, 'to', zone);
  if (from >= to) throw refuse('to', 'must be later than from');
  if (to - from > MAX_DAYS * DAY_MS) throw refuse('to', `must be at most ${MAX_DAYS} days after from`, { maxDays: MAX_DAYS });
  return {
    from,
    to,
    zone: zone ?? 'UTC',
    interval,
    boundaries: cut(from, to, interval, zone ?? 'UTC', weekStartOf(parameters, register, clinics, interval)),
  };
}

function cut(from: number, to: number, interval: Interval, zone: string, weekStart: number): readonly number[] {
  const tooMany = refuse('interval', `cuts the range into more than ${MAX_INTERVALS} intervals; ask for longer ones or a shorter range`, {
    max: MAX_INTERVALS,
  });
  try {
    const boundaries = boundariesOf({ from, to, interval, zone, weekStart }, MAX_INTERVALS + 1);
    if (boundaries.length - 1 > MAX_INTERVALS) throw tooMany;
    return boundaries;
  } catch (error) {
    throw error instanceof RangeError ? tooMany : error;
  }
}

/** The zone asked for, else the one all clinics share; null when they differ and none is needed. */
function zoneOf(parameters: Parameters, register: Register, clinics: readonly string[], interval: Interval): string | null {
  const zone = parameters.one('zone');
  if (zone !== undefined) {
    if (!isZone(zone)) throw refuse('zone', 'must be the name of a time zone, such as America/New_York');
    return zone;
  }
  const zones = register.zonesOf(clinics);
  if (zones.length <= 1) return zones[0] ?? 'UTC';
  if (interval === 'all') return null;
  throw refuse('zone', `is needed, because the clinics are in several: ${zones.join(', ')}`, { allowed: zones });
}

function weekStartOf(parameters: Parameters, register: Register, clinics: readonly string[], interval: Interval): number {
  const weekStart = parameters.whole('weekStart', 1, 7);
  if (weekStart !== undefined || interval !== '1w') return weekStart ?? 1;
  const starts = register.weekStartsOf(clinics);
  if (starts.length > 1)
    throw refuse('weekStart', 'is needed (1 = Monday … 7 = Sunday), because the clinics begin their weeks on different days');
  return starts[0] ?? 1;
}

function instantOf(parameters: Parameters, name: 'from' | 'to', zone: string | null): number {
  const text = parameters.one(name);
  if (text === undefined)
    throw refuse(name, 'is needed: an instant (2026-11-02T08:00:00Z), or a local date or time (2026-11-02, 2026-11-02T08:00)');
  const at = /^\d{1,13}$/.test(text) ? Number(text) : INSTANT.test(text) ? Date.parse(text) : localOf(name, text, zone);
  if (!(at >= 0 && at <= LATEST)) throw refuse(name, 'must be an instant or a local date between 1970 and 2100');
  return at;
}

function localOf(name: 'from' | 'to', text: string, zone: string | null): number {
  if (!LOCAL.test(text)) return NaN;
  if (zone === null) throw refuse('zone', `is needed to know what ${name} means, because the clinics are in several zones`);
  const local = localInstant(zone, text);
  switch (local.type) {
    case 'instant':
      return local.at;
    case 'ambiguous': {
      const instants = [local.earlier, local.later].map((at) => new Date(at).toISOString());
      throw refuse(name, `happened twice in ${zone}; give one of the instants ${instants.join(', ')}`, { allowed: instants });
    }
    case 'missing':
      throw refuse(name, `does not exist in ${zone}: the clocks were put forward over it`);
    case 'bad':
      return NaN;
  }
}
