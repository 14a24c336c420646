import type { WallHead, WallRow } from '@sightline/contracts';
import { act, render, screen, within } from '@testing-library/react';
import { ClockProvider } from '../src/clock/clock';
import type { LiveView } from '../src/live/live-wall';
import type { Directory } from '../src/directory/directory';
import { bannerText } from '../src/wall/banner';
import { clinicsNamed } from '../src/wall/found';
import { timeOf } from '../src/wall/time';
import { Wall } from '../src/wall/wall';
import { HeldClock } from './clock';
import { bar, level, NOW, people, row, snapshot } from './frames';

const links = ({ of: kind, row: id = '', at = '' }: { of: string; row?: string; at?: number | string }): string => `#${kind}:${id}${at}`;

interface Shown {
  readonly rows: readonly WallRow[];
  readonly head?: Partial<WallHead>;
  readonly bars?: Parameters<typeof snapshot>[2];
  readonly now?: number;
  readonly heardUntil?: number | null;
  readonly words?: string;
  readonly isForReading?: boolean;
}

const clock = new HeldClock(NOW);

function wall({ rows, head, bars, now = NOW, heardUntil = null, words = '', isForReading = false }: Shown) {
  const { parts } = snapshot(rows, head, bars);
  return (
    <ClockProvider clock={clock}>
      <Wall parts={parts} time={{ now, heardUntil }} links={isForReading ? null : links} words={words} />
    </ClockProvider>
  );
}

const rowNames = (): readonly (string | null)[] =>
  screen.getAllByRole('rowheader').map(({ firstChild }) => firstChild?.textContent ?? null);

test('rows stand in the order of the head, whatever their badness', () => {
  render(
    wall({
      rows: [row({ id: 'pool/b', name: 'B', badness: 1 }), row({ id: 'clinic/a', name: 'A', badness: 9 })],
      head: { order: ['pool/b', 'clinic/gone', 'clinic/a'], othersOnTarget: 112, othersOffTarget: 2 },
    }),
  );
  expect(rowNames()).toEqual(['B', 'A']);
  expect(screen.getByText('2 more off target · 112 others on target')).toBeTruthy();
});

test('what nothing feeds is absent: no column of people, no panel, no tile', () => {
  render(wall({ rows: [row()] }));
  expect(screen.queryByText('free · call · wrap · out')).toBeNull();
  expect(screen.queryByText('people now')).toBeNull();
  expect(screen.queryByText('free now')).toBeNull();
  expect(screen.queryByText('offered per 15 min')).toBeNull();
});

test('people are counts of a pool; a clinic shares its pool’s', () => {
  render(
    wall({
      rows: [row({ id: 'pool/east', name: 'East', people: people({ ringing: 2 }) }), row({ id: 'clinic/c1' })],
      head: { people: people() },
    }),
  );
  expect(screen.getByText('2 · 8 · 1 · 0')).toBeTruthy();
  expect(screen.getByText('pool')).toBeTruthy();
});

test('a level under its contract says so with a mark and words, and leads to what is behind it', () => {
  render(wall({ rows: [row({ targetPercent: 90 })] }));
  const link = screen.getByRole('link', { name: 'today’s level of Lakeside Eye 81.2 act' });
  expect(link.textContent).toContain('■');
  expect(link.getAttribute('href')).toBe('#level:clinic/c1');
  expect(screen.getByText('8.8 below')).toBeTruthy();
});

test('a pool leads to its own wall, calls without a clinic to where they get one, a clinic nowhere', () => {
  render(wall({ rows: [row({ id: 'pool/e 1', name: 'East' }), row({ id: 'clinic/unassigned', name: 'Unassigned' }), row()] }));
  expect(screen.getByRole('link', { name: 'East' }).getAttribute('href')).toBe('#/wall?pool=e+1');
  expect(screen.getByRole('link', { name: 'No clinic yet' }).getAttribute('href')).toBe('#/mappings');
  expect(screen.queryByRole('link', { name: 'Lakeside Eye' })).toBeNull();
});

test('too few calls are grey and say how few', () => {
  render(wall({ rows: [row({ level: level(3, 9), last30: level(2, 4), targetPercent: 90 })] }));
  expect(screen.getByText('33.3').closest('.figure')).toMatchObject({ className: 'figure large few' });
  expect(screen.getByText('n 9')).toBeTruthy();
  expect(screen.getByText('n 4')).toBeTruthy();
  expect(screen.queryByText('■')).toBeNull();
});

test('the longest wait counts on by itself and turns to watch and act', () => {
  const rows = [row({ waiting: 1, longestSince: NOW })];
  const { rerender } = render(wall({ rows, now: NOW + 59_000 }));
  const longest = (): Element | null => screen.getByRole('table').querySelector('.longest .figure');
  expect(longest()?.textContent).toContain('0:59');
  rerender(wall({ rows, now: NOW + 61_000 }));
  expect(longest()?.getAttribute('data-look')).toBe('watch');
  rerender(wall({ rows, now: NOW + 190_000 }));
  expect(longest()?.textContent).toContain('■3:10');
});

test('turning to act is shown for two seconds, once; what was so from the beginning is not', () => {
  const at = (now: number) => wall({ rows: [row({ waiting: 1, longestSince: NOW })], now });
  const { rerender } = render(at(NOW + 130_000));
  const longest = (): Element | null => screen.getByRole('table').querySelector('.longest .figure');
  expect(longest()?.getAttribute('data-turned')).toBe('false');
  rerender(at(NOW + 100_000));
  rerender(at(NOW + 121_000));
  expect(longest()?.getAttribute('data-turned')).toBe('true');
  act(() => clock.pass(2_000));
  expect(longest()?.getAttribute('data-turned')).toBe('false');
  rerender(at(NOW + 140_000));
  expect(longest()?.getAttribute('data-turned')).toBe('false');
});

test('a stale feed shows its age, a dead one hatches the row and takes its figures away', () => {
  const rows = [row({ feed: 'stale', lastReceivedAt: NOW })];
  const { rerender } = render(wall({ rows, now: NOW + 14_000 }));
  expect(screen.getByText(/14 s ago/)).toBeTruthy();
  expect(screen.getByText('81.2')).toBeTruthy();
  rerender(wall({ rows, now: NOW + 72_000 }));
  expect(screen.getByText('no data 1:12')).toBeTruthy();
  expect(screen.queryByText('81.2')).toBeNull();
});

test('a lost connection makes every live row stale and then unknown', () => {
  const rows = [row()];
  const { rerender } = render(wall({ rows, now: NOW + 14_000, heardUntil: NOW }));
  expect(screen.getByText(/14 s ago/)).toBeTruthy();
  rerender(wall({ rows, now: NOW + 61_000, heardUntil: NOW }));
  expect(screen.getByText('no data 1:01')).toBeTruthy();
});

test('feeds: how many are live, and the worst by name', () => {
  const feed = { clockAheadMs: null, lastReceivedAt: null };
  render(
    wall({
      rows: [row()],
      head: {
        feeds: [
          { ...feed, source: 'm', name: 'Manila PBX', state: 'live' },
          { ...feed, source: 'h', name: 'Harbor PBX', state: 'dead', lastReceivedAt: NOW - 72_000 },
          { ...feed, source: 'b', name: 'Bright PBX', state: 'stale', lastReceivedAt: NOW - 12_000, clockAheadMs: 190_000 },
        ],
      },
    }),
  );
  expect(screen.getByText('1 of 3 live')).toBeTruthy();
  expect(screen.getByText('Harbor PBX: no data 1:12')).toBeTruthy();
  const names = within(screen.getByRole('region', { name: 'feeds' })).getAllByRole('listitem');
  expect(names.map(({ textContent }) => textContent)).toEqual([
    'Harbor PBXno data 1:12',
    'Bright PBX12 s agoclock 3:10 ahead',
    'Manila PBXlive',
  ]);
});

test('the bars are one tab stop; arrow keys go from bar to bar', () => {
  const { dayFrom } = snapshot([]).parts['head'] as WallHead;
  const quarter = 900_000;
  render(
    wall({ rows: [row()], bars: [bar(dayFrom, 4), bar(dayFrom + quarter, 0), bar(dayFrom + 2 * quarter, 7)], now: dayFrom + 4 * quarter }),
  );
  const bars = within(screen.getByRole('region', { name: /offered per 15 min/ })).getAllByRole('link');
  expect(bars.map(({ tabIndex }) => tabIndex)).toEqual([-1, 0]);
  expect(bars[1]?.textContent).toBe('00:30 to 00:45: 7 offered, level 100.0 %');
  act(() => {
    bars[1]?.focus();
    bars[1]?.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowLeft', bubbles: true }));
  });
  expect(document.activeElement).toBe(bars[0]);
  expect(bars.map(({ tabIndex }) => tabIndex)).toEqual([0, -1]);
});

test('searching shows the rows of that name, also those without a place on the wall', () => {
  const hidden = row({ id: 'clinic/c9', name: 'North Shore' });
  render(wall({ rows: [row(), hidden], head: { order: ['clinic/c1'] }, words: ' north' }));
  expect(rowNames()).toEqual(['North Shore']);
});

test('a search finds clinics by any part of their name, at most ten, the shortest names first', () => {
  const clinic = (name: string) => ({ kind: 'clinic', clinicId: name.toLowerCase(), name });
  const names = ['North Shore', 'Northgate', 'Oak', ...Array.from({ length: 12 }, (_, number) => `North and far away ${number}`)];
  const directory = { version: 1, rows: names.map(clinic) } as unknown as Directory;
  const found = clinicsNamed(directory, ' nORTH');
  expect(found).toHaveLength(10);
  expect(found.slice(0, 2)).toEqual(['northgate', 'north shore']);
  expect(clinicsNamed(directory, '  ')).toEqual([]);
});

test('a wall by link is for reading: nothing to press, and DEMO is on it', () => {
  render(wall({ rows: [row({ id: 'pool/east' })], head: { demo: true, people: people() }, isForReading: true }));
  expect(screen.queryByRole('link')).toBeNull();
  expect(screen.getByText('DEMO')).toBeTruthy();
});

test('the banner says what is wrong and for how long', () => {
  const live: LiveView = { status: 'live', wall: { ...snapshot([]), offsetMs: 500 }, lostAt: null };
  expect(bannerText(live, NOW)).toBeNull();
  expect(bannerText({ ...live, status: 'lost', lostAt: NOW - 65_000 }, NOW)).toContain('1:05');
  expect(bannerText({ status: 'lost', wall: null, lostAt: NOW }, NOW)).toContain('cannot be reached');
  expect(timeOf({ ...live, status: 'lost', lostAt: NOW - 65_000 }, NOW)).toEqual({ now: NOW + 500, heardUntil: NOW - 64_500 });
});
