import { AGENT_STATES, ENDED_BY, FLOW_OUT_REASONS, TRANSFER_MODES } from './enums';
import type { Fact, FactKind } from './event';

/** How one member of a fact is written. */
export type Member =
  | { readonly type: 'text' | 'integer' | 'boolean' | 'call'; readonly required: boolean }
  | { readonly type: 'enum'; readonly values: readonly (string | undefined)[]; readonly required: boolean };

const text = { type: 'text', required: false } as const;
const integer = { type: 'integer', required: false } as const;
const by: Member = { type: 'enum', values: ENDED_BY, required: false };

export type KnownKind = Exclude<FactKind, 'unknown'>;

/**
 * Every kind of fact with its members: one table for the wire, for JSON and for the limits of both. Members that a source may not state
 * itself (tokens of the vault) are refused at the door, not here.
 */
export const KINDS: Readonly<Record<KnownKind, Readonly<Record<string, Member>>>> = {
  callStarted: {},
  queueEntered: {},
  agentRinging: {},
  ringMissed: { ringMs: integer },
  callAnswered: {},
  callHeld: {},
  callRetrieved: {},
  callTransferred: { mode: { type: 'enum', values: TRANSFER_MODES, required: true }, toQueue: text, toLogin: text, toCallerId: text },
  callAbandoned: {},
  callFlowedOut: { reason: { type: 'enum', values: FLOW_OUT_REASONS, required: true } },
  callBlocked: { reason: { type: 'enum', values: FLOW_OUT_REASONS, required: false } },
  legEnded: { by },
  callEnded: { by },
  callLinked: { to: { type: 'call', required: true } },
  wrapUpStarted: {},
  wrapUpEnded: {},
  callDisposed: { disposition: { type: 'text', required: true } },
  callDialled: { toCallerId: text },
  partyReached: {},
  callbackRequested: { callerId: text },
  voicemailLeft: {},
  voicemailHandled: {},
  surveyInvited: {},
  surveySent: {},
  surveyAnswered: { score: { type: 'integer', required: true }, scaleMax: { type: 'integer', required: true } },
  recordingAvailable: { recordingId: { type: 'text', required: true } },
  callRecorded: {
    startedAt: integer,
    enteredAt: integer,
    answeredAt: integer,
    endedAt: integer,
    by,
    abandoned: { type: 'boolean', required: true },
  },
  auditClosed: { auditId: { type: 'text', required: true }, score: integer, critical: { type: 'boolean', required: true } },
  agentSignedIn: {},
  agentSignedOut: {},
  agentStateChanged: { state: { type: 'enum', values: AGENT_STATES, required: true }, reason: text },
  sourceHeartbeat: {},
  sourceRestarted: {},
};

export const KNOWN_KINDS = Object.keys(KINDS) as readonly KnownKind[];

/** Kinds that need a queue to mean anything. */
export const KINDS_IN_A_QUEUE: ReadonlySet<FactKind> = new Set(['queueEntered', 'callBlocked']);
/** Kinds that speak of a login's time, not of a call. */
export const LOGIN_KINDS: ReadonlySet<FactKind> = new Set(['agentSignedIn', 'agentSignedOut', 'agentStateChanged']);
/** Kinds that speak of the source as a whole. */
export const SOURCE_KINDS: ReadonlySet<FactKind> = new Set(['sourceHeartbeat', 'sourceRestarted']);

export type { Fact };
