import type { Figure, WallBar, WallHead, WallPeople, WallRow, WallSnapshot } from '@sightline/contracts';

/** Frames as a gateway sends them, made of few words. All times are ms from NOW. */
export const NOW = Date.UTC(2026, 10, 24, 14, 41, 7);

export function level(numerator: number, denominator: number): Figure {
  return {
    figure: 'serviceLevel',
    value: denominator === 0 ? null : numerator / denominator,
    numerator,
    denominator,
    n: denominator,
    formula: { id: 'SL6', version: 1, thresholdSeconds: 30, shortSeconds: 5 },
  };
}

export const people = (changes: Partial<WallPeople> = {}): WallPeople => ({
  free: 2,
  onCall: 6,
  ringing: 0,
  outbound: 0,
  wrapUp: 1,
  paused: 1,
  unknown: 0,
  signedIn: 10,
  ...changes,
});

export const row = (changes: Partial<WallRow> = {}): WallRow => ({
  id: 'clinic/c1',
  name: 'Lakeside Eye',
  clinics: ['c1'],
  zone: 'America/New_York',
  open: true,
  level: level(134, 165),
  last30: level(14, 19),
  targetPercent: 80,
  contractName: '80/30',
  offered: 172,
  waiting: 0,
  longestSince: null,
  people: null,
  feed: 'live',
  lastReceivedAt: null,
  label: 'provisional',
  badness: 0,
  ...changes,
});

export const head = (changes: Partial<WallHead> = {}): WallHead => ({
  operatorName: 'Centre',
  demo: false,
  site: { name: 'Manila', zone: 'Asia/Manila' },
  waiting: 3,
  longestSince: null,
  people: null,
  feeds: [],
  order: ['clinic/c1'],
  othersOnTarget: 0,
  dayFrom: Date.UTC(2026, 10, 23, 16),
  dayTo: Date.UTC(2026, 10, 24, 16),
  ...changes,
});

export const bar = (from: number, offered: number, answered = offered): WallBar => ({ from, offered, level: level(answered, offered) });

export function snapshot(rows: readonly WallRow[], changes: Partial<WallHead> = {}, bars: readonly WallBar[] = []): WallSnapshot {
  return {
    boot: 'b1',
    view: 'v1',
    number: 1,
    nowMs: NOW,
    parts: {
      head: head({ order: rows.map(({ id }) => id), ...changes }),
      ...Object.fromEntries(rows.map((one) => [`row/${one.id}`, one])),
      ...Object.fromEntries(bars.map((one) => [`bar/${one.from}`, one])),
    },
  };
}
