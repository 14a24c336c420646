import type { CallEvent, EndedBy, LegRow } from '@sightline/contracts';
import type { Aside, Visit } from './visit';
import { near, SAME_MOMENT_MS } from './visit';

/** An agent's part of a call while it is being put together. */
export interface Leg {
  /** '' where no fact names it. */
  login: string;
  readonly opening: CallEvent;
  visit: Visit | null;
  readonly outbound: boolean;
  readonly rank: number;
  startedAt: number;
  answeredAt: number | null;
  endedAt: number | null;
  endedBy: LegRow['endedBy'];
  /** Rank of what stated the end; null while it is open, or was only closed with its call. */
  endRank: number | null;
  outcome: LegRow['outcome'];
  warmTransferAt: number | null;
  readonly holds: { readonly from: number; to: number | null }[];
  wrapStartedAt: number | null;
  wrapEndedAt: number | null;
  inferred: boolean;
  readonly facts: CallEvent[];
}

export interface LegWork {
  /** The rank that is read; facts of higher ones are left over from there. */
  readonly rank: number;
  readonly legs: Leg[];
  readonly visits: readonly Visit[];
  /** The visit that an answer was given to. */
  readonly visitOf: ReadonlyMap<CallEvent, Visit>;
  readonly aside: Aside;
  /** Facts without a leg at their own rank; the next lower rank tries them. Null at the lowest: then they are orphans. */
  readonly orphans: CallEvent[] | null;
}

function openLeg(work: LegWork, event: CallEvent, visit: Visit | null, outbound: boolean): Leg {
  const leg: Leg = {
    login: event.login ?? '',
    opening: event,
    visit,
    outbound,
    rank: event.rank,
    startedAt: event.occurredAt,
    answeredAt: null,
    endedAt: null,
    endedBy: null,
    endRank: null,
    outcome: 'ringing',
    warmTransferAt: null,
    holds: [],
    wrapStartedAt: null,
    wrapEndedAt: null,
    inferred: false,
    facts: [event],
  };
  work.legs.push(leg);
  return leg;
}

/** Whether a fact may speak of a leg, by the ids of their visits where both have one, and by queue. */
function mayConcern(leg: Leg, event: CallEvent): boolean {
  const id = leg.visit?.visitId ?? null;
  if (id !== null && event.visitId !== undefined && id !== event.visitId) return false;
  return event.queue === undefined || leg.visit === null || leg.visit.queue === event.queue;
}

/** The visit a fact names, else the latest of its queue entered not later. */
export function visitOfFact(visits: readonly Visit[], event: CallEvent): Visit | null {
  const named = event.visitId === undefined ? undefined : visits.find((visit) => visit.visitId === event.visitId);
  return named ?? visitAt(visits, event.queue, event.occurredAt);
}

/** The visit of the queue entered last, not later than `at`; else the first one of the queue. */
function visitAt(visits: readonly Visit[], queue: string | undefined, at: number): Visit | null {
  let found: Visit | null = null;
  for (const visit of visits) {
    if (visit.blocked || (queue !== undefined && visit.queue !== queue)) continue;
    if (found === null || visit.enteredAt <= at) found = visit;
  }
  return found;
}

/** Last element that satisfies; legs stand in order of their opening. */
function last(legs: readonly Leg[], is: (leg: Leg) => boolean): Leg | undefined {
  for (let index = legs.length - 1; index >= 0; index -= 1) {
    const leg = legs[index] as Leg;
    if (is(leg)) return leg;
  }
  return undefined;
}

/**
 * The leg a fact speaks of: the one its reported talk names, else the login's leg open just before, else one started at that instant, else
 * one that ended near it. Without a login the latest open leg.
 */
function legOf(work: LegWork, event: CallEvent): Leg | undefined {
  const at = event.occurredAt;
  if (event.login === undefined) return last(work.legs, (leg) => leg.endedAt === null && leg.startedAt <= at && mayConcern(leg, event));
  const mine = work.legs.filter((leg) => leg.login === event.login && mayConcern(leg, event));
  if (event.reportedTalkMs !== undefined) {
    const named = mine.filter((leg) => leg.answeredAt === at - (event.reportedTalkMs as number));
    const open = named.find((leg) => leg.endedAt === null) ?? named.find((leg) => leg.endedAt === at);
    if (open) return open;
  }
  return (
    last(mine, (leg) => leg.endedAt === null && leg.startedAt < at) ??
    last(mine, (leg) => leg.endedAt === null && leg.startedAt === at) ??
    last(mine, (leg) => leg.endedAt !== null && near(leg.endedAt, at)) ??
    last(mine, (leg) => leg.endedAt === null && near(leg.startedAt, at))
  );
}

function ring(work: LegWork, event: CallEvent): void {
  const again = last(
    work.legs,
    (leg) => leg.login === event.login && leg.opening.source !== event.source && near(leg.startedAt, event.occurredAt),
  );
  if (again) return repeat(work, again, event);
  openLeg(work, event, visitOfFact(work.visits, event), event.attributes?.direction === 'outbound');
}

function miss(work: LegWork, event: CallEvent): void {
  const mine = work.legs.filter((leg) => leg.login === (event.login ?? '') && leg.answeredAt === null && mayConcern(leg, event));
  const attempt = mine.find((leg) => leg.endedAt === null && leg.startedAt <= event.occurredAt);
  const again = last(mine, (leg) => leg.endedAt !== null && near(leg.endedAt, event.occurredAt) && leg.opening.source !== event.source);
  if (!attempt && again) return repeat(work, again, event);
  const leg = attempt ?? openLeg(work, event, visitOfFact(work.visits, event), false);
  if (!attempt && event.fact.kind === 'ringMissed') leg.startedAt = event.occurredAt - (event.fact.ringMs ?? 0);
  leg.endedAt = event.occurredAt;
  leg.endRank = event.rank;
  leg.outcome = 'missed';
  if (attempt) leg.facts.push(event);
}

/** An answer that made no leg was said before. A higher rank's instant stands all the same. */
function restateAnswer(work: LegWork, event: CallEvent): void {
  if (event.rank === work.rank) return;
  const leg = last(
    work.legs,
    (one) => (event.login ?? one.login) === one.login && one.answeredAt !== null && near(one.answeredAt, event.occurredAt),
  );
  if (!leg) return;
  leg.answeredAt = event.occurredAt;
  leg.facts.push(event);
}

function answer(work: LegWork, event: CallEvent): void {
  const visit = work.visitOf.get(event) ?? null;
  if (visit === null && event.fact.kind === 'callAnswered') return restateAnswer(work, event);
  const mine = work.legs.filter((leg) => leg.login === (event.login ?? '') && mayConcern(leg, event));
  const attempt = last(mine, (leg) => leg.outcome === 'ringing' && leg.endedAt === null && leg.startedAt <= event.occurredAt);
  const again = last(
    mine,
    (leg) => leg.answeredAt !== null && leg.opening.source !== event.source && near(leg.answeredAt, event.occurredAt),
  );
  if (!attempt && again) return repeat(work, again, event);
  const leg = attempt ?? openLeg(work, event, visit, event.fact.kind === 'partyReached');
  leg.visit = visit ?? leg.visit;
  leg.answeredAt = event.occurredAt;
  leg.outcome = 'answered';
  if (attempt) leg.facts.push(event);
}

/** Nothing to belong to here. */
function orphan(work: LegWork, event: CallEvent): void {
  if (work.orphans) work.orphans.push(event);
  else work.aside.put(event, 'orphan');
}

function repeat(work: LegWork, leg: Leg, event: CallEvent): void {
  leg.facts.push(event);
  work.aside.put(event, 'sameAgain');
}

function end(work: LegWork, leg: Leg, event: CallEvent, by: LegRow['endedBy']): void {
  if (leg.endedAt !== null && event.rank <= (leg.endRank ?? event.rank)) return repeat(work, leg, event);
  leg.endedAt = event.occurredAt;
  leg.endRank = event.fact.kind === 'callEnded' ? null : event.rank;
  leg.endedBy = leg.warmTransferAt !== null && near(leg.warmTransferAt, event.occurredAt) ? 'transfer' : by;
  if (leg.answeredAt === null) leg.outcome = 'cancelled';
  leg.facts.push(event);
}

/** An end whose answer is missing: reported talk tells when it was. The visit that fits, if one still waits, is answered, inferred. */
function inferAnswer(work: LegWork, event: CallEvent): Leg | null {
  if (event.reportedTalkMs === undefined || event.login === undefined) return null;
  const answeredAt = event.occurredAt - event.reportedTalkMs;
  const visit = work.visits.find(
    (one) =>
      one.end === null &&
      !one.blocked &&
      (event.queue === undefined || one.queue === event.queue) &&
      (event.reportedWaitMs === undefined ? one.enteredAt <= answeredAt : near(one.enteredAt + event.reportedWaitMs, answeredAt)),
  );
  if (!visit) return null;
  visit.end = { kind: 'answered', at: answeredAt, fact: event, inferred: true };
  const leg = openLeg(work, event, visit, false);
  leg.facts.length = 0;
  leg.startedAt = answeredAt;
  leg.answeredAt = answeredAt;
  leg.outcome = 'answered';
  leg.inferred = true;
  return leg;
}

function onLeg(work: LegWork, event: CallEvent): void {
  const { fact } = event;
  const leg = legOf(work, event) ?? (fact.kind === 'legEnded' || fact.kind === 'callTransferred' ? inferAnswer(work, event) : null);
  if (!leg) return orphan(work, event);
  if (fact.kind === 'legEnded') end(work, leg, event, fact.by ?? null);
  else if (fact.kind === 'callTransferred') {
    if (fact.mode === 'cold') end(work, leg, event, 'transfer');
    else {
      leg.warmTransferAt = event.occurredAt;
      leg.facts.push(event);
    }
  } else if (fact.kind === 'callHeld') {
    if (leg.holds.at(-1)?.to === null) return repeat(work, leg, event);
    leg.holds.push({ from: event.occurredAt, to: null });
    leg.facts.push(event);
  } else if (fact.kind === 'callRetrieved') {
    const hold = leg.holds.at(-1);
    if (hold?.to !== null) return repeat(work, leg, event);
    hold.to = event.occurredAt;
    leg.facts.push(event);
  }
}

function wrapUp(work: LegWork, event: CallEvent): void {
  const mine = work.legs.filter(
    (leg) => (event.login === undefined || leg.login === event.login) && leg.answeredAt !== null && mayConcern(leg, event),
  );
  const leg =
    last(mine, (one) => one.wrapStartedAt !== null && one.wrapEndedAt === null && one.wrapStartedAt <= event.occurredAt) ??
    last(mine, (one) => (one.endedAt ?? Infinity) <= event.occurredAt + SAME_MOMENT_MS && one.wrapEndedAt === null) ??
    last(mine, (one) => one.endedAt === null);
  if (!leg) return orphan(work, event);
  if (event.fact.kind === 'wrapUpStarted') {
    if (leg.wrapStartedAt !== null) return repeat(work, leg, event);
    leg.wrapStartedAt = event.occurredAt;
  } else leg.wrapEndedAt = event.occurredAt;
  leg.facts.push(event);
}

/** The call is over: open legs end, a visit that still waits was abandoned, or its end is unknown if the call went on to a later visit. */
function endCall(work: LegWork, event: CallEvent, by: EndedBy | null): void {
  let used = false;
  for (const leg of work.legs) {
    if (leg.endedAt !== null || leg.startedAt > event.occurredAt) continue;
    end(work, leg, event, by);
    used = true;
  }
  work.visits.forEach((visit, index) => {
    if (visit.end !== null || visit.blocked || visit.unknownEnd || visit.enteredAt > event.occurredAt) return;
    if (work.visits.slice(index + 1).some((later) => !later.blocked)) visit.unknownEnd = true;
    else visit.end = { kind: 'abandoned', at: event.occurredAt, fact: event, inferred: true };
    visit.facts.push(event);
    used = true;
  });
  if (used) return;
  if (work.visits.length + work.legs.length > 0) work.aside.put(event, 'sameAgain');
  else work.orphans?.push(event);
}

/**
 * Attempts whose end nobody stated are over when the agent rings anew (it rang out), or when the visit ended: somebody else answered, or
 * the caller was gone.
 */
export function closeAttempts(legs: readonly Leg[]): void {
  for (const leg of legs) {
    if (leg.outcome !== 'ringing' || leg.outbound || leg.endedAt !== null) continue;
    const again = legs.find((one) => one !== leg && one.login === leg.login && one.startedAt > leg.startedAt);
    const visitEnd = leg.visit?.end && leg.visit.end.at >= leg.startedAt ? leg.visit.end.at : Infinity;
    const endedAt = Math.min(again?.startedAt ?? Infinity, visitEnd);
    if (endedAt === Infinity) continue;
    leg.endedAt = endedAt;
    leg.outcome = endedAt < visitEnd ? 'missed' : 'cancelled';
    leg.inferred = true;
  }
}

/** Which of the facts a leg can be told by. */
export function isLegFact(event: CallEvent): boolean {
  switch (event.fact.kind) {
    case 'agentRinging':
    case 'ringMissed':
    case 'callAnswered':
    case 'callHeld':
    case 'callRetrieved':
    case 'callTransferred':
    case 'legEnded':
    case 'callEnded':
    case 'wrapUpStarted':
    case 'wrapUpEnded':
    case 'callDialled':
    case 'partyReached':
      return true;
    default:
      return false;
  }
}

/** Puts legs together from facts of one source in fold order; called for the announcing source first, then for the others. */
export function buildLegs(work: LegWork, events: readonly CallEvent[]): void {
  for (const event of events) {
    switch (event.fact.kind) {
      case 'agentRinging':
        ring(work, event);
        break;
      case 'ringMissed':
        miss(work, event);
        break;
      case 'callAnswered':
      case 'partyReached':
        answer(work, event);
        break;
      case 'callDialled': {
        const again = work.legs.find(
          (leg) =>
            leg.outbound && leg.login === event.login && leg.opening.source !== event.source && near(leg.startedAt, event.occurredAt),
        );
        if (again) repeat(work, again, event);
        else openLeg(work, event, null, true);
        break;
      }
      case 'callEnded':
        endCall(work, event, event.fact.by ?? null);
        break;
      case 'wrapUpStarted':
      case 'wrapUpEnded':
        wrapUp(work, event);
        break;
      default:
        onLeg(work, event);
    }
  }
}

/** Hold within [answer, end), ms; an open hold runs to the end. Null while the leg runs. */
export function holdMsOf(leg: Leg): number | null {
  if (leg.answeredAt === null || leg.endedAt === null) return null;
  let total = 0;
  for (const hold of leg.holds) {
    const from = Math.max(hold.from, leg.answeredAt);
    const to = Math.min(hold.to ?? leg.endedAt, leg.endedAt);
    total += Math.max(0, to - from);
  }
  return total;
}

/** From the end of talk, or the stated start of wrap-up, to its stated end; null while it runs, 0 where none was stated. */
export function wrapMsOf(leg: Leg): number | null {
  if (leg.answeredAt === null || leg.endedAt === null) return null;
  if (leg.wrapEndedAt === null) return leg.wrapStartedAt === null ? 0 : null;
  return Math.max(0, leg.wrapEndedAt - (leg.wrapStartedAt ?? leg.endedAt));
}
