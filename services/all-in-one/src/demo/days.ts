import type { CentreEvent } from '@sightline/testing';
import { dayEvents, dayOf, dayStart, nextDay } from '@sightline/testing';

/** Days kept: making one takes a moment, and the live feed asks every second. */
const KEPT = 3;

/** The made-up days of one installation, cut as they are needed. */
export class CentreDays {
  private readonly kept = new Map<string, readonly CentreEvent[]>();

  constructor(private readonly seed: number) {}

  /** Everything said in [from, to), in order of time. A day's last calls end on the next. */
  between(from: number, to: number): readonly CentreEvent[] {
    const parts: CentreEvent[] = [];
    for (let day = nextDay(dayOf(from), -1); dayStart(day) < to; day = nextDay(day)) parts.push(...cut(this.of(day), from, to));
    return parts.sort((a, b) => a.occurredAt - b.occurredAt);
  }

  private of(day: string): readonly CentreEvent[] {
    const known = this.kept.get(day);
    if (known) return known;
    const made = dayEvents(this.seed, day);
    this.kept.set(day, made);
    for (const oldest of [...this.kept.keys()].slice(0, -KEPT)) this.kept.delete(oldest);
    return made;
  }
}

function cut(events: readonly CentreEvent[], from: number, to: number): readonly CentreEvent[] {
  return events.slice(firstAt(events, from), firstAt(events, to));
}

/** Index of the first event at or after an instant. */
function firstAt(events: readonly CentreEvent[], at: number): number {
  let low = 0;
  let high = events.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((events[middle] as CentreEvent).occurredAt < at) low = middle + 1;
    else high = middle;
  }
  return low;
}
