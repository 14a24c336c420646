import type { CallRef, ContactRow, VisitRow } from '@sightline/contracts';

function contactOf(call: CallRef, visits: readonly VisitRow[]): ContactRow {
  const entered = visits.filter((visit) => visit.outcome !== 'blocked');
  const counted = entered.length > 0 ? entered : visits;
  const first = counted[0] as VisitRow;
  const lastVisit = counted.at(-1) as VisitRow;
  const answered = counted.find((visit) => visit.outcome === 'answered');
  const answeredFirst = counted.filter((visit) => visit.outcome === 'answered').sort((a, b) => (a.endedAt ?? 0) - (b.endedAt ?? 0))[0];
  const waiting = counted.filter((visit) => visit.outcome === 'waiting');
  const decided = answered ?? (waiting.length > 0 ? (waiting[0] as VisitRow) : lastVisit);
  const endedAt = answeredFirst?.endedAt ?? (decided.outcome === 'waiting' ? null : lastVisit.endedAt);
  const waitTo = (end: number | null): number | null => (end === null ? null : Math.max(0, end - first.enteredAt));
  const sum = (of: (visit: VisitRow) => number): number => counted.reduce((total, visit) => total + of(visit), 0);
  return {
    family: 'contact',
    id: first.id,
    call,
    operatorId: first.operatorId,
    clinicId: first.clinicId,
    source: first.source,
    callType: first.callType,
    enteredAt: first.enteredAt,
    outcome: decided.outcome,
    flowOutReason: decided.outcome === 'flowedOut' ? decided.flowOutReason : null,
    endedAt,
    waitMs: decided.outcome === 'blocked' ? 0 : waitTo(endedAt),
    talkMs: sum((visit) => visit.talkMs),
    holdMs: sum((visit) => visit.holdMs),
    wrapMs: sum((visit) => visit.wrapMs),
    legs: sum((visit) => visit.legs),
    legsEnded: sum((visit) => visit.legsEnded),
    visits: counted.length,
    callerId: first.callerId,
    waitingSince: waiting.length > 0 ? Math.max(...waiting.map((visit) => visit.enteredAt)) : null,
    expiredOutcome: lastVisit.outcome === 'waiting' ? 'endUnknown' : lastVisit.outcome,
    expiredFlowOutReason: lastVisit.flowOutReason,
    expiredWaitMs: waitTo(lastVisit.endedAt),
    firstReceivedAt: Math.min(...visits.map((visit) => visit.firstReceivedAt)),
    changedByReceivedAt: Math.max(...visits.map((visit) => visit.changedByReceivedAt)),
  };
}

/** One contact per clinic the call visited. `visits` in order of entry. */
export function contactsOf(call: CallRef, visits: readonly VisitRow[]): ContactRow[] {
  if (visits.length === 1) return [contactOf(call, visits)];
  const byClinic = new Map<string, VisitRow[]>();
  for (const visit of visits) {
    const list = byClinic.get(visit.clinicId);
    if (list) list.push(visit);
    else byClinic.set(visit.clinicId, [visit]);
  }
  return Array.from(byClinic.values(), (list) => contactOf(call, list));
}
