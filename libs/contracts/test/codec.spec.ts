import fc from 'fast-check';
import type { CallEvent, Fact } from '../src';
import {
  contentHashOf,
  decodeEventBytes,
  encodeEvent,
  entityKey,
  entityOf,
  InputError,
  KNOWN_KINDS,
  logKeyOf,
  parseEntityKey,
  partitionOf,
  PARTITIONS,
} from '../src';

const base: CallEvent = {
  source: 'pbx',
  eventId: 'e1',
  revision: 1,
  tombstone: false,
  rank: 0,
  sequence: 0,
  occurredAt: 1_772_802_030_000,
  receivedAt: 1_772_802_031_000,
  schema: 1,
  call: { source: 'pbx', id: '1772802030.1049' },
  fact: { kind: 'queueEntered' },
};

/** One fact of every kind with every member stated. */
const facts: Record<string, Fact> = {
  callStarted: { kind: 'callStarted' },
  queueEntered: { kind: 'queueEntered' },
  agentRinging: { kind: 'agentRinging' },
  ringMissed: { kind: 'ringMissed', ringMs: 15_000 },
  callAnswered: { kind: 'callAnswered' },
  callHeld: { kind: 'callHeld' },
  callRetrieved: { kind: 'callRetrieved' },
  callTransferred: { kind: 'callTransferred', mode: 'warm', toQueue: 'q', toLogin: 'l', toCallerId: 'c' },
  callAbandoned: { kind: 'callAbandoned' },
  callFlowedOut: { kind: 'callFlowedOut', reason: 'noAgents' },
  callBlocked: { kind: 'callBlocked', reason: 'closed' },
  legEnded: { kind: 'legEnded', by: 'agent' },
  callEnded: { kind: 'callEnded', by: 'system' },
  callLinked: { kind: 'callLinked', to: { source: 'pbx', id: '7' } },
  wrapUpStarted: { kind: 'wrapUpStarted' },
  wrapUpEnded: { kind: 'wrapUpEnded' },
  callDisposed: { kind: 'callDisposed', disposition: 'booked' },
  callDialled: { kind: 'callDialled', toCallerId: 'c' },
  partyReached: { kind: 'partyReached' },
  callbackRequested: { kind: 'callbackRequested', callerId: 'c' },
  voicemailLeft: { kind: 'voicemailLeft' },
  voicemailHandled: { kind: 'voicemailHandled' },
  surveyInvited: { kind: 'surveyInvited' },
  surveySent: { kind: 'surveySent' },
  surveyAnswered: { kind: 'surveyAnswered', score: 4, scaleMax: 5 },
  recordingAvailable: { kind: 'recordingAvailable', recordingId: 'r' },
  callRecorded: { kind: 'callRecorded', startedAt: 1, enteredAt: 2, answeredAt: 3, endedAt: 4, by: 'caller', abandoned: true },
  auditClosed: { kind: 'auditClosed', auditId: 'a', score: 8750, critical: true },
  agentSignedIn: { kind: 'agentSignedIn' },
  agentSignedOut: { kind: 'agentSignedOut' },
  agentStateChanged: { kind: 'agentStateChanged', state: 'paused', reason: 'lunch' },
  sourceHeartbeat: { kind: 'sourceHeartbeat' },
  sourceRestarted: { kind: 'sourceRestarted' },
};

const arbitraryEvent: fc.Arbitrary<CallEvent> = fc.record(
  {
    source: fc.string({ minLength: 1, maxLength: 20 }),
    eventId: fc.string({ minLength: 1, maxLength: 20 }),
    revision: fc.integer({ min: 0, max: 2 ** 31 }),
    tombstone: fc.boolean(),
    rank: fc.integer({ min: 0, max: 100 }),
    sequence: fc.maxSafeNat(),
    occurredAt: fc.maxSafeInteger(),
    receivedAt: fc.maxSafeInteger(),
    schema: fc.nat(100),
    call: fc.record({ source: fc.string(), id: fc.string() }),
    visitId: fc.string({ minLength: 1 }),
    queue: fc.string({ minLength: 1 }),
    login: fc.string({ minLength: 1 }),
    reportedWaitMs: fc.maxSafeNat(),
    reportedTalkMs: fc.maxSafeNat(),
    attributes: fc.record(
      {
        direction: fc.constantFrom('inbound', 'outbound', 'internal'),
        channel: fc.constantFrom('voice', 'sms'),
        dialledNumber: fc.string({ minLength: 1 }),
        tag: fc.string({ minLength: 1 }),
        test: fc.constant(true),
      },
      { requiredKeys: [] },
    ),
    fact: fc.constantFrom(...Object.values(facts)),
  },
  { requiredKeys: ['source', 'eventId', 'revision', 'tombstone', 'rank', 'sequence', 'occurredAt', 'receivedAt', 'schema', 'fact'] },
) as fc.Arbitrary<CallEvent>;

describe('codec', () => {
  test('CON-C1 every kind has a sample here', () => {
    expect(Object.keys(facts).sort()).toEqual([...KNOWN_KINDS].sort());
  });

  test.each(Object.values(facts).map((fact) => [fact.kind, fact] as const))('CON-C1 round trip of %s', (_kind, fact) => {
    expect(decodeEventBytes(encodeEvent({ ...base, fact }))).toEqual({ ...base, fact });
  });

  test('CON-C1 round trip of any event', () => {
    fc.assert(
      fc.property(arbitraryEvent, (event) => {
        expect(decodeEventBytes(encodeEvent(event))).toEqual(event);
      }),
    );
  });

  test('CON-C2 equal events have equal bytes, whatever the order of their members', () => {
    fc.assert(
      fc.property(arbitraryEvent, (event) => {
        const backwards = Object.fromEntries(Object.entries(event).reverse()) as unknown as CallEvent;
        expect(Buffer.from(encodeEvent(backwards)).equals(Buffer.from(encodeEvent(event)))).toBe(true);
      }),
    );
  });

  test('CON-C3 the content hash ignores receivedAt and sequence, and nothing else', () => {
    const hash = contentHashOf(base);
    expect(contentHashOf({ ...base, receivedAt: 5, sequence: 9 })).toBe(hash);
    expect(contentHashOf({ ...base, occurredAt: base.occurredAt + 1 })).not.toBe(hash);
    expect(contentHashOf({ ...base, queue: 'x' })).not.toBe(hash);
    expect(contentHashOf({ ...base, revision: 2 })).not.toBe(hash);
    expect(hash).toMatch(/^[0-9a-f]{32}$/);
  });

  test('CON-C4 a kind of a newer version is kept with its bytes', () => {
    const newer: CallEvent = { ...base, fact: { kind: 'unknown', fieldNumber: 99, bytes: new Uint8Array([8, 1]) } };
    const read = decodeEventBytes(encodeEvent(newer));
    expect(read.fact).toMatchObject({ kind: 'unknown', fieldNumber: 99 });
    expect(Buffer.from(encodeEvent(read)).equals(Buffer.from(encodeEvent(newer)))).toBe(true);
  });

  test.each([
    ['rubbish', new Uint8Array([255, 255, 255])],
    ['nothing', new Uint8Array([])],
    ['half an event', encodeEvent(base).slice(0, 20)],
    ['an event without a fact', encodeEvent({ ...base, fact: { kind: 'unknown', fieldNumber: 16, bytes: new Uint8Array() } })],
  ])('CON-C5 %s is poison', (_title, bytes) => {
    expect(() => decodeEventBytes(bytes)).toThrow(InputError);
  });
});

describe('entities and partitions', () => {
  test('CON-P1 the partition is crc32 of the log key modulo 32', () => {
    expect(PARTITIONS).toBe(32);
    // crc32 of "123456789" is cbf43926 in every implementation.
    expect(partitionOf('123456789')).toBe(0xcbf43926 % 32);
    expect(partitionOf(logKeyOf(base) as string)).toBe(partitionOf('c\npbx\n1772802030.1049'));
  });

  test('CON-P2 a login keeps one partition over its days, one entity per UTC day', () => {
    const evening: CallEvent = { ...base, login: 'L', fact: { kind: 'agentSignedIn' }, occurredAt: Date.UTC(2026, 2, 6, 23, 59, 59) };
    delete (evening as { call?: unknown }).call;
    const night = { ...evening, occurredAt: evening.occurredAt + 2_000 };
    expect(logKeyOf(evening)).toBe(logKeyOf(night));
    expect(entityOf(evening)).toMatchObject({ type: 'loginDay', day: '2026-03-06' });
    expect(entityOf(night)).toMatchObject({ type: 'loginDay', day: '2026-03-07' });
  });

  test('CON-P3 entity keys can be read back', () => {
    const call = entityOf(base);
    expect(call && parseEntityKey(entityKey(call))).toEqual(call);
    const day = { type: 'loginDay', source: 's', login: 'l', day: '2026-03-06' } as const;
    expect(parseEntityKey(entityKey(day))).toEqual(day);
  });
});
