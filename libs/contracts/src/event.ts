/** Who had the last word on a leg or a call. */
export type EndedBy = 'agent' | 'caller' | 'system';
export type Direction = 'inbound' | 'outbound' | 'internal';
export type Channel = 'voice' | 'callback' | 'chat' | 'email' | 'sms';
export type TransferMode = 'warm' | 'cold';
/** Why a caller left a queue without an agent and without hanging up. */
export type FlowOutReason = 'callback' | 'voicemail' | 'otherQueue' | 'backToClinic' | 'exitKey' | 'timeout' | 'closed' | 'noAgents';
export type AgentState = 'available' | 'busy' | 'wrapUp' | 'paused';

/** A call under the id its source announced it with. Never changes. */
export interface CallRef {
  readonly source: string;
  readonly id: string;
}

/** What a fact says, by kind. Kinds that no figure uses yet are stored and inert. */
export type Fact =
  | { readonly kind: 'callStarted' }
  | { readonly kind: 'queueEntered' }
  | { readonly kind: 'agentRinging' }
  | { readonly kind: 'ringMissed'; readonly ringMs?: number }
  | { readonly kind: 'callAnswered' }
  | { readonly kind: 'callHeld' }
  | { readonly kind: 'callRetrieved' }
  | {
      readonly kind: 'callTransferred';
      readonly mode: TransferMode;
      readonly toQueue?: string;
      readonly toLogin?: string;
      readonly toCallerId?: string;
    }
  | { readonly kind: 'callAbandoned' }
  | { readonly kind: 'callFlowedOut'; readonly reason: FlowOutReason }
  | { readonly kind: 'callBlocked'; readonly reason?: FlowOutReason }
  | { readonly kind: 'legEnded'; readonly by?: EndedBy }
  | { readonly kind: 'callEnded'; readonly by?: EndedBy }
  | { readonly kind: 'callLinked'; readonly to: CallRef }
  | { readonly kind: 'wrapUpStarted' }
  | { readonly kind: 'wrapUpEnded' }
  | { readonly kind: 'callDisposed'; readonly disposition: string }
  | { readonly kind: 'callDialled'; readonly toCallerId?: string }
  | { readonly kind: 'partyReached' }
  | { readonly kind: 'callbackRequested'; readonly callerId?: string }
  | { readonly kind: 'voicemailLeft' }
  | { readonly kind: 'voicemailHandled' }
  | { readonly kind: 'surveyInvited' }
  | { readonly kind: 'surveySent' }
  | { readonly kind: 'surveyAnswered'; readonly score: number; readonly scaleMax: number }
  | { readonly kind: 'recordingAvailable'; readonly recordingId: string }
  | {
      readonly kind: 'callRecorded';
      readonly startedAt?: number;
      readonly enteredAt?: number;
      readonly answeredAt?: number;
      readonly endedAt?: number;
      readonly by?: EndedBy;
      readonly abandoned: boolean;
    }
  | { readonly kind: 'auditClosed'; readonly auditId: string; readonly score?: number; readonly critical: boolean }
  | { readonly kind: 'agentSignedIn' }
  | { readonly kind: 'agentSignedOut' }
  | { readonly kind: 'agentStateChanged'; readonly state: AgentState; readonly reason?: string }
  | { readonly kind: 'sourceHeartbeat' }
  | { readonly kind: 'sourceRestarted' }
  /** A kind written by a newer version: kept whole, counted, inert. */
  | { readonly kind: 'unknown'; readonly fieldNumber: number; readonly bytes: Uint8Array };

export type FactKind = Fact['kind'];

/** What a source adds to a call or visit. `callerId` is a random token of the vault; `dialledNumber` is one of the clinics' own. */
export interface Attributes {
  readonly direction?: Direction;
  readonly channel?: Channel;
  readonly dialledNumber?: string;
  readonly callReason?: string;
  readonly language?: string;
  readonly test?: boolean;
  readonly callerId?: string;
  readonly tag?: string;
}

/**
 * One event as a source stated it: the unit of the log. (source, eventId) identifies the fact, `revision` its version.
 * Times are milliseconds since 1970 UTC. Exactly one of `call`, `login` alone, or neither (heartbeat, restart) decides the entity.
 */
export interface CallEvent {
  readonly source: string;
  readonly eventId: string;
  /** 1 for the first statement; a correction or retraction carries a greater one. */
  readonly revision: number;
  readonly tombstone: boolean;
  /** 0 as it happened; facts out of whole-call records are higher. */
  readonly rank: number;
  /** The source's own order, a safe integer. Not part of the content. */
  readonly sequence: number;
  readonly occurredAt: number;
  /** Set by ingestion. Not part of the content. */
  readonly receivedAt: number;
  readonly schema: number;
  readonly call?: CallRef;
  readonly visitId?: string;
  readonly queue?: string;
  readonly login?: string;
  readonly reportedWaitMs?: number;
  readonly reportedTalkMs?: number;
  readonly attributes?: Attributes;
  readonly fact: Fact;
}

/** The schema number this version writes. */
export const EVENT_SCHEMA = 1;
