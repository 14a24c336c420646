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
  const { direction, channel, ...rest } = attributes;
  const message: Message = { ...rest };
  if (direction) message['direction'] = DIRECTIONS.indexOf(direction);
  if (channel) message['channel'] = CHANNELS.indexOf(channel);
  return message;
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

/**
 * The one encoding of an event: protobuf, fields by number, defaults left out, so equal events have equal bytes. A fact of a kind this
 * version does not know is written back as it came.
 */
export function encodeEvent(event: CallEvent): Uint8Array {
  const message: Message = { ...event, attributes: event.attributes ? attributesToWire(event.attributes) : undefined };
  if (event.fact.kind !== 'unknown') {
    message[event.fact.kind] = factToWire(event.fact);
    return sightline.v1.Event.encode(message).finish();
  }
  const writer = sightline.v1.Event.encode(message);
  return writer
    .uint32(event.fact.fieldNumber * 8 + 2)
    .bytes(event.fact.bytes)
    .finish();
}

/** First 16 bytes, hex, of SHA-256 over the encoding without receivedAt and sequence: what an event says, not when it came. */
export function contentHashOf(event: CallEvent): string {
  return createHash('sha256')
    .update(encodeEvent({ ...event, receivedAt: 0, sequence: 0 }))
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
  const kind = KNOWN_KINDS.find((one) => Object.hasOwn(message, one));
  event['fact'] = kind ? factFromWire(kind, message[kind] as Message) : unknownFact(bytes);
  return event as unknown as CallEvent;
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
