import { LineCutter } from '../src/queue-log/cutter';
import type { LineResult } from '../src/queue-log/events';
import { eventsOfLine } from '../src/queue-log/events';
import { LINE_BYTES_MAX } from '../src/queue-log/line';
import { localTimeOf } from '../src/queue-log/local-time';
import { keyedNames } from '../src/queue-log/names';

const key = Buffer.alloc(32, 7);
const declared = { queues: new Set(['8005550199']), logins: new Set(['SIP/2125550111']), tags: new Set<string>() };

function read(line: string | Uint8Array, zone = 'America/New_York', ambiguous: 'earlier' | 'later' | null = null): LineResult {
  const context = { source: 'pbx', key, localTime: localTimeOf(zone, ambiguous), names: keyedNames(declared, key) };
  return eventsOfLine(typeof line === 'string' ? Buffer.from(line) : line, 0, context);
}

function facts(line: string): unknown[] {
  const result = read(line);
  if (result.type !== 'events') throw new Error(JSON.stringify(result));
  return result.events.map(({ event }) => event.fact);
}

const first = (line: string) => {
  const result = read(line);
  const [one] = result.type === 'events' ? result.events : [];
  if (!one) throw new Error(JSON.stringify(result));
  return one;
};

const AT = '1772460000';
const CALL = `${AT}|${AT}.7`;

describe('lines of a queue log', () => {
  test.each([
    [`${CALL}|sales|NONE|ENTERQUEUE||1001|1`, [{ kind: 'queueEntered' }]],
    [`${CALL}|sales|NONE|DID|8005550199`, [{ kind: 'callStarted' }]],
    [`${CALL}|sales|SIP/1|CONNECT|3|x|2`, [{ kind: 'callAnswered' }, { kind: 'agentRinging' }]],
    [`${CALL}|sales|SIP/1|CONNECT|3|x`, [{ kind: 'callAnswered' }]],
    [`${CALL}|sales|NONE|ABANDON|1|1|7`, [{ kind: 'callAbandoned' }]],
    [`${CALL}|sales|SIP/1|COMPLETEAGENT|3|57|1`, [{ kind: 'legEnded', by: 'agent' }]],
    [`${CALL}|sales|SIP/1|COMPLETECALLER|3|57|1`, [{ kind: 'legEnded', by: 'caller' }]],
    [`${CALL}|sales|NONE|EXITWITHTIMEOUT|1|1|30`, [{ kind: 'callFlowedOut', reason: 'timeout' }]],
    [`${CALL}|sales|NONE|EXITEMPTY|1|1|30`, [{ kind: 'callFlowedOut', reason: 'noAgents' }]],
    [`${CALL}|sales|NONE|EXITWITHKEY|1|1|1|30`, [{ kind: 'callFlowedOut', reason: 'exitKey' }]],
    [`${CALL}|sales|NONE|JOINEMPTY`, [{ kind: 'callBlocked', reason: 'noAgents' }]],
    [`${CALL}|sales|NONE|FULL`, [{ kind: 'callBlocked' }]],
    [`${CALL}|sales|SIP/1|RINGNOANSWER|5000`, [{ kind: 'agentRinging' }, { kind: 'ringMissed', ringMs: 5_000 }]],
    [`${CALL}|sales|SIP/1|RINGCANCELED|5000`, [{ kind: 'agentRinging' }, { kind: 'legEnded', by: 'system' }]],
    [`${CALL}|sales|SIP/1|BLINDTRANSFER|300|internal|3|57|1`, [{ kind: 'callTransferred', mode: 'cold', toQueue: '300' }]],
    [
      `${CALL}|sales|SIP/1|ATTENDEDTRANSFER|BRIDGE|b-1|3|57|1`,
      [
        { kind: 'callTransferred', mode: 'warm' },
        { kind: 'legEnded', by: 'agent' },
      ],
    ],
    [`${AT}|NONE|sales|SIP/1|PAUSE|Lunch`, [{ kind: 'agentStateChanged', state: 'paused', reason: 'Lunch' }]],
    [`${AT}|NONE|sales|SIP/1|ADDMEMBER`, [{ kind: 'agentSignedIn' }]],
    [`${AT}|NONE|NONE|NONE|QUEUESTART`, [{ kind: 'sourceRestarted' }]],
  ])('ING-Q6 %s', (line, expected) => {
    expect(facts(line)).toEqual(expected);
  });

  test.each([
    ['too long', Buffer.alloc(LINE_BYTES_MAX + 1, 97)],
    ['not UTF-8', Buffer.from([0x31, 0xff, 0x7c])],
    ['control characters', `${CALL}|sales|NONE|ENTERQUEUE||1001\u0000|1`],
    ['too few fields', `${CALL}|sales`],
    ['bad time', `yesterday|${AT}.7|sales|NONE|ENTERQUEUE||1001|1`],
    ['bad time', `99999999999|${AT}.7|sales|NONE|ENTERQUEUE||1001|1`],
    ['bad fields', `${CALL}|sales|SIP/1|CONNECT|3 min|x|2`],
    ['bad fields', `${CALL}|sales|SIP/1|CONNECT|9999999|x|2`],
    ['bad fields', `${CALL}|NONE|NONE|ENTERQUEUE||1001|1`],
    ['bad fields', `${AT}|NONE|sales|NONE|ENTERQUEUE||1001|1`],
    ['bad fields', `${CALL}|sales|NONE|ENTERQUEUE||${'1'.repeat(129)}|1`],
    ['bad fields', `${CALL}|sales|NONE|Jane Doe|1`],
    ['bad fields', `${CALL}|sales|NONE|2125550142|1`],
    ['number as queue', `${CALL}|2125550142|NONE|ENTERQUEUE||1001|1`],
  ])('ING-Q7 damage has a reason and never quotes the line: %s', (reason, line) => {
    expect(read(line)).toEqual({ type: 'damaged', reason });
  });

  test('ING-Q8 a local time the clock showed twice is damage unless it is said which, one it skipped is damage', () => {
    const at = (text: string, ambiguous: 'earlier' | 'later' | null) => {
      const result = read(`${text}|${AT}.7|sales|NONE|ENTERQUEUE||1001|1`, 'America/New_York', ambiguous);
      return result.type === 'events' ? result.events[0]?.event.occurredAt : result;
    };
    const damaged = { type: 'damaged', reason: 'ambiguous local time' };
    expect(at('2026-11-01 01:30:00', null)).toEqual(damaged);
    expect(at('2026-11-01 01:30:00', 'earlier')).toBe(Date.parse('2026-11-01T05:30:00Z'));
    expect(at('2026-11-01 01:30:00', 'later')).toBe(Date.parse('2026-11-01T06:30:00Z'));
    expect(at('2026-03-08 02:30:00', 'earlier')).toEqual(damaged);
    expect(at('2026-07-01 12:00:00', null)).toBe(Date.parse('2026-07-01T16:00:00Z'));
  });

  test('ING-N2 the caller of an entry and the outside target of a transfer come out beside the facts, not in them', () => {
    const entered = first(`${CALL}|sales|NONE|ENTERQUEUE|https://x/?n=2125550143|2125550142|1`);
    expect(entered.callerNumber).toBe('2125550142');
    expect(JSON.stringify(entered.event)).not.toMatch(/5550142|5550143/);
    const transferred = first(`${CALL}|sales|SIP/1|BLINDTRANSFER|9-(212) 555-0142@trunk|out|3|57|1`);
    expect(transferred.partyNumber).toBe('9-(212) 555-0142');
    expect(transferred.event.fact).toEqual({ kind: 'callTransferred', mode: 'cold' });
    expect(first(`${CALL}|sales|SIP/1|BLINDTRANSFER|jane@example.com|out|3|57|1`).partyNumber).toBe('jane@example.com');
    expect(first(`${CALL}|sales|SIP/1|TRANSFER|104022|internal|3|57|1`).event.fact).toMatchObject({ toQueue: '104022' });
  });

  test('ING-N3 a login that is a telephone number stands under another name, the same each time; extensions and declared ones stay', () => {
    const login = (agent: string) => first(`${CALL}|sales|${agent}|CONNECT|3|x|2`).event.login;
    expect(login('Local/2125550142@agents')).toMatch(/^number-[a-p]{32}$/);
    expect(login('Local/2125550142@agents')).toBe(login('Local/2125550142@agents'));
    expect(login('Local/2125550142@agents')).not.toBe(login('Local/2125550143@agents'));
    expect(login('Local/٢١٢٥٥٥٠١٤٢@agents')).toMatch(/^number-/);
    expect(login('PJSIP/302301')).toBe('PJSIP/302301');
    expect(login('SIP/2125550111')).toBe('SIP/2125550111');
    expect(first(`${CALL}|8005550199|NONE|ENTERQUEUE||1001|1`).event.queue).toBe('8005550199');
  });

  test("ING-N4 a call's id stays where it is Asterisk's own, and stands under another name where it may hold a number", () => {
    const id = (text: string) => first(`${AT}|${text}|sales|NONE|ENTERQUEUE||1001|1`).event.call?.id ?? '';
    expect(id(`${AT}.4711`)).toBe(`${AT}.4711`);
    expect(id(`pbx-1-${AT}.4711`)).toBe(`pbx-1-${AT}.4711`);
    for (const other of ['2125550142', '2125550142.1', `${AT}.2125550142`, `trunk2125550142-${AT}.1`, 'a-call', '1700000000.1']) {
      expect(id(other)).toMatch(/^number-[a-p]{32}$/);
    }
  });

  test('ING-N5 what stands in the place of an agent where there is none is not taken', () => {
    expect(first(`${CALL}|sales|Jane Doe 2125550142|ENTERQUEUE||1001|1`).event.login).toBeUndefined();
    expect(first(`${CALL}|sales|2125550142|ABANDON|1|1|7`).event.login).toBeUndefined();
  });

  test('ING-N6 a reason for a pause is a code; what may hold a number or is a sentence is left out', () => {
    const reason = (text: string) => facts(`${AT}|NONE|sales|SIP/1|PAUSE|${text}`);
    expect(reason('call 212-555-0142')).toEqual([{ kind: 'agentStateChanged', state: 'paused' }]);
    expect(reason('asked Mrs Doe, who is waiting, to hold on')).toEqual([{ kind: 'agentStateChanged', state: 'paused' }]);
  });

  test('ING-N7 ids of facts are made under the key of the source: equal lines are one fact, and no key finds no line', () => {
    const line = `${CALL}|sales|NONE|ENTERQUEUE||2125550142|1`;
    expect(first(line).event.eventId).toBe(first(line).event.eventId);
    const other = eventsOfLine(Buffer.from(line), 0, {
      source: 'pbx',
      key: Buffer.alloc(32, 8),
      localTime: () => null,
      names: keyedNames(declared, key),
    });
    expect(other.type === 'events' && other.events[0]?.event.eventId).not.toBe(first(line).event.eventId);
  });

  test('ING-Q9 a line is the same whatever blocks it comes in, its end LF or CR LF; one too long takes no memory', () => {
    const text = `a|b\r\nsecond\n${'x'.repeat(3 * LINE_BYTES_MAX)}\nlast`;
    for (const size of [1, 2, 3, 7, 1_000, 100_000]) {
      const cutter = new LineCutter();
      const lines: string[] = [];
      const bytes = Buffer.from(text);
      for (let at = 0; at < bytes.length; at += size) {
        for (const { line } of cutter.push(bytes.subarray(at, at + size))) lines.push(Buffer.from(line).toString());
      }
      const last = cutter.finish();
      expect(lines.map((line) => line.slice(0, 6))).toEqual(['a|b', 'second', 'xxxxxx']);
      expect(lines[2]?.length).toBe(LINE_BYTES_MAX + 2);
      expect(Buffer.from(last?.line ?? []).toString()).toBe('last');
      expect(last?.offset).toBe(text.length - 4);
    }
  });
});
