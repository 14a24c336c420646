import { startOfDay } from '@sightline/core-kpi';

/** [from, to), ms: a local day, 23 to 25 hours. */
export interface LocalDay {
  readonly from: number;
  readonly to: number;
}

const MORE_THAN_A_DAY_MS = 26 * 3_600_000;

/** The local day of an instant by zone. Remembers the last one of each zone: it is asked for every clinic at every look. */
export class LocalDays {
  private readonly known = new Map<string, LocalDay>();

  at(nowMs: number, zone: string): LocalDay {
    const known = this.known.get(zone);
    if (known && known.from <= nowMs && nowMs < known.to) return known;
    const from = startOfDay(nowMs, zone);
    const day = { from, to: startOfDay(from + MORE_THAN_A_DAY_MS, zone) };
    this.known.set(zone, day);
    return day;
  }
}
