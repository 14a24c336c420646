import type { VisitCell } from '@sightline/contracts';
import type { LocalDay } from './local-days';
import type { Tally, Terms } from './tally';
import { add, NOTHING, subtract, tallyOf } from './tally';

export const MINUTE_MS = 60_000;
export const QUARTER_MS = 15 * MINUTE_MS;

/** One minute of one clinic; `waiting` contacts make it a minute that time itself may change. */
interface Minute {
  readonly tally: Tally;
  readonly waiting: number;
}

const quarterOf = (at: number): number => Math.floor(at / QUARTER_MS) * QUARTER_MS;

/** The minutes of one clinic; their sums by quarter of an hour and since some instant are kept up to date with every minute put in. */
class ClinicDay {
  private readonly minutes = new Map<number, Minute>();
  private readonly quarters = new Map<number, Tally>();
  private since = -Infinity;
  private sum: Tally = NOTHING;

  put(minute: number, next: Minute | null): void {
    const old = this.minutes.get(minute);
    if (!old && !next) return;
    if (next) this.minutes.set(minute, next);
    else this.minutes.delete(minute);
    const change = subtract(next?.tally ?? NOTHING, old?.tally ?? NOTHING);
    this.quarters.set(quarterOf(minute), add(this.quarter(quarterOf(minute)), change));
    if (minute >= this.since) this.sum = add(this.sum, change);
  }

  quarter(from: number): Tally {
    return this.quarters.get(from) ?? NOTHING;
  }

  /** Sum of [from, ∞). */
  total(from: number): Tally {
    if (from !== this.since) {
      this.since = from;
      this.sum = NOTHING;
      for (const [minute, { tally }] of this.minutes) if (minute >= from) this.sum = add(this.sum, tally);
    }
    return this.sum;
  }

  between(from: number, to: number): Tally {
    let sum = NOTHING;
    for (let minute = from; minute < to; minute += MINUTE_MS) {
      const known = this.minutes.get(minute);
      if (known) sum = add(sum, known.tally);
    }
    return sum;
  }

  forget(before: number): void {
    for (const minute of this.minutes.keys()) if (minute < before) this.minutes.delete(minute);
    for (const quarter of this.quarters.keys()) if (quarter + QUARTER_MS <= before) this.quarters.delete(quarter);
  }

  entries(): IterableIterator<[number, Minute]> {
    return this.minutes.entries();
  }
}

/**
 * Minutes of the watched clinics since the earliest local midnight among them, each reduced under the contract that held in it. A minute
 * is always put in whole: what was there before does not matter.
 */
export class Day {
  private readonly clinics = new Map<string, ClinicDay>();

  constructor(private readonly termsAt: (clinicId: string, at: number) => Terms) {}

  /** What a minute of a clinic is now; null when there is nothing in it (any more). */
  put(clinicId: string, minute: number, cell: VisitCell | null): void {
    let clinic = this.clinics.get(clinicId);
    if (!clinic) this.clinics.set(clinicId, (clinic = new ClinicDay()));
    clinic.put(minute, cell && { tally: tallyOf(cell, this.termsAt(clinicId, minute)), waiting: cell.waiting });
  }

  /** Empties minutes of all clinics: what is found in them is put in afterwards. */
  clear(minutes: readonly number[]): void {
    for (const clinic of this.clinics.values()) for (const minute of minutes) clinic.put(minute, null);
  }

  today(clinicId: string, { from }: LocalDay): Tally {
    return this.clinics.get(clinicId)?.total(from) ?? NOTHING;
  }

  /** The last thirty minutes, the one under way included. */
  last30(clinicId: string, nowMs: number): Tally {
    const to = Math.floor(nowMs / MINUTE_MS) * MINUTE_MS + MINUTE_MS;
    return this.clinics.get(clinicId)?.between(to - 30 * MINUTE_MS, to) ?? NOTHING;
  }

  /** Sums of some clinics by quarter of an hour that has begun in [from, nowMs], ascending. No zone has a midnight between quarters. */
  quarters(clinicIds: readonly string[], { from }: LocalDay, nowMs: number): readonly { readonly from: number; readonly tally: Tally }[] {
    const clinics = clinicIds.flatMap((clinicId) => this.clinics.get(clinicId) ?? []);
    const quarters: { from: number; tally: Tally }[] = [];
    for (let at = quarterOf(from); at <= nowMs; at += QUARTER_MS) {
      quarters.push({ from: at, tally: clinics.reduce((sum, clinic) => add(sum, clinic.quarter(at)), NOTHING) });
    }
    return quarters;
  }

  /** Minutes in which somebody waits, of any clinic. */
  waitingMinutes(): readonly number[] {
    const minutes = new Set<number>();
    for (const clinic of this.clinics.values()) for (const [minute, { waiting }] of clinic.entries()) if (waiting > 0) minutes.add(minute);
    return [...minutes];
  }

  forget(before: number): void {
    for (const clinic of this.clinics.values()) clinic.forget(before);
  }
}
