import type { AgentState, CallEvent, CallRef, Direction, EndedBy, FlowOutReason } from './event';

/** How a queue visit stands or ended; exactly one at every instant. `blocked` never entered: received, not offered. */
export type VisitOutcome = 'waiting' | 'answered' | 'abandoned' | 'flowedOut' | 'endUnknown' | 'blocked';

/** Names one fact: the source that states it and its id there. */
export interface FactRef {
  readonly source: string;
  readonly eventId: string;
}

interface RowBase {
  /** Id of the opening fact, `source/eventId`; of several the smallest. Unique within call and family. */
  readonly id: string;
  readonly call: CallRef;
  readonly operatorId: string;
  /** Decided by the mapping valid when the row began; `unassigned` where none is. */
  readonly clinicId: string;
  /** Source whose queue and logins these are. */
  readonly source: string;
  /** direction:reason, else the queue's type, else ''. */
  readonly callType: string;
  /** Smallest receivedAt of the facts that made the row, ms. */
  readonly firstReceivedAt: number;
  /** Greatest receivedAt of the facts that made the row what it is, ms. */
  readonly changedByReceivedAt: number;
}

/** One stay of a call in one queue. */
export interface VisitRow extends RowBase {
  readonly family: 'visit';
  readonly queue: string;
  readonly enteredAt: number;
  readonly outcome: VisitOutcome;
  readonly flowOutReason: FlowOutReason | null;
  /** End of the wait: answer, hang-up or leaving; null while waiting, endUnknown. For `blocked` = enteredAt. */
  readonly endedAt: number | null;
  /** endedAt − enteredAt, at least 0; null when endedAt is. */
  readonly waitMs: number | null;
  /** Sums over the ended legs of the visit. */
  readonly talkMs: number;
  readonly holdMs: number;
  readonly wrapMs: number;
  /** Answered legs of the visit, and those of them that have ended. */
  readonly legs: number;
  readonly legsEnded: number;
  /** Who answered first. */
  readonly login: string | null;
  readonly agentId: string | null;
  /** Who ended the last ended leg. */
  readonly endedBy: EndedBy | null;
  readonly disposition: string | null;
  readonly dialledNumber: string | null;
  readonly tag: string | null;
  readonly callerId: string | null;
  /** True when its entry or its end was inferred, not stated. */
  readonly inferred: boolean;
  /** csat of the visit's last survey answer on the source's scale, and whether a survey was offered. */
  readonly surveyInvited: boolean;
  readonly surveyScore: number | null;
  readonly surveyScaleMax: number | null;
}

/** One agent's part of a call; an attempt nobody answered is one too. */
export interface LegRow extends RowBase {
  readonly family: 'leg';
  /** The visit it belongs to; null for a leg without queue (outbound). */
  readonly visitId: string | null;
  readonly queue: string | null;
  readonly login: string;
  readonly agentId: string;
  readonly direction: Direction;
  /** Start of ringing or dialling, else of the answer. */
  readonly startedAt: number;
  readonly answeredAt: number | null;
  /** End of talk, or of an attempt nobody answered; null while open. */
  readonly endedAt: number | null;
  readonly wrapEndedAt: number | null;
  /** `missed`: the agent let it ring out; `cancelled`: the ring ended otherwise (answered elsewhere, caller gone). */
  readonly outcome: 'ringing' | 'answered' | 'missed' | 'cancelled';
  /** answeredAt − startedAt, or the whole attempt when missed; null while ringing. */
  readonly ringMs: number | null;
  /** endedAt − answeredAt − holdMs; null until answered and ended. */
  readonly talkMs: number | null;
  readonly holdMs: number | null;
  readonly wrapMs: number | null;
  readonly endedBy: EndedBy | 'transfer' | null;
  /** Whether a hold is open, since when. */
  readonly heldSince: number | null;
  readonly inWrapSince: number | null;
  readonly inferred: boolean;
}

/** One call as one clinic experienced it: the contract level. */
export interface ContactRow extends RowBase {
  readonly family: 'contact';
  /** First entry of the clinic's visits; of a blocked contact the block. */
  readonly enteredAt: number;
  readonly outcome: VisitOutcome;
  readonly flowOutReason: FlowOutReason | null;
  readonly endedAt: number | null;
  readonly waitMs: number | null;
  readonly talkMs: number;
  readonly holdMs: number;
  readonly wrapMs: number;
  /** Answered legs of its visits, and those of them that have ended. */
  readonly legs: number;
  readonly legsEnded: number;
  readonly visits: number;
  readonly callerId: string | null;
  /**
   * Latest entry among visits still waiting, null when none is, and what the contact is once that visit counts as endUnknown: the
   * outcome of the visit that entered last.
   */
  readonly waitingSince: number | null;
  readonly expiredOutcome: VisitOutcome;
  readonly expiredFlowOutReason: FlowOutReason | null;
  readonly expiredWaitMs: number | null;
}

/** A login's state from an instant on. */
export interface StateRow {
  readonly family: 'state';
  readonly id: string;
  readonly operatorId: string;
  readonly source: string;
  readonly login: string;
  readonly agentId: string;
  readonly at: number;
  readonly state: 'signedIn' | 'signedOut' | AgentState;
  readonly reason: string | null;
  /** Queue of a membership change, where the source has one. */
  readonly queue: string | null;
  readonly firstReceivedAt: number;
  readonly changedByReceivedAt: number;
}

export type Row = VisitRow | LegRow | ContactRow | StateRow;
export type RowFamily = Row['family'];

/** One version of a fact as the store keeps it. */
export interface StoredFact {
  readonly event: CallEvent;
  /** First 16 bytes, hex, of SHA-256 over the deterministic encoding without receivedAt and sequence. */
  readonly contentHash: string;
}

/** Facts that made no figure, each with why. */
export type SideliningReason =
  'sameAgain' | 'conflicting' | 'superseded' | 'orphan' | 'clockAhead' | 'foreignClinic' | 'test' | 'quarantined' | 'repetition' | 'inert';

export interface Sidelined {
  readonly fact: FactRef;
  readonly reason: SideliningReason;
}

/** What the facts of one entity mean under one directory version. */
export interface Interpretation {
  readonly visits: readonly VisitRow[];
  readonly legs: readonly LegRow[];
  readonly contacts: readonly ContactRow[];
  readonly states: readonly StateRow[];
  readonly sidelined: readonly Sidelined[];
  /** The call this one continues, when a link says so; then it counts as contact nowhere. */
  readonly continues: CallRef | null;
}

/** What is going on now, in scope: rows that some later fact will change. */
export interface OpenItems {
  /** Visits still waiting. */
  readonly visits: readonly VisitRow[];
  /** Legs that ring, talk or are wrapped up. */
  readonly legs: readonly LegRow[];
  /** Latest state per login and, where the source states one, queue; none older than asked for. */
  readonly states: readonly StateRow[];
}

/** What a source is up to, as its events and heartbeats tell. */
export interface SourceState {
  readonly source: string;
  /** Greatest occurredAt of its events and heartbeats, clock-ahead ones left out; null before the first. */
  readonly watermark: number | null;
  readonly lastReceivedAt: number | null;
  /** Instant of the latest restart; visits that entered before it and still wait are endUnknown. */
  readonly restartedAt: number | null;
  /** How far the last clock-ahead event was ahead, ms, and when it was received; null when none was. */
  readonly clockAheadMs: number | null;
  readonly clockAheadAt: number | null;
}
