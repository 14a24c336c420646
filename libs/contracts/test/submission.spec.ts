import { decodeSubmission } from '../src';

const entered = { eventId: 'e1', occurredAt: 1_772_802_030_000, call: { id: 'c1' }, queue: 'front', queueEntered: {} };

function problemOf(json: unknown): { code: string; pointer: string } {
  const decoded = decodeSubmission(JSON.parse(JSON.stringify(json)), 'pbx');
  if (decoded.ok) throw new Error('was accepted');
  return { code: decoded.problem.code, pointer: decoded.problem.pointer };
}

describe('an event as a source states it', () => {
  test('CON-S1 the call belongs to the submitting source unless it names another', () => {
    const own = decodeSubmission(entered, 'pbx');
    expect(own.ok && own.submission.event.call).toEqual({ source: 'pbx', id: 'c1' });
    const other = decodeSubmission({ ...entered, call: { id: 'c1', source: 'crm' } }, 'pbx');
    expect(other.ok && other.submission.event.call).toEqual({ source: 'crm', id: 'c1' });
  });

  test.each([
    [1_772_802_030_000, 1_772_802_030_000],
    ['1772802030000', 1_772_802_030_000],
    ['2026-03-06T13:00:30Z', 1_772_802_030_000],
    ['2026-03-06T08:00:30.500-05:00', 1_772_802_030_500],
  ])('CON-S2 an instant may be %p', (occurredAt, expected) => {
    const decoded = decodeSubmission({ ...entered, occurredAt }, 'pbx');
    expect(decoded.ok && decoded.submission.event.occurredAt).toBe(expected);
  });

  test('CON-S3 numbers stay apart from the event', () => {
    const decoded = decodeSubmission({ ...entered, callerNumber: '+12125550101', partyNumber: '+12125550102' }, 'pbx');
    expect(decoded.ok && decoded.submission.callerNumber).toBe('+12125550101');
    expect(decoded.ok && decoded.submission.partyNumber).toBe('+12125550102');
    expect(JSON.stringify(decoded.ok && decoded.submission.event)).not.toContain('1255501');
  });

  test.each<[string, unknown, string, string]>([
    ['no object', 7, 'not-an-object', ''],
    ['null', null, 'not-an-object', ''],
    ['an array', [], 'not-an-object', ''],
    ['an unknown member', { ...entered, clinic: 'x' }, 'unknown-member', '/clinic'],
    ['__proto__', JSON.parse('{"__proto__": {"x": 1}, "eventId": "e"}'), 'unknown-member', '/__proto__'],
    ['constructor', { ...entered, constructor: 1 }, 'unknown-member', '/constructor'],
    ['no id', { ...entered, eventId: undefined }, 'missing', '/eventId'],
    ['an empty id', { ...entered, eventId: '' }, 'bad-length', '/eventId'],
    ['a long id', { ...entered, eventId: 'x'.repeat(129) }, 'bad-length', '/eventId'],
    ['a numeric id', { ...entered, eventId: 5 }, 'not-a-text', '/eventId'],
    ['a control character', { ...entered, queue: 'a\nb' }, 'bad-text', '/queue'],
    ['half a surrogate', { ...entered, queue: 'a\ud800' }, 'bad-text', '/queue'],
    ['the name of every prototype', { ...entered, queue: '__proto__' }, 'bad-text', '/queue'],
    ['no time', { ...entered, occurredAt: undefined }, 'missing', '/occurredAt'],
    ['a local time', { ...entered, occurredAt: '2026-03-06T08:00:30' }, 'bad-time', '/occurredAt'],
    ['the 31st of February', { ...entered, occurredAt: '2026-02-31T08:00:30Z' }, 'bad-time', '/occurredAt'],
    ['seconds instead of milliseconds', { ...entered, occurredAt: 1_772_802 }, 'out-of-range', '/occurredAt'],
    ['the year 3000', { ...entered, occurredAt: 32_503_680_000_000 }, 'out-of-range', '/occurredAt'],
    ['a fraction', { ...entered, occurredAt: 1_772_802_030_000.5 }, 'not-an-integer', '/occurredAt'],
    ['no fact', { ...entered, queueEntered: undefined }, 'one-fact', ''],
    ['two facts', { ...entered, callAnswered: {} }, 'one-fact', ''],
    ['a fact that is no object', { ...entered, queueEntered: true }, 'not-an-object', '/queueEntered'],
    ['a member no fact has', { ...entered, queueEntered: { clinic: 'x' } }, 'unknown-member', '/queueEntered/clinic'],
    ['an entry without a queue', { ...entered, queue: undefined }, 'missing', '/queue'],
    ['an entry without a call', { ...entered, call: undefined }, 'missing', '/call'],
    ['a call without an id', { ...entered, call: {} }, 'not-a-text', '/call/id'],
    ['a heartbeat with a call', { ...entered, queueEntered: undefined, sourceHeartbeat: {} }, 'no-call', '/call'],
    ['a sign-in without a login', { ...entered, call: undefined, queueEntered: undefined, agentSignedIn: {} }, 'missing', '/login'],
    [
      'an unknown reason',
      { ...entered, queueEntered: undefined, callFlowedOut: { reason: 'bored' } },
      'unknown-value',
      '/callFlowedOut/reason',
    ],
    ['a missing reason', { ...entered, queueEntered: undefined, callFlowedOut: {} }, 'missing', '/callFlowedOut/reason'],
    ['a token of its own', { ...entered, attributes: { callerId: 'x' } }, 'unknown-member', '/attributes/callerId'],
    [
      'a token in a fact',
      { ...entered, queueEntered: undefined, callDialled: { toCallerId: 'x' } },
      'unknown-member',
      '/callDialled/toCallerId',
    ],
    ['a negative wait', { ...entered, reportedWaitMs: -1 }, 'out-of-range', '/reportedWaitMs'],
    ['revision 0', { ...entered, revision: 0 }, 'out-of-range', '/revision'],
    ['a rank beyond all', { ...entered, rank: 101 }, 'out-of-range', '/rank'],
    ['receivedAt', { ...entered, receivedAt: 1 }, 'unknown-member', '/receivedAt'],
    ['a tombstone that is no boolean', { ...entered, tombstone: 'yes' }, 'not-a-boolean', '/tombstone'],
  ])('CON-S4 refused with place and reason: %s', (_title, json, code, pointer) => {
    expect(problemOf(json)).toEqual({ code, pointer });
  });
});
