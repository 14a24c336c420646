import { minutes } from '../src/clock/durations';
import { startOfDate } from '../src/clock/local-time';
import { drawnSpan, quartersOf, roundTop } from '../src/wall/day';
import { freshnessOf, lookOfFree, lookOfLevel, lookOfLongest, pointsBelow } from '../src/wall/looks';
import { bar, head, level, NOW, people } from './frames';

test.each([
  [-5, '0:00'],
  [8_999, '0:08'],
  [190_000, '3:10'],
  [3_734_000, '1:02:14'],
])('%d ms is %s', (ms, text) => expect(minutes(ms)).toBe(text));

test.each([
  [160, 200, 80, 'none'],
  [159, 200, 80, 'watch'],
  [150, 200, 80, 'watch'],
  [149, 200, 80, 'act'],
  [0, 9, 80, 'none'],
  [0, 10, 80, 'act'],
])('%d of %d against %d %% is %s', (numerator, denominator, target, look) => {
  expect(lookOfLevel(level(numerator, denominator), target)).toBe(look);
});

test('points below are those that are shown; met, unknown or without a target there are none', () => {
  expect(pointsBelow(level(134, 165), 90)).toBe(8.8);
  expect(pointsBelow(level(9, 10), 90)).toBeNull();
  expect(pointsBelow(level(0, 0), 90)).toBeNull();
  expect(pointsBelow(level(1, 2), null)).toBeNull();
});

test.each([
  [null, 'none'],
  [60_000, 'none'],
  [60_001, 'watch'],
  [120_000, 'watch'],
  [120_001, 'act'],
] as const)('a longest wait of %s ms is %s', (ms, look) => expect(lookOfLongest(ms)).toBe(look));

test('nobody free matters only while somebody waits, from 10 and 30 s on', () => {
  expect(lookOfFree(people({ free: 0 }), null)).toBe('none');
  expect(lookOfFree(people({ free: 0 }), 10_000)).toBe('none');
  expect(lookOfFree(people({ free: 0 }), 10_001)).toBe('watch');
  expect(lookOfFree(people({ free: 0 }), 30_001)).toBe('act');
  expect(lookOfFree(people({ free: 1 }), 300_000)).toBe('none');
  expect(lookOfFree(null, 300_000)).toBe('none');
});

describe('freshness', () => {
  const seen = (ageMs: number, heardUntil: number | null = null) =>
    freshnessOf({ feed: 'stale', lastReceivedAt: NOW - ageMs }, { now: NOW, heardUntil }).state;

  test('old over 10 s, unknown over 60 s, counted here', () => {
    expect(seen(10_000)).toBe('live');
    expect(seen(10_001)).toBe('stale');
    expect(seen(60_000)).toBe('stale');
    expect(seen(60_001)).toBe('dead');
  });

  test('a live feed grows old with the connection, a silent one does not', () => {
    const live = { feed: 'live', lastReceivedAt: null } as const;
    expect(freshnessOf(live, { now: NOW, heardUntil: null })).toEqual({ state: 'live', ageMs: null });
    expect(freshnessOf(live, { now: NOW, heardUntil: NOW - 14_000 })).toEqual({ state: 'stale', ageMs: 14_000 });
    expect(freshnessOf(live, { now: NOW, heardUntil: NOW - 61_000 }).state).toBe('dead');
    expect(freshnessOf({ feed: 'silent', lastReceivedAt: null }, { now: NOW, heardUntil: NOW - 61_000 }).state).toBe('silent');
  });
});

describe('the day', () => {
  const { dayFrom, dayTo } = head();
  const hour = 3_600_000;

  test('is drawn from the hour of the first call, at least eight hours, and an hour of what is to come', () => {
    const bars = [bar(dayFrom, 0), bar(dayFrom + 7.25 * hour, 4)];
    expect(drawnSpan(bars, { dayFrom, dayTo }, dayFrom + 9.5 * hour)).toEqual({ from: dayFrom + 7 * hour, to: dayFrom + 15 * hour });
    expect(drawnSpan(bars, { dayFrom, dayTo }, dayFrom + 20.5 * hour)).toEqual({ from: dayFrom + 7 * hour, to: dayFrom + 22 * hour });
  });

  test('late first calls still leave eight hours, all within the day', () => {
    const span = drawnSpan([bar(dayFrom + 22 * hour, 1)], { dayFrom, dayTo }, dayFrom + 22.1 * hour);
    expect(span).toEqual({ from: dayFrom + 16 * hour, to: dayTo });
  });

  test('every quarter of the span has its bar or none', () => {
    const span = { from: dayFrom, to: dayFrom + hour };
    expect(quartersOf(span, [bar(dayFrom + 900_000, 3)]).map((quarter) => quarter.bar?.offered ?? null)).toEqual([null, 3, null, null]);
  });

  test.each([
    [0, 4],
    [1, 4],
    [5, 6],
    [43, 60],
    [61, 100],
    [100, 100],
  ])('%d calls are drawn up to %d', (most, top) => expect(roundTop(most)).toBe(top));
});

test('a date begins at local midnight, also where the clocks change on that day', () => {
  expect(new Date(startOfDate('2026-11-24', 'America/New_York')).toISOString()).toBe('2026-11-24T05:00:00.000Z');
  expect(new Date(startOfDate('2026-11-01', 'America/New_York')).toISOString()).toBe('2026-11-01T04:00:00.000Z');
  expect(new Date(startOfDate('2026-11-24', 'Asia/Manila')).toISOString()).toBe('2026-11-23T16:00:00.000Z');
});
