import { CHANNELS, DIRECTIONS } from './enums';
import type { CallEvent, Fact } from './event';
import { EVENT_SCHEMA } from './event';
import type { KnownKind, Member } from './kinds';
import { KINDS, KINDS_IN_A_QUEUE, KNOWN_KINDS, LOGIN_KINDS, SOURCE_KINDS } from './kinds';

/** An event as a source may state it over HTTP: no receipt time yet, and raw numbers apart, which never enter an event. */
export interface Submission {
  /** `call.source` is the submitting source unless it names another it may speak about. receivedAt is 0 until ingestion sets it. */
  readonly event: CallEvent;
  readonly callerNumber: string | null;
  /** The other party of a transfer, an outbound call or a callback. */
  readonly partyNumber: string | null;
}

/** What is wrong with one member, and where (a JSON pointer). */
export interface SubmissionProblem {
  readonly code: string;
  readonly detail: string;
  readonly pointer: string;
}

export type DecodedSubmission =
  { readonly ok: true; readonly submission: Submission } | { readonly ok: false; readonly problem: SubmissionProblem };

const EARLIEST = Date.UTC(1990, 0, 1);
const LATEST = Date.UTC(2100, 0, 1);
const TEXT_MAX = 128;
const CALL_ID_MAX = 256;
const TEXTS = ['eventId', 'queue', 'login', 'visitId', 'callerNumber', 'partyNumber'] as const;
const MEMBERS: ReadonlySet<string> = new Set([
  ...TEXTS,
  'revision',
  'tombstone',
  'rank',
  'sequence',
  'occurredAt',
  'call',
  'reportedWaitMs',
  'reportedTalkMs',
  'attributes',
  ...KNOWN_KINDS,
]);
const ATTRIBUTES: Readonly<Record<string, Member>> = {
  direction: { type: 'enum', values: DIRECTIONS, required: false },
  channel: { type: 'enum', values: CHANNELS, required: false },
  dialledNumber: { type: 'text', required: false },
  callReason: { type: 'text', required: false },
  language: { type: 'text', required: false },
  test: { type: 'boolean', required: false },
  tag: { type: 'text', required: false },
};
/** Tokens are the vault's to give; a source states numbers. */
const TOKENS: ReadonlySet<string> = new Set(['toCallerId', 'callerId']);

class Refusal extends Error {
  constructor(
    readonly code: string,
    readonly detail: string,
    readonly pointer: string,
  ) {
    super(detail);
  }
}

type Json = Record<string, unknown>;

function object(value: unknown, pointer: string): Json {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Refusal('not-an-object', 'must be an object', pointer);
  return value as Json;
}

/** Printable text: no control characters, no half surrogates, not empty. */
function text(value: unknown, pointer: string, max = TEXT_MAX): string {
  if (typeof value !== 'string') throw new Refusal('not-a-text', 'must be a text', pointer);
  if (value === '' || value.length > max) throw new Refusal('bad-length', `must have 1 to ${max} characters`, pointer);
  if (value === '__proto__') throw new Refusal('bad-text', 'must not be __proto__', pointer);
  if (/[\u0000-\u001f\u007f]/.test(value) || /\p{Surrogate}/u.test(value)) throw new Refusal('bad-text', 'must be printable text', pointer);
  return value;
}

function integer(value: unknown, pointer: string, min: number, max: number): number {
  const number = typeof value === 'string' && /^-?\d{1,16}$/.test(value) ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isSafeInteger(number)) throw new Refusal('not-an-integer', 'must be a whole number', pointer);
  if (number < min || number > max) throw new Refusal('out-of-range', `must lie between ${min} and ${max}`, pointer);
  return number;
}

/** False for 30 February, which Date takes for 2 March. */
function isDay(text: string): boolean {
  const [year = NaN, month = NaN, day = NaN] = text.split('-').map(Number);
  return new Date(Date.UTC(year, month - 1, day)).getUTCDate() === day;
}

/** Milliseconds, or RFC 3339 with an offset. */
function instant(value: unknown, pointer: string): number {
  if (typeof value === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/.test(value)) {
    const parsed = Date.parse(value);
    if (Number.isNaN(parsed) || !isDay(value.slice(0, 10))) throw new Refusal('bad-time', 'is no date', pointer);
    return integer(parsed, pointer, EARLIEST, LATEST);
  }
  if (typeof value === 'string' && !/^\d{1,16}$/.test(value)) {
    throw new Refusal('bad-time', 'must be milliseconds since 1970 UTC, or RFC 3339 with an offset', pointer);
  }
  return integer(value, pointer, EARLIEST, LATEST);
}

function member(spec: Member, value: unknown, pointer: string): unknown {
  switch (spec.type) {
    case 'text':
      return text(value, pointer);
    case 'integer':
      return integer(value, pointer, 0, LATEST);
    case 'boolean':
      if (typeof value !== 'boolean') throw new Refusal('not-a-boolean', 'must be true or false', pointer);
      return value;
    case 'enum': {
      const allowed = spec.values.filter((one) => one !== undefined);
      if (!allowed.includes(value as string)) throw new Refusal('unknown-value', `must be one of ${allowed.join(', ')}`, pointer);
      return value;
    }
    case 'call': {
      const call = object(value, pointer);
      return { source: text(call['source'], `${pointer}/source`, 64), id: text(call['id'], `${pointer}/id`, CALL_ID_MAX) };
    }
  }
}

function members(specs: Readonly<Record<string, Member>>, value: unknown, pointer: string): Json {
  const given = object(value, pointer);
  const result: Json = {};
  for (const name of Object.keys(given)) {
    const spec = Object.hasOwn(specs, name) ? specs[name] : undefined;
    if (!spec || TOKENS.has(name)) throw new Refusal('unknown-member', 'is not a member of this', `${pointer}/${name}`);
    result[name] = member(spec, given[name], `${pointer}/${name}`);
  }
  for (const [name, spec] of Object.entries(specs)) {
    if (spec.required && !TOKENS.has(name) && !Object.hasOwn(result, name))
      throw new Refusal('missing', 'is required', `${pointer}/${name}`);
  }
  return result;
}

function decodeFact(json: Json): Fact {
  const kinds = KNOWN_KINDS.filter((kind) => Object.hasOwn(json, kind));
  if (kinds.length !== 1) {
    throw new Refusal('one-fact', kinds.length === 0 ? `must state one fact: ${KNOWN_KINDS.join(', ')}` : 'must state one fact only', '');
  }
  const kind = kinds[0] as KnownKind;
  return { kind, ...members(KINDS[kind], json[kind], `/${kind}`) } as unknown as Fact;
}

function decodeCall(json: Json, source: string): CallEvent['call'] {
  if (json['call'] === undefined) return undefined;
  const given = object(json['call'], '/call');
  for (const name of Object.keys(given)) {
    if (name !== 'id' && name !== 'source') throw new Refusal('unknown-member', 'is not a member of this', `/call/${name}`);
  }
  return {
    source: given['source'] === undefined ? source : text(given['source'], '/call/source', 64),
    id: text(given['id'], '/call/id', CALL_ID_MAX),
  };
}

function requireEntity(kind: Fact['kind'], call: CallEvent['call'], login: string | undefined, queue: string | undefined): void {
  if (SOURCE_KINDS.has(kind)) {
    if (call) throw new Refusal('no-call', `${kind} speaks of the source, not of a call`, '/call');
  } else if (LOGIN_KINDS.has(kind)) {
    if (login === undefined) throw new Refusal('missing', `${kind} needs a login`, '/login');
    if (call) throw new Refusal('no-call', `${kind} speaks of a login, not of a call`, '/call');
  } else if (!call) throw new Refusal('missing', `${kind} needs a call`, '/call');
  if (KINDS_IN_A_QUEUE.has(kind) && queue === undefined) throw new Refusal('missing', `${kind} needs a queue`, '/queue');
}

function decode(json: Json, source: string): Submission {
  for (const name of Object.keys(json)) {
    if (!MEMBERS.has(name)) throw new Refusal('unknown-member', 'is not a member of an event', `/${name.slice(0, 64)}`);
  }
  const texts: Partial<Record<(typeof TEXTS)[number], string>> = {};
  for (const name of TEXTS) if (json[name] !== undefined) texts[name] = text(json[name], `/${name}`);
  if (texts.eventId === undefined) throw new Refusal('missing', 'is required', '/eventId');
  if (json['occurredAt'] === undefined) throw new Refusal('missing', 'is required', '/occurredAt');
  const fact = decodeFact(json);
  const call = decodeCall(json, source);
  requireEntity(fact.kind, call, texts.login, texts.queue);
  const { callerNumber = null, partyNumber = null, eventId, ...rest } = texts;
  const durations: Json = {};
  for (const name of ['reportedWaitMs', 'reportedTalkMs']) {
    if (json[name] !== undefined) durations[name] = integer(json[name], `/${name}`, 0, 7 * 86_400_000);
  }
  const attributes = json['attributes'] === undefined ? undefined : members(ATTRIBUTES, json['attributes'], '/attributes');
  const event: CallEvent = {
    source,
    eventId,
    revision: json['revision'] === undefined ? 1 : integer(json['revision'], '/revision', 1, 2 ** 31),
    tombstone:
      json['tombstone'] === undefined ? false : (member({ type: 'boolean', required: false }, json['tombstone'], '/tombstone') as boolean),
    rank: json['rank'] === undefined ? 0 : integer(json['rank'], '/rank', 0, 100),
    sequence: json['sequence'] === undefined ? 0 : integer(json['sequence'], '/sequence', 0, Number.MAX_SAFE_INTEGER),
    occurredAt: instant(json['occurredAt'], '/occurredAt'),
    receivedAt: 0,
    schema: EVENT_SCHEMA,
    ...(call ? { call } : {}),
    ...rest,
    ...durations,
    ...(attributes ? { attributes } : {}),
    fact,
  };
  return { event, callerNumber, partyNumber };
}

/**
 * The hand-written decoder at the edge: one event of POST /v1/events. Unknown members are refused, not dropped: a misspelt name must not
 * pass as an event that says less. Never throws for input.
 */
export function decodeSubmission(json: unknown, source: string): DecodedSubmission {
  try {
    return { ok: true, submission: decode(object(json, ''), source) };
  } catch (error) {
    if (error instanceof Refusal) return { ok: false, problem: { code: error.code, detail: error.detail, pointer: error.pointer } };
    throw error;
  }
}
