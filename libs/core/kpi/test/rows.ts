import type { ContactRow, LegRow, SourceState, StateRow, VisitRow } from '@sightline/contracts';
import { at } from './facts';

const call = { source: 'pbx', id: 'call' };
const everyRow = {
  call,
  operatorId: 'op',
  clinicId: 'lake',
  source: 'pbx',
  callType: '',
  firstReceivedAt: at(0),
  changedByReceivedAt: at(0),
};

/** A waiting visit of clinic lake in queue front that entered at 0, unless told otherwise. */
export function visitRow(more: Partial<VisitRow> = {}): VisitRow {
  return {
    ...everyRow,
    family: 'visit',
    id: 'pbx/visit',
    queue: 'front',
    enteredAt: at(0),
    outcome: 'waiting',
    flowOutReason: null,
    endedAt: null,
    waitMs: null,
    talkMs: 0,
    holdMs: 0,
    wrapMs: 0,
    legs: 0,
    legsEnded: 0,
    login: null,
    agentId: null,
    endedBy: null,
    disposition: null,
    dialledNumber: null,
    tag: null,
    callerId: null,
    inferred: false,
    surveyInvited: false,
    surveyScore: null,
    surveyScaleMax: null,
    ...more,
  };
}

/** A contact of one waiting visit, unless told otherwise. */
export function contactRow(more: Partial<ContactRow> = {}): ContactRow {
  return {
    ...everyRow,
    family: 'contact',
    id: 'pbx/visit',
    enteredAt: at(0),
    outcome: 'waiting',
    flowOutReason: null,
    endedAt: null,
    waitMs: null,
    talkMs: 0,
    holdMs: 0,
    wrapMs: 0,
    legs: 0,
    legsEnded: 0,
    visits: 1,
    callerId: null,
    waitingSince: at(0),
    expiredOutcome: 'endUnknown',
    expiredFlowOutReason: null,
    expiredWaitMs: null,
    ...more,
  };
}

/** An inbound leg of agent-ana that has been talking since 0, unless told otherwise. */
export function legRow(more: Partial<LegRow> = {}): LegRow {
  return {
    ...everyRow,
    family: 'leg',
    id: 'pbx/leg',
    visitId: 'pbx/visit',
    queue: 'front',
    login: 'ana',
    agentId: 'agent-ana',
    direction: 'inbound',
    startedAt: at(0),
    answeredAt: at(0),
    endedAt: null,
    wrapEndedAt: null,
    outcome: 'answered',
    ringMs: 0,
    talkMs: null,
    holdMs: null,
    wrapMs: null,
    endedBy: null,
    heldSince: null,
    inWrapSince: null,
    inferred: false,
    ...more,
  };
}

/** agent-ana signed in at 0, unless told otherwise. */
export function stateRow(more: Partial<StateRow> = {}): StateRow {
  return {
    family: 'state',
    id: 'pbx/state',
    operatorId: 'op',
    source: 'pbx',
    login: 'ana',
    agentId: 'agent-ana',
    at: at(0),
    state: 'signedIn',
    reason: null,
    queue: null,
    firstReceivedAt: at(0),
    changedByReceivedAt: at(0),
    ...more,
  };
}

/** A source whose watermark stands at 0, unless told otherwise. */
export function sourceState(more: Partial<SourceState> = {}): SourceState {
  return { source: 'pbx', watermark: at(0), lastReceivedAt: at(0), restartedAt: null, clockAheadMs: null, clockAheadAt: null, ...more };
}
