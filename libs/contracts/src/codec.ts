import './plain-numbers';
import { createHash } from 'node:crypto';
import protobuf from 'protobufjs/minimal';
import { CHANNELS, DIRECTIONS } from './enums';
import { InputError } from './errors';
import type { Attributes, CallEvent, CallRef, Fact } from './event';
import { sightline } from './gen/event';
import type { KnownKind, Member } from './kinds';
import { KINDS, KNOWN_KINDS } from './kinds';

const FIRST_FACT_FIELD = 20;

type Message = Record<string, unknown>;

function memberToWire(member: Member, value: unknown): unknown {
  return member.type === 'enum' ? member.values.indexOf(value as string) : value;
}

function memberFromWire(kind: string, name: string, member: Member, message: Message): unknown {
  const set = Object.hasOwn(message, name);
  const value = message[name];
  if (member.type === 'enum') {
    const text = set ? member.values[value as number] : undefined;
    if (text === undefined && member.required) throw new InputError('poison-enum', `${kind}.${name} has an unknown value`);
    return text;
  }
  if (member.type === 'boolean') return value === true;
  if (member.type === 'integer') {
    if (!set) return member.required ? 0 : undefined;
    if (!Number.isSafeInteger(value)) throw new InputError('poison-integer', `${kind}.${name} is no safe integer`);
    return value;
  }
  if (member.type === 'call') return set ? callFromWire(value as Message) : undefined;
  return set && value !== '' ? value : member.required ? '' : undefined;
}

function callFromWire(message: Message): CallRef {
  return { source: String(message['source'] ?? ''), id: String(message['id'] ?? '') };
}

function factToWire(fact: Exclude<Fact, { kind: 'unknown' }>): Message {
  const message: Message = {};
  for (const [name, member] of Object.entries(KINDS[fact.kind])) {
    const value = (fact as unknown as Message)[name];
    if (value !== undefined) message[name] = memberToWire(member, value);
  }
  return message;
}

function factFromWire(kind: KnownKind, message: Message): Fact {
  const fact: Message = { kind };
  for (const [name, member] of Object.entries(KINDS[kind])) {
    const value = memberFromWire(kind, name, member, message);
    if (value !== undefined) fact[name] = value;
  }
  return fact as unknown as Fact;
}

function attributesToWire(attributes: Attributes): Message {
  return {
    direction: attributes.direction && DIRECTIONS.indexOf(attributes.direction),
    channel: attributes.channel && CHANNELS.indexOf(attributes.channel),
    dialledNumber: attributes.dialledNumber,
    callReason: attributes.callReason,
    language: attributes.language,
    test: attributes.test,
    callerId: attributes.callerId,
    tag: attributes.tag,
  };
}

function attributesFromWire(message: Message): Attributes {
  const attributes: Message = {};
  for (const name of ['dialledNumber', 'callReason', 'language', 'callerId', 'tag']) {
    if (Object.hasOwn(message, name) && message[name] !== '') attributes[name] = message[name];
  }
  if (message['test'] === true) attributes['test'] = true;
  const direction = DIRECTIONS[message['direction'] as number];
  const channel = CHANNELS[message['channel'] as number];
  if (direction) attributes['direction'] = direction;
  if (channel) attributes['channel'] = channel;
  return attributes;
}

type Encoder = { encode(message: Message, writer: protobuf.Writer): protobuf.Writer };

/** KINDS stands in the order of the wire format's numbers, which the round trip of every kind shows. */
const FACTS = new Map(
  KNOWN_KINDS.map((kind, index) => {
    const type = (sightline.v1 as unknown as Record<string, Encoder>)[kind.charAt(0).toUpperCase() + kind.slice(1)] as Encoder;
    return [kind as string, { type, fieldNumber: FIRST_FACT_FIELD + index }];
  }),
);

function writeFact(fact: Fact, writer: protobuf.Writer): protobuf.Writer {
  if (fact.kind === 'unknown') return writer.uint32(fact.fieldNumber * 8 + 2).bytes(fact.bytes);
  const { type, fieldNumber } = FACTS.get(fact.kind) as { type: Encoder; fieldNumber: number };
  return type.encode(factToWire(fact), writer.uint32(fieldNumber * 8 + 2).fork()).ldelim();
}

/**
 * The one encoding of an event: protobuf, fields by number, defaults left out, so equal events have equal bytes. A fact of a kind this
 * version does not know is written back as it came. The envelope is named member by member and the fact written apart: the generated
 * code is five times slower over objects of many shapes.
 */
function encode(event: CallEvent, sequence: number, receivedAt: number): Uint8Array {
  const envelope = {
    source: event.source,
    eventId: event.eventId,
    revision: event.revision,
    tombstone: event.tombstone,
    rank: event.rank,
    sequence,
    occurredAt: event.occurredAt,
    receivedAt,
    schema: event.schema,
    call: event.call,
    visitId: event.visitId,
    queue: event.queue,
    login: event.login,
    reportedWaitMs: event.reportedWaitMs,
    reportedTalkMs: event.reportedTalkMs,
    attributes: event.attributes ? attributesToWire(event.attributes) : undefined,
  };
  return writeFact(event.fact, sightline.v1.Event.encode(envelope)).finish();
}

export function encodeEvent(event: CallEvent): Uint8Array {
  return encode(event, event.sequence, event.receivedAt);
}

/** First 16 bytes, hex, of SHA-256 over the encoding without receivedAt and sequence: what an event says, not when it came. */
export function contentHashOf(event: CallEvent): string {
  return createHash('sha256')
    .update(encode(event, 0, 0))
    .digest('hex')
    .slice(0, 32);
}

/**
 * Reads an event back. Kinds of newer versions come out as `unknown` with their bytes. Throws InputError `poison-…` for bytes that are no
 * event: the record belongs into dead letters.
 */
export function decodeEventBytes(bytes: Uint8Array): CallEvent {
  let message: Message;
  try {
    message = sightline.v1.Event.decode(bytes) as Message;
  } catch (cause) {
    throw new InputError('poison-bytes', 'the bytes are no event', { cause });
  }
  const event: Message = {
    source: message['source'],
    eventId: message['eventId'],
    revision: message['revision'],
    tombstone: message['tombstone'],
    rank: message['rank'],
    sequence: message['sequence'],
    occurredAt: message['occurredAt'],
    receivedAt: message['receivedAt'],
    schema: message['schema'],
  };
  for (const name of ['revision', 'rank', 'sequence', 'occurredAt', 'receivedAt', 'schema']) {
    if (!Number.isSafeInteger(event[name])) throw new InputError('poison-integer', `${name} is no safe integer`);
  }
  if (event['source'] === '' || event['eventId'] === '') throw new InputError('poison-identity', 'the event names no source or no id');
  if (Object.hasOwn(message, 'call')) event['call'] = callFromWire(message['call'] as Message);
  for (const name of ['visitId', 'queue', 'login']) if (Object.hasOwn(message, name) && message[name] !== '') event[name] = message[name];
  for (const name of ['reportedWaitMs', 'reportedTalkMs']) {
    if (!Object.hasOwn(message, name)) continue;
    if (!Number.isSafeInteger(message[name])) throw new InputError('poison-integer', `${name} is no safe integer`);
    event[name] = message[name];
  }
  if (Object.hasOwn(message, 'attributes')) event['attributes'] = attributesFromWire(message['attributes'] as Message);
  const kind = kindOf(message);
  event['fact'] = kind ? factFromWire(kind, message[kind] as Message) : unknownFact(bytes);
  return event as unknown as CallEvent;
}

/** Facts have the greatest numbers, so the member read last is the fact; where another writer had another order, it is looked for. */
function kindOf(message: Message): KnownKind | undefined {
  const last = Object.keys(message).at(-1) ?? '';
  return FACTS.has(last) ? (last as KnownKind) : KNOWN_KINDS.find((one) => Object.hasOwn(message, one));
}

/** The last member of the fact's range that the generated code skipped. */
function unknownFact(bytes: Uint8Array): Fact {
  const reader = protobuf.Reader.create(bytes);
  let found: Fact | null = null;
  while (reader.pos < reader.len) {
    const tag = reader.uint32();
    if (tag % 8 === 2 && tag >>> 3 >= FIRST_FACT_FIELD) found = { kind: 'unknown', fieldNumber: tag >>> 3, bytes: reader.bytes() };
    else reader.skipType(tag % 8);
  }
  if (!found) throw new InputError('poison-fact', 'the event states no fact');
  return found;
}
