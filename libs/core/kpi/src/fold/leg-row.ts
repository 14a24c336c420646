import type { LegRow } from '@sightline/contracts';
import type { Context } from './attributes';
import { attribute, callType, clinicOf, lenders, received } from './attributes';
import type { Leg } from './legs';
import { holdMsOf, wrapMsOf } from './legs';
import { visitId } from './visit-row';

/** The row of a leg. */
export function legRow(context: Context, leg: Leg): LegRow {
  const { call, meaning } = context;
  const lending = leg.visit ? lenders(context, leg.visit) : [leg.opening, ...context.events.filter((event) => event.attributes)];
  const at = leg.visit?.enteredAt ?? leg.startedAt;
  const queue = leg.visit?.queue ?? leg.opening.queue ?? null;
  const direction = attribute([leg.opening], 'direction') ?? (leg.outbound ? 'outbound' : 'inbound');
  const holdMs = holdMsOf(leg);
  const answered = leg.answeredAt;
  const openHold = leg.endedAt === null ? leg.holds.find((hold) => hold.to === null) : undefined;
  return {
    family: 'leg',
    id: `${leg.opening.source}/${leg.opening.eventId}`,
    call,
    operatorId: context.operatorId,
    clinicId: clinicOf(context, lending, queue, at),
    source: call.source,
    callType: callType(context, lending, queue, at, direction),
    visitId: leg.visit ? visitId(leg.visit) : null,
    queue,
    login: leg.login,
    agentId: meaning.agentOf(call.source, leg.login, leg.startedAt),
    direction,
    startedAt: leg.startedAt,
    answeredAt: answered,
    endedAt: leg.endedAt,
    wrapEndedAt: leg.wrapEndedAt,
    outcome: leg.outcome,
    ringMs: answered !== null ? answered - leg.startedAt : leg.endedAt === null ? null : leg.endedAt - leg.startedAt,
    talkMs: answered === null || leg.endedAt === null ? null : Math.max(0, leg.endedAt - answered - (holdMs ?? 0)),
    holdMs,
    wrapMs: wrapMsOf(leg),
    endedBy: leg.endedBy,
    heldSince: openHold?.from ?? null,
    inWrapSince: leg.wrapEndedAt === null && leg.wrapStartedAt !== null ? leg.wrapStartedAt : null,
    inferred: leg.inferred,
    ...received(leg.facts.length > 0 ? leg.facts : [leg.opening]),
  };
}

/** Order of legs in their call. */
export function byStart(a: LegRow, b: LegRow): number {
  return a.startedAt - b.startedAt || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
}
