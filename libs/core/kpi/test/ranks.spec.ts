import type { CallEvent, Fact } from '@sightline/contracts';
import { abandoned, answered, at, entered, event, flowedOut, legEnded, legsIn, read, reasonsOf, visitsIn } from './facts';

interface Times {
  readonly in?: number;
  readonly answer?: number;
  readonly end?: number;
  readonly abandoned?: boolean;
}

/** A record of the whole call by its own instants, seconds. */
function record(times: Times, more: Partial<CallEvent> = {}): CallEvent {
  const fact: Fact = {
    kind: 'callRecorded',
    ...(times.in === undefined ? {} : { enteredAt: at(times.in) }),
    ...(times.answer === undefined ? {} : { answeredAt: at(times.answer) }),
    ...(times.end === undefined ? {} : { endedAt: at(times.end) }),
    by: 'caller',
    abandoned: times.abandoned ?? false,
  };
  return event(times.end ?? 0, fact, { rank: 1, queue: 'front', ...more });
}

describe('ranks', () => {
  test('KPI-R1 a record alone is a visit and a leg', () => {
    const mine = read([record({ in: 0, answer: 8, end: 60 }, { login: 'ana' })]);
    expect([visitsIn(mine), legsIn(mine), mine.sidelined]).toEqual([['front 0-8 answered ana'], ['ana 8-60 answered caller'], []]);
    expect(visitsIn(read([record({ in: 0, end: 9, abandoned: true })]))).toEqual(['front 0-9 abandoned']);
    const empty = record({});
    expect(reasonsOf(read([empty]), empty)).toEqual(['inert']);
  });

  test('KPI-R2 the higher rank’s milestone stands, the entry counts once', () => {
    const beaten = abandoned(20);
    const mine = read([entered(0), beaten, record({ in: 4, answer: 9, end: 30 }, { login: 'ana' })]);
    expect([visitsIn(mine), reasonsOf(mine, beaten)]).toEqual([['front 4-9 answered ana'], ['superseded']]);
    expect(mine.contacts.map(({ visits }) => visits)).toEqual([1]);
  });

  test('KPI-R2 five seconds apart are one visit, more are two', () => {
    expect(read([entered(0), record({ in: 5, answer: 9 }, { login: 'ana' })]).visits).toHaveLength(1);
    expect(read([entered(0), record({ in: 5.001, answer: 9 }, { login: 'ana' })]).visits).toHaveLength(2);
    expect(read([entered(0, 'back'), record({ in: 0, answer: 9 }, { login: 'ana' })]).visits).toHaveLength(2);
  });

  test('KPI-R2 visits of a loop are matched nearest first, one to one', () => {
    const loop = [entered(0), flowedOut(3), entered(4), flowedOut(7)];
    const mine = read([...loop, record({ in: 3, end: 9, abandoned: true })]);
    expect(visitsIn(mine)).toEqual(['front 0-3 flowedOut', 'front 3-9 abandoned']);
  });

  test('KPI-R2 milestones of legs are compared per login', () => {
    const mine = read([
      entered(0),
      answered(8),
      event(20, { kind: 'callHeld' }, { login: 'ana' }),
      event(25, { kind: 'callRetrieved' }, { login: 'ana' }),
      answered(8, 'bob'),
      record({ in: 0, answer: 9, end: 60 }, { login: 'ana' }),
    ]);
    expect(legsIn(mine)).toEqual(['bob 8-… answered', 'ana 9-60 answered caller']);
    expect(mine.legs[1]?.holdMs).toBe(5_000);
  });

  test('KPI-R3 a record without a queue is laid on the visits of the lower rank', () => {
    const log = [entered(0), flowedOut(30), entered(31), answered(40), legEnded(80)];
    const cdr = record({ in: 0, answer: 41, end: 81 }, { login: 'ana' });
    const { queue: _none, ...unplaced } = cdr;
    const mine = read([...log, unplaced]);
    expect(visitsIn(mine)).toEqual(['front 0-30 flowedOut', 'front 31-41 answered ana']);
    expect(legsIn(mine)).toEqual(['ana 41-80 answered agent']);
    expect(reasonsOf(mine, log[3] as CallEvent)).toEqual(['superseded']);
  });

  test('KPI-R3 what finds nothing at any rank is an orphan', () => {
    const { queue: _none, ...unplaced } = record({ answer: 41 }, { login: 'ana' });
    expect(reasonsOf(read([unplaced]), unplaced)).toEqual(['orphan']);
    const mine = read([entered(0), unplaced]);
    expect(visitsIn(mine)).toEqual(['front 0-41 answered ana']);
  });

  test('KPI-R4 a record over two visits gives its answer to the second, its entry to the first', () => {
    const log = [entered(0), flowedOut(30), entered(36), answered(50, 'bob'), legEnded(90, 'bob')];
    const mine = read([...log, record({ in: 0, answer: 50, end: 90 }, { login: 'bob' })]);
    expect(visitsIn(mine)).toEqual(['front 0-30 flowedOut', 'front 36-50 answered bob']);
    expect(legsIn(mine)).toEqual(['bob 50-90 answered agent']);
  });

  test('KPI-R4 also where the first visit was answered by somebody else, or the queue was another', () => {
    const log = [entered(0), answered(8), legEnded(9), entered(10, 'back'), answered(12, 'bob', { queue: 'back' })];
    const whole = ['front 0-8 answered ana', 'back 10-12 answered bob'];
    expect(visitsIn(read([...log, record({ in: 0, answer: 12, end: 60 }, { login: 'bob' })]))).toEqual(whole);
    expect(visitsIn(read([...log, record({ in: 0, answer: 12, end: 60 }, { login: 'bob', queue: 'back' })]))).toEqual(whole);
  });

  test('KPI-R5 what was stated beats what was inferred', () => {
    const mine = read([entered(0), flowedOut(30), record({ in: 0, end: 45 })]);
    expect([visitsIn(mine), mine.visits[0]?.inferred]).toEqual([['front 0-30 flowedOut'], false]);
    const transferred = event(20, { kind: 'callTransferred', mode: 'cold' }, { queue: 'front', login: 'ana' });
    const legs = read([entered(0), answered(8), transferred, record({ in: 0, answer: 8, end: 90 }, { login: 'ana' })]);
    expect(legsIn(legs)).toEqual(['ana 8-20 answered transfer']);
  });
});
