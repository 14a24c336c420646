import type { CallEvent, Fact } from '@sightline/contracts';

/**
 * A record of a whole call as the milestones it states, each of the record's rank and under its id; any other event alone. Its end is the
 * call's: what ended a leg before is for others to say. Its wait is the difference of its own instants; without a queue it states no visit.
 */
export function milestonesOf(event: CallEvent): readonly CallEvent[] {
  const { fact } = event;
  if (fact.kind !== 'callRecorded') return [event];
  const { enteredAt, answeredAt, endedAt } = fact;
  const milestones: CallEvent[] = [];
  const state = (occurredAt: number, milestone: Fact, waitUntil?: number): void => {
    const waited =
      waitUntil === undefined || enteredAt === undefined || event.queue === undefined
        ? {}
        : { reportedWaitMs: Math.max(0, waitUntil - enteredAt) };
    milestones.push({ ...event, ...waited, occurredAt, fact: milestone });
  };
  if (enteredAt !== undefined && event.queue !== undefined) state(enteredAt, { kind: 'queueEntered' });
  if (answeredAt !== undefined) state(answeredAt, { kind: 'callAnswered' }, answeredAt);
  else if (fact.abandoned && endedAt !== undefined) state(endedAt, { kind: 'callAbandoned' }, endedAt);
  if (endedAt !== undefined) state(endedAt, { kind: 'callEnded', ...(fact.by ? { by: fact.by } : {}) });
  return milestones;
}
