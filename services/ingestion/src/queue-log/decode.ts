import type { Attributes, CallRef, EndedBy, Fact, FlowOutReason } from '@sightline/contracts';
import { looksLikeNumber, numberIn } from '../callers/numbers';
import type { QueueLogLine } from './line';

/** A fact as a line states it, before it has an id, a receipt time and a token for its caller. */
export interface Draft {
  readonly occurredAt: number;
  readonly call?: Pick<CallRef, 'id'>;
  readonly queue?: string;
  readonly login?: string;
  readonly reportedWaitMs?: number;
  readonly reportedTalkMs?: number;
  readonly attributes?: Attributes;
  readonly fact: Fact;
  /** Raw numbers, for the vault only. */
  readonly callerNumber?: string;
  readonly partyNumber?: string;
}

export type DecodedLine =
  | { readonly type: 'facts'; readonly drafts: readonly Draft[] }
  /** A line that says nothing about calls or people: penalties, configuration. */
  | { readonly type: 'ignored'; readonly event: string }
  | { readonly type: 'damaged' };

const NOTHING_SAID = new Set(['', 'NONE', 'UNKNOWN']);
const TEXT_MAX = 128;
/** The longest wait or talk a line may report, seconds: more is damage. */
const SECONDS_MAX = 7 * 86_400;

class Damage extends Error {}

function seconds(text: string | undefined): number {
  if (text === undefined || !/^\d{1,6}$/.test(text)) throw new Damage();
  const value = Number(text);
  if (value > SECONDS_MAX) throw new Damage();
  return value * 1_000;
}

function milliseconds(text: string | undefined): number {
  if (text === undefined || text === '') return 0;
  if (!/^\d{1,9}$/.test(text)) throw new Damage();
  return Number(text);
}

function named(text: string): string | undefined {
  if (NOTHING_SAID.has(text)) return undefined;
  if (text.length > TEXT_MAX || text.includes('\t')) throw new Damage();
  return text;
}

function required(text: string | undefined): string {
  const value = text === undefined ? undefined : named(text);
  if (value === undefined) throw new Damage();
  return value;
}

/** Pause reasons are codes; free text may hold anything, so what is no short code is left out. */
function reasonCode(text: string | undefined): { reason: string } | object {
  return text !== undefined && /^[A-Za-z][\w .-]{0,31}$/.test(text) && !looksLikeNumber(text) ? { reason: text } : {};
}

/** The name of an event that says nothing to us. What is no name of an event at all is a line whose fields have moved. */
function ignoredEvent(event: string): string {
  if (NOTHING_SAID.has(event) || !/^[A-Z][A-Z_-]{1,31}$/.test(event)) throw new Damage();
  return event;
}

type About = Pick<Draft, 'occurredAt' | 'call' | 'queue'>;

/** Of a caller only: whatever stands in the agent's field has no business there. */
function about(line: QueueLogLine): About {
  const queue = named(line.queue);
  return { occurredAt: line.occurredAt, call: { id: callId(line) }, ...(queue ? { queue } : {}) };
}

function visit(line: QueueLogLine): About & { queue: string } {
  return { ...about(line), queue: required(line.queue) };
}

function callId(line: QueueLogLine): string {
  if (NOTHING_SAID.has(line.callId) || line.callId === 'MANAGER' || line.callId === 'REALTIME' || line.callId.length > 256)
    throw new Damage();
  return line.callId;
}

function ended(line: QueueLogLine, by: EndedBy): Draft[] {
  return [{ ...leg(line), reportedWaitMs: seconds(line.data[0]), reportedTalkMs: seconds(line.data[1]), fact: { kind: 'legEnded', by } }];
}

function leg(line: QueueLogLine): About & { queue: string; login: string } {
  return { ...visit(line), login: required(line.agent) };
}

function flowedOut(line: QueueLogLine, reason: FlowOutReason, wait: string | undefined): Draft[] {
  return [
    {
      ...visit(line),
      ...(wait === undefined ? {} : { reportedWaitMs: seconds(wait) }),
      fact: { kind: 'callFlowedOut', reason },
    },
  ];
}

/** A ring that ended without an answer: the attempt began that long before. */
function unanswered(line: QueueLogLine, cancelled: boolean): Draft[] {
  const ringMs = milliseconds(line.data[0]);
  const at = leg(line);
  return [
    { ...at, occurredAt: line.occurredAt - ringMs, fact: { kind: 'agentRinging' } },
    { ...at, fact: cancelled ? { kind: 'legEnded', by: 'system' } : { kind: 'ringMissed', ringMs } },
  ];
}

/** The ring before an answer is stated in whole seconds and only by newer versions. */
function connected(line: QueueLogLine): Draft[] {
  const [wait, , ring] = line.data;
  const answered: Draft = { ...leg(line), reportedWaitMs: seconds(wait), fact: { kind: 'callAnswered' } };
  if (ring === undefined || ring === '') return [answered];
  return [answered, { ...leg(line), occurredAt: line.occurredAt - seconds(ring), fact: { kind: 'agentRinging' } }];
}

/** Extensions are the house's own; what looks like a telephone number or an address is somebody's and goes to the vault. */
function transferTarget(text: string | undefined): Pick<Draft, 'partyNumber'> & { toQueue?: string } {
  const target = named(text ?? '');
  if (target === undefined) return {};
  if (/^[\w/-]{1,64}$/.test(target) && !looksLikeNumber(target)) return { toQueue: target };
  return { partyNumber: numberIn(target) ?? target };
}

function coldTransfer(line: QueueLogLine): Draft[] {
  const [extension, , wait, talk] = line.data;
  const { partyNumber, toQueue } = transferTarget(extension);
  return [
    {
      ...leg(line),
      reportedWaitMs: seconds(wait),
      reportedTalkMs: seconds(talk),
      fact: { kind: 'callTransferred', mode: 'cold', ...(toQueue ? { toQueue } : {}) },
      ...(partyNumber ? { partyNumber } : {}),
    },
  ];
}

/** The agent spoke with the target first and then left: a warm transfer, and the end of the agent's leg. */
function warmTransfer(line: QueueLogLine): Draft[] {
  // BRIDGE|…, APP|…, LINK|…|… or THREEWAY|…: the last three are wait, talk and original position.
  const [wait, talk] = line.data.slice(-3);
  const at = leg(line);
  const reported = { reportedWaitMs: seconds(wait), reportedTalkMs: seconds(talk) };
  return [
    { ...at, ...reported, fact: { kind: 'callTransferred', mode: 'warm' } },
    { ...at, ...reported, fact: { kind: 'legEnded', by: 'agent' } },
  ];
}

function member(line: QueueLogLine, fact: Fact): Draft[] {
  const queue = named(line.queue);
  return [{ occurredAt: line.occurredAt, login: required(line.agent), ...(queue ? { queue } : {}), fact }];
}

function decodeFacts(line: QueueLogLine): readonly Draft[] | null {
  const { data } = line;
  switch (line.event) {
    case 'ENTERQUEUE': {
      const number = data[1] ?? '';
      if (number.length > TEXT_MAX) throw new Damage();
      return [{ ...visit(line), fact: { kind: 'queueEntered' }, ...(number ? { callerNumber: number } : {}) }];
    }
    case 'DID':
      return [{ ...about(line), attributes: { dialledNumber: required(data[0]) }, fact: { kind: 'callStarted' } }];
    case 'CONNECT':
      return connected(line);
    case 'ABANDON':
      return [{ ...visit(line), reportedWaitMs: seconds(data[2]), fact: { kind: 'callAbandoned' } }];
    case 'COMPLETEAGENT':
      return ended(line, 'agent');
    case 'COMPLETECALLER':
      return ended(line, 'caller');
    case 'AGENTDUMP':
      return [{ ...leg(line), fact: { kind: 'legEnded', by: 'agent' } }];
    case 'EXITWITHTIMEOUT':
      return flowedOut(line, 'timeout', data[2]);
    case 'EXITEMPTY':
      return flowedOut(line, 'noAgents', data[2]);
    case 'EXITWITHKEY':
      return flowedOut(line, 'exitKey', data[3]);
    case 'JOINEMPTY':
    case 'JOINUNAVAIL':
      return [{ ...visit(line), fact: { kind: 'callBlocked', reason: 'noAgents' } }];
    case 'FULL':
      return [{ ...visit(line), fact: { kind: 'callBlocked' } }];
    case 'RINGNOANSWER':
      return unanswered(line, false);
    case 'RINGCANCELED':
      return unanswered(line, true);
    case 'TRANSFER':
    case 'BLINDTRANSFER':
      return coldTransfer(line);
    case 'ATTENDEDTRANSFER':
      return warmTransfer(line);
    default:
      return decodeMember(line);
  }
}

function decodeMember(line: QueueLogLine): readonly Draft[] | null {
  switch (line.event) {
    case 'ADDMEMBER':
    case 'AGENTLOGIN':
    case 'AGENTCALLBACKLOGIN':
      return member(line, { kind: 'agentSignedIn' });
    case 'REMOVEMEMBER':
    case 'AGENTLOGOFF':
    case 'AGENTCALLBACKLOGOFF':
      return member(line, { kind: 'agentSignedOut' });
    case 'PAUSE':
    case 'PAUSEALL':
      return member(line, { kind: 'agentStateChanged', state: 'paused', ...reasonCode(line.data[0]) });
    case 'UNPAUSE':
    case 'UNPAUSEALL':
      return member(line, { kind: 'agentStateChanged', state: 'available' });
    case 'QUEUESTART':
      return [{ occurredAt: line.occurredAt, fact: { kind: 'sourceRestarted' } }];
    default:
      return null;
  }
}

/** What a line says. Pure; raw numbers come out beside the facts. */
export function decodeLine(line: QueueLogLine): DecodedLine {
  try {
    const drafts = decodeFacts(line);
    return drafts ? { type: 'facts', drafts } : { type: 'ignored', event: ignoredEvent(line.event) };
  } catch (error) {
    if (error instanceof Damage) return { type: 'damaged' };
    throw error;
  }
}
