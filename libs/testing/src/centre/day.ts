import { localClock, localInstant } from '@sightline/core-kpi';
import { CLINICS } from './clinics';
import { callersOf, fictionalNumber } from './demand';
import { Floor } from './floor';
import { ASSISTANTS } from './people';
import { Random } from './random';
import type { CentreEvent, Statement } from './statement';
import { eventOf } from './statement';

/** Changes whenever the days come out differently for the same seed: events of another generator must not share ids with these. */
const GENERATOR = 'c1';
/** The floor's day turns when the fewest call: at 05:00 in New York. */
const ZONE = 'America/New_York';
const TURN_HOUR = 5;
const DAY_MS = 86_400_000;
const ABSENT = 0.06;
/** Calls out an hour, all clinics: by day, and while clinics sleep. */
const OUTBOUND_PER_HOUR = { day: 40, night: 6 } as const;

/** When a day (yyyy-mm-dd) of the floor begins, ms UTC. */
export function dayStart(day: string): number {
  const local = localInstant(ZONE, `${day}T0${TURN_HOUR}:00`);
  if (local.type !== 'instant') throw new RangeError(`no day: ${day}`);
  return local.at;
}

/** The floor's day that an instant belongs to. */
export function dayOf(at: number): string {
  const date = new Date(at).toISOString().slice(0, 10);
  return at >= dayStart(date) ? date : new Date(at - DAY_MS).toISOString().slice(0, 10);
}

/** The day after (or `days` after; before, if negative). */
export function nextDay(day: string, days = 1): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);
}

/** Everything that happens on a day of the floor, in order of time. The last calls may end a little after the next day has begun. */
export function dayStatements(seed: number, day: string): readonly Statement[] {
  const from = dayStart(day);
  const to = dayStart(nextDay(day));
  const random = new Random(GENERATOR, seed, day);
  const floor = new Floor(`${GENERATOR}-${seed}-${day}`, random);
  const weekday = localClock(from, ZONE).day;
  for (const person of ASSISTANTS) {
    if (!person.daysOff.includes(weekday) && !random.chance(ABSENT)) floor.employ(person, from + person.shift.fromMinute * 60_000);
  }
  for (const caller of callersOf(from, to, random)) floor.call(caller);
  for (let at = from; at < to;) {
    const { minute } = localClock(at, ZONE);
    const perHour = minute >= 9 * 60 && minute < 20 * 60 ? OUTBOUND_PER_HOUR.day : OUTBOUND_PER_HOUR.night;
    at += Math.ceil(random.exponential(3_600_000 / perHour));
    floor.planOutbound(at, random.pick(CLINICS), fictionalNumber(random));
  }
  return [...floor.run()].sort((a, b) => a.at - b.at);
}

/** The same as JSON of `POST /v1/events`: the same seed and day give the same events with the same ids, always. */
export function dayEvents(seed: number, day: string): readonly CentreEvent[] {
  return dayStatements(seed, day).map((statement, index) => eventOf(statement, `${GENERATOR}-${seed}-${day}-${index}`));
}
