import type { Interpretation } from '@sightline/contracts';
import type { TrueCall } from './calls';
import { clinicOf } from './calls';

export interface Wrong {
  visits: number;
  legs: number;
  ofVisits: number;
  ofLegs: number;
}

/** Rows of either side that the other has not: the greater number of the two. */
function differing(mine: readonly string[], truth: readonly string[]): number {
  const left = [...mine];
  let missing = 0;
  for (const one of truth) {
    const index = left.indexOf(one);
    if (index < 0) missing += 1;
    else left.splice(index, 1);
  }
  return Math.max(missing, left.length);
}

/** Counts rows that are not what happened: clinic, queue, both ends, outcome and first login of visits; login and both ends of answered legs. */
export function count(wrong: Wrong, call: TrueCall, read: Interpretation): { visits: number; legs: number } {
  const visits = differing(
    read.visits.map(({ clinicId, queue, enteredAt, outcome, flowOutReason, endedAt, login }) =>
      [clinicId, queue, enteredAt, flowOutReason === null ? outcome : `${outcome}:${flowOutReason}`, endedAt, login].join(),
    ),
    call.visits.map(({ queue, enteredAt, outcome, endedAt, login }) => [clinicOf(queue), queue, enteredAt, outcome, endedAt, login].join()),
  );
  const legs = differing(
    read.legs
      .filter(({ answeredAt }) => answeredAt !== null)
      .map(({ queue, login, answeredAt, endedAt }) => [queue, login, answeredAt, endedAt].join()),
    call.legs.map(({ queue, login, answeredAt, endedAt }) => [queue, login, answeredAt, endedAt].join()),
  );
  wrong.visits += visits;
  wrong.legs += legs;
  wrong.ofVisits += call.visits.length;
  wrong.ofLegs += call.legs.length;
  return { visits, legs };
}
