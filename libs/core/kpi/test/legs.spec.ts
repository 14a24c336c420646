import type { LegRow } from '@sightline/contracts';
import { abandoned, answered, at, entered, event, flowedOut, legEnded, legsIn, read, reasonsOf, visitsIn } from './facts';

const ringing = (seconds: number, login = 'ana'): ReturnType<typeof event> =>
  event(seconds, { kind: 'agentRinging' }, { queue: 'front', login });
const missed = (seconds: number, login = 'ana'): ReturnType<typeof event> =>
  event(seconds, { kind: 'ringMissed', ringMs: 6_000 }, { queue: 'front', login });
const held = (seconds: number): ReturnType<typeof event> => event(seconds, { kind: 'callHeld' }, { queue: 'front', login: 'ana' });
const retrieved = (seconds: number): ReturnType<typeof event> =>
  event(seconds, { kind: 'callRetrieved' }, { queue: 'front', login: 'ana' });
const transferred = (seconds: number, mode: 'warm' | 'cold', login = 'ana'): ReturnType<typeof event> =>
  event(seconds, { kind: 'callTransferred', mode }, { queue: 'front', login });
const talk = (leg: LegRow | undefined): unknown => [leg?.ringMs, leg?.talkMs, leg?.holdMs, leg?.wrapMs];

describe('legs', () => {
  test('KPI-L1 ringing starts an attempt, the same login’s answer continues it', () => {
    const mine = read([entered(0), ringing(2), ringing(2, 'bob'), missed(8, 'bob'), answered(9), legEnded(30)]);
    expect(legsIn(mine)).toEqual(['ana 9-30 answered agent', 'bob 2-8 missed']);
    expect(mine.legs.map(({ ringMs }) => ringMs)).toEqual([7_000, 6_000]);
    expect(mine.legs.map(({ visitId }) => visitId)).toEqual([mine.visits[0]?.id, mine.visits[0]?.id]);
  });

  test('KPI-L1 a ring known only by its end began as long before as it says', () => {
    const mine = read([entered(0), missed(8)]);
    expect(legsIn(mine)).toEqual(['ana 2-8 missed']);
  });

  test('KPI-L2 dialling is an outbound leg without a visit', () => {
    const mine = read([
      event(0, { kind: 'callDialled' }, { login: 'ana' }),
      event(7, { kind: 'partyReached' }, { login: 'ana' }),
      legEnded(20, 'ana', { queue: undefined as never }),
    ]);
    expect(legsIn(mine)).toEqual(['ana 7-20 answered agent']);
    expect(mine.legs.map(({ direction, visitId, ringMs }) => [direction, visitId, ringMs])).toEqual([['outbound', null, 7_000]]);
    expect(mine.visits).toEqual([]);
  });

  test('KPI-L3 a fact goes to the leg its reported talk names', () => {
    const mine = read([
      entered(0),
      entered(0, 'back'),
      answered(10, 'ana', { wait: 10 }),
      answered(12, 'ana', { wait: 12, queue: 'back' }),
      legEnded(30, 'ana', { talk: 20, queue: undefined as never }),
    ]);
    expect(legsIn(mine)).toEqual(['ana 10-30 answered agent', 'ana 12-… answered']);
  });

  test('KPI-L3 else to the login’s leg open just before, else to one that ended near it', () => {
    const late = legEnded(21);
    const mine = read([entered(0), answered(5), answered(5, 'bob'), legEnded(20), legEnded(30, 'bob'), late]);
    expect(legsIn(mine)).toEqual(['ana 5-20 answered agent', 'bob 5-30 answered agent']);
    expect(reasonsOf(mine, late)).toEqual(['sameAgain']);
  });

  test('KPI-L3 without a login to the latest open leg; with none it is an orphan', () => {
    const nobodys = legEnded(90, 'eve');
    const mine = read([entered(0), answered(5), answered(9, 'bob'), event(20, { kind: 'legEnded' }), nobodys]);
    expect(legsIn(mine)).toEqual(['ana 5-… answered', 'bob 9-20 answered']);
    expect(reasonsOf(mine, nobodys)).toEqual(['orphan']);
  });

  test('KPI-L4 hold is cut to the talk, and a hold within a hold is the same', () => {
    const within = held(12);
    const mine = read([entered(0), ringing(2), held(3), answered(5), within, retrieved(15), held(18), legEnded(20)]);
    expect(talk(mine.legs[0])).toEqual([3_000, 3_000, 12_000, 0]);
    expect(reasonsOf(mine, within)).toEqual(['sameAgain']);
    expect(mine.visits[0]?.holdMs).toBe(12_000);
  });

  test('KPI-L5 a cold transfer ends its leg, a warm one is ended by what follows', () => {
    expect(legsIn(read([entered(0), answered(5), transferred(20, 'cold')]))).toEqual(['ana 5-20 answered transfer']);
    expect(legsIn(read([entered(0), answered(5), transferred(20, 'warm')]))).toEqual(['ana 5-… answered']);
    expect(legsIn(read([entered(0), answered(5), transferred(20, 'warm'), legEnded(21)]))).toEqual(['ana 5-21 answered transfer']);
    expect(legsIn(read([entered(0), answered(5), transferred(20, 'warm'), legEnded(40)]))).toEqual(['ana 5-40 answered agent']);
  });

  test('KPI-L6 the end of the call closes legs, and a visit that waits was abandoned', () => {
    const over = event(40, { kind: 'callEnded', by: 'caller' });
    expect(legsIn(read([entered(0), answered(5), over]))).toEqual(['ana 5-40 answered caller']);
    const mine = read([entered(0), over]);
    expect([visitsIn(mine), mine.visits[0]?.inferred]).toEqual([['front 0-40 abandoned'], true]);
  });

  test('KPI-L6 its end is unknown when the call went on to any later visit', () => {
    const mine = read([entered(0), entered(30, 'back'), abandoned(39, { queue: 'back' }), event(40, { kind: 'callEnded' })]);
    expect(visitsIn(mine)).toEqual(['front 0-… endUnknown', 'back 30-39 abandoned']);
  });

  test('KPI-L7 an attempt nobody ended is over when its visit is, or when the login rings anew', () => {
    const mine = read([entered(0), ringing(2), ringing(2, 'bob'), ringing(8, 'bob'), answered(9), legEnded(20)]);
    expect(legsIn(mine)).toEqual(['ana 9-20 answered agent', 'bob 2-8 missed', 'bob 8-9 cancelled']);
    expect(mine.legs.map(({ inferred }) => inferred)).toEqual([false, true, true]);
    expect(legsIn(read([entered(0), ringing(2)]))).toEqual(['ana 2-… ringing']);
  });

  test('KPI-L8 an end that reports its talk infers the answer nobody stated', () => {
    const mine = read([entered(0), legEnded(40, 'ana', { wait: 10, talk: 30 })]);
    expect([visitsIn(mine), legsIn(mine)]).toEqual([['front 0-10 answered ana'], ['ana 10-40 answered agent']]);
    expect([mine.visits[0]?.inferred, mine.legs[0]?.inferred]).toEqual([true, true]);
    expect(visitsIn(read([entered(0), legEnded(40, 'ana', { wait: 20, talk: 30 })]))).toEqual(['front 0-… waiting']);
  });

  test('KPI-L9 wrap-up runs from the end or its stated start to its stated end', () => {
    const wrap = (seconds: number, kind: 'wrapUpStarted' | 'wrapUpEnded'): ReturnType<typeof event> =>
      event(seconds, { kind }, { login: 'ana' });
    const call = [entered(0), answered(5), legEnded(20)];
    const stated = read([...call, wrap(22, 'wrapUpStarted'), wrap(30, 'wrapUpEnded')]);
    expect([stated.legs[0]?.wrapMs, stated.visits[0]?.wrapMs]).toEqual([8_000, 8_000]);
    expect(read([...call, wrap(30, 'wrapUpEnded')]).legs[0]?.wrapMs).toBe(10_000);
    const running = read([...call, wrap(22, 'wrapUpStarted')]).legs[0];
    expect([running?.wrapMs, running?.inWrapSince]).toEqual([null, at(22)]);
    expect(read(call).legs[0]?.wrapMs).toBe(0);
  });

  test('KPI-L10 a disposition belongs to the latest visit entered not later, else to the first', () => {
    const disposed = (seconds: number): ReturnType<typeof event> => event(seconds, { kind: 'callDisposed', disposition: 'booked' });
    const call = [entered(10), flowedOut(30), entered(32), answered(40)];
    const dispositions = (seconds: number): unknown => read([...call, disposed(seconds)]).visits.map(({ disposition }) => disposition);
    expect([dispositions(31), dispositions(32), dispositions(5)]).toEqual([
      ['booked', null],
      [null, 'booked'],
      ['booked', null],
    ]);
    const named = event(99, { kind: 'surveyAnswered', score: 4, scaleMax: 5 }, { visitId: 'one' });
    const withIds = [entered(0, 'front', { visitId: 'one' }), flowedOut(9, { visitId: 'one' }), entered(10, 'front', { visitId: 'two' })];
    expect(read([...withIds, named]).visits.map(({ surveyScore }) => surveyScore)).toEqual([4, null]);
  });
});
