import type { CallEvent, FactKind } from '@sightline/contracts';

const MILESTONES: Partial<Record<FactKind, number>> = {
  callStarted: 0,
  callBlocked: 1,
  queueEntered: 2,
  callDialled: 3,
  agentRinging: 4,
  ringMissed: 5,
  callAnswered: 6,
  partyReached: 6,
  callHeld: 7,
  callRetrieved: 8,
  callTransferred: 9,
  callFlowedOut: 10,
  callAbandoned: 11,
  legEnded: 12,
  callEnded: 13,
  wrapUpStarted: 14,
  wrapUpEnded: 15,
};

/** Logs have whole seconds: at one instant the milestones of a call stand in this order. */
function milestone(kind: FactKind): number {
  return MILESTONES[kind] ?? 16;
}

function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** occurredAt, milestone, rank descending, the source's own sequence, source, id: a total order of current facts. */
export function compareEvents(a: CallEvent, b: CallEvent): number {
  return (
    a.occurredAt - b.occurredAt ||
    milestone(a.fact.kind) - milestone(b.fact.kind) ||
    b.rank - a.rank ||
    a.sequence - b.sequence ||
    byText(a.source, b.source) ||
    byText(a.eventId, b.eventId)
  );
}

/** The system that announced the call is heard before others that speak about it; then by name. */
export function compareSources(own: string): (a: string, b: string) => number {
  return (a, b) => (a === own ? -1 : b === own ? 1 : byText(a, b));
}
