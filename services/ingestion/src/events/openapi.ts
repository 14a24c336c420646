import { KINDS } from '@sightline/contracts';

type Schema = Readonly<Record<string, unknown>>;
type Members = (typeof KINDS)[keyof typeof KINDS];

/** Tokens are the vault's to give; a source states numbers. */
const TOKENS = new Set(['callerId', 'toCallerId']);
const text = (description: string, maxLength = 128): Schema => ({ type: 'string', minLength: 1, maxLength, description });
const instant: Schema = {
  oneOf: [
    { type: 'integer', description: 'milliseconds since 1970 UTC' },
    { type: 'string', format: 'date-time' },
  ],
};
const call: Schema = {
  type: 'object',
  additionalProperties: false,
  required: ['id'],
  properties: { id: text('The id under which the source announced the call', 256), source: text('Default: the source of the key', 64) },
};

function memberSchema(member: Members[string]): Schema {
  switch (member.type) {
    case 'text':
      return text('');
    case 'enum':
      return { type: 'string', enum: member.values.filter((value) => value !== undefined) };
    case 'call':
      return { ...call, required: ['id', 'source'] };
    default:
      return { type: member.type };
  }
}

function factSchema(members: Members): Schema {
  const stated = Object.entries(members).filter(([name]) => !TOKENS.has(name));
  return {
    type: 'object',
    additionalProperties: false,
    required: stated.filter(([, member]) => member.required).map(([name]) => name),
    properties: Object.fromEntries(stated.map(([name, member]) => [name, memberSchema(member)])),
  };
}

const kinds = Object.keys(KINDS) as (keyof typeof KINDS)[];

/** One event, for people who write one: made of the table that also decodes it. */
export const eventSchema: Schema = {
  type: 'object',
  description: 'What a source states: who, when, and exactly one fact as a member named by its kind.',
  additionalProperties: false,
  required: ['eventId', 'occurredAt'],
  properties: {
    eventId: text('Unique within the source; the same event again has the same id'),
    occurredAt: instant,
    revision: { type: 'integer', minimum: 1, default: 1, description: 'A correction repeats the eventId with a greater revision' },
    tombstone: { type: 'boolean', default: false, description: 'Takes the event back' },
    rank: {
      type: 'integer',
      minimum: 0,
      maximum: 100,
      default: 0,
      description: '0 as it happened; later records of whole calls are higher',
    },
    sequence: { type: 'integer', minimum: 0, default: 0, description: 'Order of the source, where times are equal' },
    call,
    visitId: text('Id of one stay of the call in one queue, where the source has them'),
    queue: text('Name of the queue'),
    login: text('Login of the agent'),
    reportedWaitMs: { type: 'integer', minimum: 0 },
    reportedTalkMs: { type: 'integer', minimum: 0 },
    callerNumber: text('Goes to the vault; figures know a random token only'),
    partyNumber: text('The other party of a transfer, an outbound call or a callback; goes to the vault'),
    attributes: {
      type: 'object',
      additionalProperties: false,
      properties: {
        direction: { type: 'string', enum: ['inbound', 'outbound', 'internal'] },
        channel: { type: 'string', enum: ['voice', 'callback', 'chat', 'email', 'sms'] },
        dialledNumber: text("A number of the clinics' own, never the caller's"),
        callReason: text('Code of the reason'),
        language: text('Code of the language'),
        tag: text('A key that mappings to clinics may use'),
        test: { type: 'boolean' },
      },
    },
    ...Object.fromEntries(kinds.map((kind) => [kind, factSchema(KINDS[kind])])),
  },
  oneOf: kinds.map((kind) => ({ required: [kind] })),
};

export const problemSchema: Schema = {
  type: 'object',
  description: 'RFC 9457 problem document',
  required: ['type', 'title', 'status', 'code', 'detail', 'retriable'],
  properties: {
    type: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer' },
    code: { type: 'string', description: 'Stable; for programs' },
    detail: { type: 'string' },
    retriable: { type: 'boolean' },
    pointer: { type: 'string', description: 'JSON pointer of the member that is wrong' },
  },
};

export const batchAnswerSchema: Schema = {
  type: 'object',
  required: ['accepted', 'rejected'],
  properties: {
    accepted: { type: 'integer', description: 'Events that are in the log now' },
    rejected: {
      type: 'array',
      items: {
        type: 'object',
        required: ['index', 'problem'],
        properties: { index: { type: 'integer', description: 'Place in the batch, from 0' }, problem: problemSchema },
      },
    },
  },
};
