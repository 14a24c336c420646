import { localClock } from '@sightline/core-kpi';
import type { CentreCallType, CentreClinic } from './clinics';
import { CLINICS } from './clinics';
import type { Random } from './random';

/** Somebody who calls. */
export interface Caller {
  readonly at: number;
  readonly clinic: CentreClinic;
  readonly type: CentreCallType;
  readonly number: string;
}

const QUARTER_MS = 15 * 60_000;
/** Share of a busy hour by quarter of the day, in the clinic's own clock from 08:00: mornings are full, lunch is not. */
const DAY_SHAPE = [
  0.55, 0.7, 0.85, 0.95, 1.05, 1.15, 1.2, 1.2, 1.2, 1.15, 1.1, 1.05, 1.0, 0.95, 0.85, 0.7, 0.65, 0.7, 0.8, 0.9, 1.0, 1.05, 1.05, 1.0, 0.95,
  0.9, 0.85, 0.8, 0.75, 0.7, 0.65, 0.6, 0.55, 0.5, 0.45, 0.4, 0.35, 0.3,
] as const;
/** Monday to Sunday. */
const WEEK_SHAPE = [1.2, 1.05, 1.0, 0.95, 0.85, 0.6, 0] as const;
const MIX: readonly (readonly [CentreCallType, number])[] = [
  ['scheduling', 0.62],
  ['contactLenses', 0.22],
  ['billing', 0.16],
];
/** Callers an hour and clinic outside opening hours: by day and evening, and in the small hours. */
const AFTER_HOURS = { awake: 2.8, asleep: 2 } as const;
const AREA_CODES = [207, 304, 314, 316, 360, 401, 414, 435, 505, 518, 541, 559, 563, 603, 605, 607, 608, 716, 719, 785, 802, 805, 816, 970];

/** Callers an hour of a clinic at an instant, by day of the week and hour where it is. */
function demandAt(clinic: CentreClinic, at: number): { readonly perHour: number; readonly open: boolean } {
  const { day, minute } = localClock(at, clinic.zone);
  const open = clinic.opening.some((span) => span.day === day && minute >= span.fromMinute && minute < span.toMinute);
  if (!open) return { perHour: minute >= 6 * 60 && minute < 22 * 60 ? AFTER_HOURS.awake : AFTER_HOURS.asleep, open };
  const quarter = Math.floor((minute - 8 * 60) / 15);
  return { perHour: clinic.callsPerHour * (DAY_SHAPE[quarter] ?? 0.3) * (WEEK_SHAPE[day - 1] ?? 0), open };
}

function typeOf(random: Random): CentreCallType {
  let dice = random.next();
  for (const [type, share] of MIX) if ((dice -= share) < 0) return type;
  return 'scheduling';
}

/** Numbers 555-0100 to 555-0199 belong to nobody. */
export function fictionalNumber(random: Random): string {
  return `+1${random.pick(AREA_CODES)}55501${String(Math.floor(random.next() * 100)).padStart(2, '0')}`;
}

/** Everybody who calls in [from, to), in order. Each clinic's day is a little busier or quieter than usual, one clinic's much busier. */
export function callersOf(from: number, to: number, random: Random): readonly Caller[] {
  const campaign = random.pick(CLINICS);
  const callers: Caller[] = [];
  for (const clinic of CLINICS) {
    const mood = random.lognormal(1, 0.12) * (clinic === campaign ? 1.5 : 1);
    for (let quarter = from; quarter < to; quarter += QUARTER_MS) {
      const { perHour, open } = demandAt(clinic, quarter);
      const count = random.poisson((perHour * (open ? mood : 1)) / 4);
      for (let n = 0; n < count; n += 1) {
        const at = Math.floor(random.between(quarter, Math.min(quarter + QUARTER_MS, to)));
        callers.push({
          at,
          clinic,
          type: open ? typeOf(random) : 'afterHours',
          number: random.chance(0.04) ? 'anonymous' : fictionalNumber(random),
        });
      }
    }
  }
  return callers.sort((a, b) => a.at - b.at);
}
