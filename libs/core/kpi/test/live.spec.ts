import type { StateRow } from '@sightline/contracts';
import fc from 'fast-check';
import type { LiveClock, OpenItems } from '../src';
import { activitiesNow, liveClock, nextCrossing, peopleAmong, view, waitingNow } from '../src';
import { at } from './facts';
import { legRow, sourceState, stateRow, visitRow } from './rows';

const HOUR = 3_600;
const live = { live: true, importing: false };
const clockAt = (seconds: number): LiveClock => liveClock([], at(seconds), () => live);
const lake = { clinics: new Set(['lake']), thresholdSecondsOf: (): number => 20 };
const activity = (open: Partial<OpenItems>, seconds = 60): unknown =>
  activitiesNow({ legs: [], states: [], ...open }, clockAt(seconds)).get('agent-ana');

describe('what goes on now', () => {
  test('KPI-O1 callers waiting, the longest, those past an inclusive threshold', () => {
    const visits = [visitRow({ enteredAt: at(0) }), visitRow({ enteredAt: at(10) }), visitRow({ enteredAt: at(0), clinicId: 'hill' })];
    expect(waitingNow(visits, lake, clockAt(20))).toEqual({ waiting: 2, longestSince: at(0), pastThreshold: 0, waitsMs: [20_000, 10_000] });
    expect(waitingNow(visits, lake, clockAt(20.001)).pastThreshold).toBe(1);
    expect(waitingNow(visits, { ...lake, clinics: 'all' }, clockAt(20)).waiting).toBe(3);
    expect(waitingNow(visits, { ...lake, queues: new Set(['pbx/back']) }, clockAt(20))).toMatchObject({ waiting: 0, longestSince: null });
  });

  test('KPI-O1 who waits for more than four hours, or since before a restart, is not waiting', () => {
    expect(waitingNow([visitRow()], lake, clockAt(4 * HOUR)).waiting).toBe(1);
    expect(waitingNow([visitRow()], lake, clockAt(4 * HOUR + 0.001)).waiting).toBe(0);
    const restarted = liveClock([sourceState({ restartedAt: at(5) })], at(10), () => live);
    expect(waitingNow([visitRow({ enteredAt: at(4) }), visitRow({ enteredAt: at(5) })], lake, restarted).waiting).toBe(1);
  });

  test('KPI-O2 legs speak before states', () => {
    const states = [stateRow({ state: 'paused' })];
    expect(activity({ states })).toBe('paused');
    expect(activity({ states, legs: [legRow()] })).toBe('onCall');
    expect(activity({ states, legs: [legRow({ answeredAt: null, outcome: 'ringing' })] })).toBe('ringing');
    expect(activity({ states, legs: [legRow({ direction: 'outbound', answeredAt: null })] })).toBe('outbound');
    expect(activity({ states, legs: [legRow({ endedAt: at(9), inWrapSince: at(9) })] })).toBe('wrapUp');
    expect(activity({ states, legs: [legRow({ endedAt: at(9) })] })).toBe('paused');
    expect(activity({ legs: [legRow()] }, 4 * HOUR + 1)).toBeUndefined();
  });

  test('KPI-O2 every agent is counted once, whatever number of legs and logins', () => {
    const open = {
      legs: [legRow({ answeredAt: null, outcome: 'ringing' }), legRow({ login: 'ana2' })],
      states: [stateRow(), stateRow({ login: 'ana2', state: 'paused' }), stateRow({ login: 'bob', agentId: 'agent-bob', state: 'busy' })],
    };
    const seen = activitiesNow(open, clockAt(60));
    const nobody = { free: 0, onCall: 0, ringing: 0, outbound: 0, wrapUp: 0, paused: 0, unknown: 0, signedIn: 0 };
    expect(peopleAmong(seen, 'all')).toEqual({ ...nobody, onCall: 2, signedIn: 2 });
    expect(peopleAmong(seen, new Set(['agent-bob', 'agent-eve']))).toEqual({ ...nobody, onCall: 1, signedIn: 1 });
    expect(activity({ states: [stateRow({ state: 'paused' }), stateRow({ login: 'ana2' })] })).toBe('free');
  });

  test('KPI-O3 a login is there while it is in one queue, paused when paused in all', () => {
    const inQueue = (queue: string | null, state: StateRow['state'], seconds: number): StateRow =>
      stateRow({ queue, state, at: at(seconds) });
    const by = (...states: StateRow[]): unknown => activity({ states });
    expect(by(inQueue('front', 'signedIn', 1), inQueue('back', 'signedOut', 9))).toBe('free');
    expect(by(inQueue('front', 'signedOut', 1), inQueue('back', 'signedOut', 9))).toBeUndefined();
    expect(by(inQueue('front', 'paused', 1), inQueue('back', 'signedIn', 9))).toBe('free');
    expect(by(inQueue('front', 'paused', 1), inQueue('back', 'paused', 9))).toBe('paused');
    expect(by(inQueue('front', 'signedIn', 1), inQueue(null, 'paused', 9))).toBe('paused');
    expect(by(inQueue('front', 'available', 9), inQueue(null, 'paused', 5))).toBe('free');
    expect(by(inQueue('front', 'signedIn', 1), inQueue(null, 'signedOut', 9))).toBeUndefined();
    expect(by(inQueue('front', 'signedIn', 9), inQueue(null, 'signedOut', 1))).toBe('free');
    expect(by(inQueue('front', 'signedOut', 9), inQueue(null, 'paused', 1))).toBeUndefined();
    expect(by(inQueue('front', 'signedOut', 9), inQueue(null, 'signedIn', 1))).toBe('free');
  });

  test('KPI-O4 a state holds for sixteen hours', () => {
    expect(activity({ states: [stateRow()] }, 16 * HOUR)).toBe('free');
    expect(activity({ states: [stateRow()] }, 16 * HOUR + 0.001)).toBe('unknown');
    const seen = activitiesNow({ legs: [], states: [stateRow()] }, clockAt(17 * HOUR));
    expect(peopleAmong(seen, 'all')).toMatchObject({ unknown: 1, signedIn: 0, free: 0 });
  });

  test('KPI-O5 nothing is open at a source of the past; while imported, its watermark is now', () => {
    const open = { visits: [visitRow()], legs: [legRow()], states: [stateRow({ login: 'eve', agentId: 'agent-eve' })] };
    const later = at(1_000 * HOUR);
    const states = [sourceState({ watermark: at(30) })];
    const past = liveClock(states, later, () => ({ live: false, importing: false }));
    expect(view(open, { ...lake, agents: 'all' }, past)).toMatchObject({ waiting: 0, people: { onCall: 0, free: 0, unknown: 0 } });
    const importing = liveClock(states, later, () => ({ live: false, importing: true }));
    expect(view(open, { ...lake, agents: 'all' }, importing)).toMatchObject({
      waiting: 1,
      pastThreshold: 1,
      longestSince: later - 30_000,
      people: { onCall: 1, free: 1 },
    });
    expect(nextCrossing(open, () => [20, 60], importing)).toBeNull();
  });

  test('KPI-O6 the next crossing is the first instant at which a number changes', () => {
    const open = { visits: [visitRow()], legs: [], states: [] };
    const bounds = (): number[] => [5, 20];
    expect(nextCrossing(open, bounds, clockAt(0))).toBe(at(5) + 1);
    expect(nextCrossing(open, bounds, clockAt(5.001))).toBe(at(20) + 1);
    expect(nextCrossing(open, bounds, clockAt(21))).toBe(at(4 * HOUR) + 1);
    expect(nextCrossing({ ...open, visits: [] }, bounds, clockAt(0))).toBeNull();
  });

  test('KPI-O6 until then nothing changes', () => {
    const when = fc.integer({ min: 0, max: 20 * HOUR }).map(at);
    const items = fc.record({
      visits: fc.array(
        when.map((enteredAt) => visitRow({ enteredAt })),
        { maxLength: 3 },
      ),
      legs: fc.array(
        when.map((startedAt) => legRow({ startedAt, agentId: `agent-${startedAt}` })),
        { maxLength: 3 },
      ),
      states: fc.array(
        when.map((since) => stateRow({ at: since, login: String(since), agentId: `agent-${since}` })),
        { maxLength: 3 },
      ),
    });
    fc.assert(
      fc.property(items, when, fc.double({ min: 0, max: 1, noNaN: true }), (open, now, share) => {
        const seenAt = (nowMs: number): unknown => {
          const { waitsMs: _grow, ...numbers } = view(
            open,
            { ...lake, agents: 'all' },
            liveClock([], nowMs, () => live),
          );
          return numbers;
        };
        const next =
          nextCrossing(
            open,
            () => [20],
            liveClock([], now, () => live),
          ) ?? now + HOUR * 100_000;
        expect(next).toBeGreaterThan(now);
        expect(seenAt(now + Math.floor((next - 1 - now) * share))).toEqual(seenAt(now));
        expect(seenAt(next - 1)).toEqual(seenAt(now));
      }),
      { numRuns: 300 },
    );
  });
});
