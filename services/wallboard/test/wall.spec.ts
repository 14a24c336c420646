import type { LegRow, StateRow, WallBar, WallHead, WallPeople, WallRow } from '@sightline/contracts';
import { MINUTE_MS } from '../src/day/day';
import type { Known, Scene } from '../src/wall/scene';
import type { WallFilter } from '../src/wall/wall';
import { HOLD_MS, nextOrder } from '../src/wall/order';
import { judge } from '../src/wall/verdict';
import { wallOf } from '../src/wall/wall';
import { cellOf, clinic, contract, dayOf, heard, mapping, NOON, registerOf, sceneOf, source, waitingVisit } from './rows';

const level = (numerator: number, denominator: number) => ({
  figure: 'serviceLevel',
  value: denominator === 0 ? null : numerator / denominator,
  numerator,
  denominator,
  n: denominator,
});
const people = (free: number): WallPeople => ({
  free,
  onCall: 0,
  ringing: 0,
  outbound: 0,
  wrapUp: 0,
  paused: 0,
  unknown: 0,
  signedIn: free,
});
const calm = { level: level(90, 100), targetPercent: 80, waiting: 0, longestMs: null, people: people(3), feed: 'live' } as const;

describe('verdict', () => {
  test.each([
    [80, 100, null],
    [79, 100, 'watch'],
    [75, 100, 'watch'],
    [749, 1000, 'act'],
    [0, 9, null],
    [0, 10, 'act'],
  ])('WAL-W1 a level of %i in %i against 80 %% is %s', (numerator, denominator, severity) => {
    const { reasons } = judge({ ...calm, level: level(numerator, denominator) });
    expect(reasons).toEqual(severity ? [{ what: 'level', severity }] : []);
  });

  test('WAL-W1 without a target, or with nothing in the denominator, a level decides nothing', () => {
    expect(judge({ ...calm, level: level(1, 100), targetPercent: null }).reasons).toEqual([]);
    expect(judge({ ...calm, level: level(0, 0) }).reasons).toEqual([]);
  });

  test.each([
    [59_999, null],
    [60_000, 'watch'],
    [119_999, 'watch'],
    [120_000, 'act'],
  ])('WAL-W2 a longest wait of %i ms is %s', (longestMs, severity) => {
    expect(judge({ ...calm, waiting: 1, longestMs }).reasons).toEqual(severity ? [{ what: 'longest', severity }] : []);
  });

  test.each([
    [0, 9_999, null],
    [0, 10_000, 'watch'],
    [0, 30_000, 'act'],
    [1, 30_000, null],
  ])('WAL-W2 %i free while somebody has waited %i ms is %s', (free, longestMs, severity) => {
    const { reasons } = judge({ ...calm, waiting: 1, longestMs, people: people(free) });
    expect(reasons).toEqual(severity ? [{ what: 'free', severity }] : []);
  });

  test('WAL-W2 nobody free is nothing to do about while nobody waits, or where nobody tells', () => {
    expect(judge({ ...calm, people: people(0) }).reasons).toEqual([]);
    expect(judge({ ...calm, waiting: 1, longestMs: 40_000, people: null }).reasons).toEqual([]);
  });

  test('WAL-W3 a dead feed is one reason and no other', () => {
    expect(judge({ ...calm, level: level(0, 100), feed: 'dead' }).reasons).toEqual([{ what: 'feed', severity: 'unknown' }]);
  });

  test('WAL-W5 act stands before unknown, unknown before watch, watch before calm, then the one further off', () => {
    const ranked = [
      judge({ ...calm, level: level(20, 100) }),
      judge({ ...calm, level: level(70, 100) }),
      judge({ ...calm, feed: 'dead' }),
      judge({ ...calm, level: level(76, 100) }),
      judge({ ...calm, waiting: 200, longestMs: 61_000 }),
      judge({ ...calm, waiting: 4, longestMs: 5_000 }),
      judge(calm),
    ].map(({ badness }) => badness);
    expect(ranked).toEqual([...ranked].sort((a, b) => b - a));
    expect(new Set(ranked).size).toBe(ranked.length);
  });

  test('WAL-V1 seconds that pass within a minute change no badness', () => {
    expect(judge({ ...calm, waiting: 1, longestMs: 61_000 })).toEqual(judge({ ...calm, waiting: 1, longestMs: 99_000 }));
  });
});

describe('order', () => {
  const all = new Set(['a', 'b', 'c', 'd']);

  test('WAL-W5 rows keep their places for thirty seconds, then give way as soon as another order is right', () => {
    const first = nextOrder(null, ['a', 'b'], all, 0);
    const held = nextOrder(first, ['b', 'a'], all, HOLD_MS - 1);
    expect(held).toEqual({ ids: ['a', 'b'], since: 0 });
    expect(nextOrder(held, ['a', 'b'], all, HOLD_MS + 5_000)).toBe(held);
    expect(nextOrder(held, ['b', 'a'], all, HOLD_MS + 5_001)).toEqual({ ids: ['b', 'a'], since: HOLD_MS + 5_001 });
  });

  test('WAL-W5 a new row is put below at once, one that is calm again stays until then, one that is gone leaves', () => {
    const held = nextOrder(null, ['a', 'b', 'c'], all, 0);
    expect(nextOrder(held, ['d', 'a', 'b'], all, 1_000).ids).toEqual(['a', 'b', 'c', 'd']);
    expect(nextOrder(held, ['a', 'c'], new Set(['a', 'c']), 1_000).ids).toEqual(['a', 'c']);
  });

  test('WAL-W5 there are at most ten rows', () => {
    const many = Array.from({ length: 14 }, (_, index) => `r${index}`);
    const held = nextOrder(null, many, new Set(many), 0);
    expect(held.ids).toEqual(many.slice(0, 10));
    expect(nextOrder(held, ['new', ...many], new Set(['new', ...many]), 1_000).ids).toEqual(many.slice(0, 10));
    expect(nextOrder(held, ['new', ...many], new Set(['new', ...many]), HOLD_MS).ids).toEqual(['new', ...many.slice(0, 9)]);
  });
});

const EAST = { kind: 'pool', poolId: 'east', name: 'East' } as const;
const inPool = (clinicId: string) => ({ kind: 'poolClinic', poolId: 'east', clinicId }) as const;
const agent = (agentId: string) => ({ kind: 'poolAgent', poolId: 'east', agentId }) as const;

const register = registerOf([
  { kind: 'operator', name: 'Bright', demo: true },
  { kind: 'site', siteId: 's', name: 'Manila', zone: 'Asia/Manila' },
  clinic('lake', 'Lakeside Eye'),
  clinic('oak', 'Oak Vision', 'America/Chicago'),
  clinic('harbor', 'Harbor Optical'),
  source('pbx'),
  source('harbor'),
  mapping('pbx', 'lake', 'lake'),
  mapping('pbx', 'oak', 'oak'),
  mapping('harbor', 'harbor', 'harbor'),
  contract('lake'),
  contract('oak'),
  contract('harbor', 90, 30, '90/30'),
  EAST,
  inPool('lake'),
  inPool('oak'),
  agent('ana'),
  agent('ben'),
]);

const times = (count: number, wait: number): readonly number[] => Array.from({ length: count }, () => wait);
const wall = (scene: Scene, filter: WallFilter = {}) => {
  const { parts } = wallOf(scene, filter, null);
  const head = parts['head'] as WallHead;
  return { parts, head, row: (id: string) => parts[`row/${id}`] as WallRow };
};

describe('wall', () => {
  test('WAL-W4 every pool and every clinic without one has a row; a pooled clinic only when somebody has to look at it', () => {
    const day = dayOf(register, [
      ['lake', NOON, cellOf([...times(18, 5), ...times(2, 60)])],
      ['oak', NOON, cellOf([...times(40, 5)])],
    ]);
    const calmWall = wall(sceneOf(register, { day }));
    expect(calmWall.head.order).toEqual(['pool/east', 'clinic/harbor']);
    expect(calmWall.head).toMatchObject({ othersOnTarget: 2, othersOffTarget: 0, operatorName: 'Bright', demo: true });
    const late = dayOf(register, [
      ['lake', NOON, cellOf([...times(14, 5), ...times(6, 60)])],
      ['oak', NOON, cellOf([...times(60, 5)])],
    ]);
    const { head, row } = wall(sceneOf(register, { day: late }));
    expect(head.order).toEqual(['clinic/lake', 'pool/east', 'clinic/harbor']);
    expect(row('clinic/lake')).toMatchObject({ name: 'Lakeside Eye', reasons: [{ what: 'level', severity: 'act' }], targetPercent: 80 });
    expect(head).toMatchObject({ othersOnTarget: 1, othersOffTarget: 0 });
  });

  test('WAL-W4 who asks for a pool or some clinics sees each of them, and only them', () => {
    const pool = wall(sceneOf(register), { pool: 'east' });
    expect([...pool.head.order].sort()).toEqual(['clinic/lake', 'clinic/oak', 'pool/east']);
    expect(pool.head.feeds.map((feed) => feed.source)).toEqual(['pbx']);
    expect(wall(sceneOf(register), { clinics: ['harbor'] }).head.order).toEqual(['clinic/harbor']);
  });

  test('WAL-W4 calls of no clinic have a row when there are any', () => {
    const day = dayOf(register, [['unassigned', NOON, cellOf([1])]]);
    expect(wall(sceneOf(register)).row('clinic/unassigned')).toBeUndefined();
    expect(wall(sceneOf(register, { day })).row('clinic/unassigned')).toMatchObject({ offered: 1 });
  });

  test('WAL-W4 exceptions that find no room are counted apart from those on target', () => {
    const names = Array.from({ length: 12 }, (_, index) => `c${index}`);
    const many = registerOf([
      source('pbx'),
      EAST,
      ...names.flatMap((name) => [clinic(name, name), mapping('pbx', name, name), contract(name), inPool(name)]),
    ]);
    const day = dayOf(
      many,
      names.slice(0, 11).map((name) => [name, NOON, cellOf(times(10, 60))] as const),
    );
    const { head } = wall(sceneOf(many, { day }));
    expect(head.order).toHaveLength(10);
    expect(head).toMatchObject({ othersOnTarget: 1, othersOffTarget: 2 });
  });

  test('WAL-W6 a pool’s level is that of its contacts merged, by the one contract its clinics share', () => {
    const day = dayOf(register, [
      ['lake', NOON, cellOf([10, 30])],
      ['oak', NOON, cellOf([20, 21, 22])],
    ]);
    const { level: today, targetPercent, contractName } = wall(sceneOf(register, { day })).row('pool/east');
    expect(today).toMatchObject({ value: 2 / 5, numerator: 2, denominator: 5, n: 5, formula: { id: 'SL2', thresholdSeconds: 20 } });
    expect([targetPercent, contractName]).toEqual([80, '80/20']);
  });

  test('WAL-W6 where contracts differ each contact counts by its own, no formula or target is named, and the level is not judged', () => {
    const mixed = registerOf([
      clinic('lake', 'L'),
      clinic('oak', 'O'),
      contract('lake', 80, 20),
      contract('oak', 90, 30, '90/30'),
      EAST,
      inPool('lake'),
      inPool('oak'),
    ]);
    const day = dayOf(mixed, [
      ['lake', NOON, cellOf(times(10, 25))],
      ['oak', NOON, cellOf(times(10, 25))],
    ]);
    const row = wall(sceneOf(mixed, { day })).row('pool/east');
    expect(row).toMatchObject({ level: { numerator: 10, denominator: 20 }, targetPercent: null, contractName: null, reasons: [] });
    expect(row.level.formula).toBeUndefined();
  });

  test('WAL-W6 what those who wait still admit is best and worst of today', () => {
    const day = dayOf(register, [['lake', NOON, cellOf([5, 5], {}, 1)]]);
    const contact = { ...waitingVisit('lake', 'pbx', NOON - 30_000), family: 'contact', waitingSince: NOON - 2_000 };
    const known: Partial<Known> = { day, contacts: [contact as unknown as Known['contacts'][number]] };
    expect(wall(sceneOf(register, known)).row('pool/east').level.open).toEqual({ low: 2 / 3, high: 1 });
  });

  test('WAL-D2 today begins at each clinic’s own midnight, bars at the site’s', () => {
    const midnight = Date.parse('2026-11-24T05:00:00Z'); // in New York; 23:00 in Chicago, 13:00 in Manila
    const day = dayOf(register, [
      ['lake', midnight - MINUTE_MS, cellOf([1])],
      ['lake', midnight, cellOf([1])],
      ['oak', midnight, cellOf([1])],
      ['oak', midnight + 60 * MINUTE_MS, cellOf([1])],
    ]);
    const scene = sceneOf(register, { day }, midnight + 61 * MINUTE_MS);
    const { row, parts, head } = wall(scene, { pool: 'east' });
    expect(row('clinic/lake').offered).toBe(1);
    expect(row('clinic/oak').offered).toBe(1);
    expect(row('pool/east').offered).toBe(2);
    const bars = Object.values(parts).filter((part): part is WallBar => 'offered' in part && 'from' in part);
    expect(bars.reduce((sum, bar) => sum + bar.offered, 0)).toBe(4);
    expect(head).toMatchObject({ dayFrom: Date.parse('2026-11-23T16:00:00Z'), dayTo: Date.parse('2026-11-24T16:00:00Z') });
  });

  test('WAL-W9 a feed is stale after ten seconds and dead after sixty; of a live one no age is told', () => {
    const at = (ageMs: number) => wall(sceneOf(register, { sources: [heard('pbx', NOON - ageMs), heard('harbor', NOON)] }));
    expect(at(10_000).head.feeds[0]).toMatchObject({ state: 'live', lastReceivedAt: null });
    expect(at(10_001).row('pool/east')).toMatchObject({ feed: 'stale', lastReceivedAt: NOON - 10_001 });
    expect(at(60_000).row('pool/east').feed).toBe('stale');
    expect(at(60_001).row('pool/east').feed).toBe('dead');
    expect(at(60_001).row('clinic/harbor').feed).toBe('live');
  });

  test('WAL-W3 a row whose feed is dead shows no number, and nobody who waits there is counted', () => {
    const day = dayOf(register, [['lake', NOON, cellOf(times(20, 60))]]);
    const visits = [waitingVisit('lake', 'pbx', NOON - 200_000), waitingVisit('harbor', 'harbor', NOON - 5_000)];
    const dead = wall(sceneOf(register, { day, visits, sources: [heard('pbx', NOON - 61_000), heard('harbor', NOON)] }));
    expect(dead.row('pool/east')).toMatchObject({
      level: { value: null, reason: 'no data' },
      last30: { value: null, reason: 'no data' },
      waiting: 0,
      longestSince: null,
      people: null,
      reasons: [{ what: 'feed', severity: 'unknown' }],
    });
    expect(dead.head).toMatchObject({ waiting: 1, longestSince: NOON - 5_000, order: ['pool/east', 'clinic/harbor'] });
    const alive = wall(sceneOf(register, { day, visits }));
    expect(alive.head).toMatchObject({ waiting: 2, longestSince: NOON - 200_000 });
    expect(alive.row('clinic/lake')).toMatchObject({ waiting: 1, reasons: [{ severity: 'act' }, { severity: 'act' }] });
  });

  test('WAL-W9 a file that was imported is no feed; a source never heard of is silent', () => {
    const files = registerOf([clinic('lake', 'L'), source('file', false), mapping('file', 'q', 'lake')]);
    expect(wall(sceneOf(files)).head.feeds).toEqual([]);
    expect(wall(sceneOf(files)).row('clinic/lake').feed).toBe('silent');
    expect(wall(sceneOf(files, { importing: new Set(['file']) })).head.feeds).toMatchObject([{ source: 'file', state: 'live' }]);
    expect(wall(sceneOf(register, { sources: [] })).head.feeds.map(({ state }) => state)).toEqual(['silent', 'silent']);
  });

  test('WAL-W9 a clock that was ahead within the last ten minutes is told', () => {
    const ahead = { ...heard('pbx', NOON), clockAheadMs: 190_000, clockAheadAt: NOON - 600_000 };
    expect(wall(sceneOf(register, { sources: [ahead] })).head.feeds[0]).toMatchObject({ clockAheadMs: 190_000 });
    const past = { ...ahead, clockAheadAt: NOON - 600_001 };
    expect(wall(sceneOf(register, { sources: [past] })).head.feeds[0]).toMatchObject({ clockAheadMs: null });
  });
});

const state = (agentId: string, of = 'pbx'): StateRow => ({
  family: 'state',
  id: agentId,
  operatorId: 'op',
  source: of,
  login: agentId,
  agentId,
  at: NOON - 60_000,
  state: 'available',
  reason: null,
  queue: null,
  firstReceivedAt: NOON,
  changedByReceivedAt: NOON,
});

const talking = (agentId: string, clinicId: string) =>
  ({
    family: 'leg',
    id: agentId,
    clinicId,
    source: 'pbx',
    agentId,
    direction: 'inbound',
    startedAt: NOON - 30_000,
    answeredAt: NOON - 30_000,
    endedAt: null,
    inWrapSince: null,
  }) as unknown as LegRow;

describe('people', () => {
  const floor = { legs: [talking('ben', 'harbor')], states: [state('ana'), state('ben'), state('zoe')] };

  test('WAL-W7 a pool counts its own people, the whole wall everybody; a clinic has none of its own', () => {
    const { head, row } = wall(sceneOf(register, { floor }));
    expect(row('pool/east').people).toMatchObject({ free: 1, onCall: 1, signedIn: 2 });
    expect(head.people).toMatchObject({ free: 2, onCall: 1, signedIn: 3 });
    expect(row('clinic/harbor').people).toBeNull();
    expect(wall(sceneOf(register, { floor }), { pool: 'east' }).head.people).toMatchObject({ signedIn: 2 });
  });

  test('WAL-W7 where nobody reports states there are no people, not none', () => {
    const mute = registerOf([clinic('lake', 'L'), { ...source('pbx'), capabilities: [] } as never, mapping('pbx', 'q', 'lake')]);
    expect(wall(sceneOf(mute, { floor })).head.people).toBeNull();
  });

  test('WAL-W8 no agent is named anywhere on the wall', () => {
    const { parts } = wall(sceneOf(register, { floor, visits: [waitingVisit('lake', 'pbx', NOON - 70_000)] }));
    for (const name of ['ana', 'ben', 'zoe']) expect(JSON.stringify(parts)).not.toContain(`"${name}`);
  });

  test('WAL-W10 a narrow grant sees its clinics only, a pool cut down to them, and whether those people are free for it', () => {
    const day = dayOf(register, [
      ['lake', NOON, cellOf([1])],
      ['oak', NOON, cellOf([1, 2])],
    ]);
    const visits = [waitingVisit('oak', 'pbx', NOON - 5_000)];
    const { head, row, parts } = wall(sceneOf(register, { day, floor, visits, clinics: ['lake'] }));
    expect(row('pool/east')).toMatchObject({ clinics: ['lake'], offered: 1, waiting: 0, people: { free: 1, onCall: 1 } });
    expect(head).toMatchObject({ waiting: 0, order: ['pool/east'] });
    expect(head.feeds.map((feed) => feed.source)).toEqual(['pbx']);
    expect(JSON.stringify(parts)).not.toMatch(/oak|harbor/i);
  });
});

describe('labels', () => {
  test('WAL-W11 today is provisional, and re-attributing while a changed directory is not yet everywhere', () => {
    expect(wall(sceneOf(register)).row('pool/east').label).toBe('provisional');
    expect(wall(sceneOf(register, { reattributing: true })).row('pool/east').label).toBe('re-attributing');
  });
});
