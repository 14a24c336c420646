import { boundariesOf, isZone, localClock, localInstant } from '../src';

const utc = (text: string): number => Date.parse(text);
const iso = (at: number): string => new Date(at).toISOString();

describe('intervals', () => {
  test('KPI-I1 days are cut at the zone’s midnights: 23, 24 and 25 hours', () => {
    const zone = 'America/New_York';
    const days = (from: string, to: string): number[] => {
      const boundaries = boundariesOf({ from: utc(from), to: utc(to), interval: '1d', zone });
      return boundaries.slice(1).map((at, index) => (at - (boundaries[index] as number)) / 3_600_000);
    };
    expect(days('2026-03-07T05:00:00Z', '2026-03-10T04:00:00Z')).toEqual([24, 23, 24]);
    expect(days('2026-10-31T04:00:00Z', '2026-11-03T05:00:00Z')).toEqual([24, 25, 24]);
  });

  test('KPI-I1 half hours follow the wall clock where it is 45 minutes off', () => {
    const boundaries = boundariesOf({
      from: utc('2026-03-06T00:00:00Z'),
      to: utc('2026-03-06T01:30:00Z'),
      interval: '30min',
      zone: 'Asia/Kathmandu',
    });
    expect(boundaries.map(iso)).toEqual([
      '2026-03-06T00:00:00.000Z',
      '2026-03-06T00:15:00.000Z',
      '2026-03-06T00:45:00.000Z',
      '2026-03-06T01:15:00.000Z',
      '2026-03-06T01:30:00.000Z',
    ]);
  });

  test('KPI-I1 on the day clocks go back the repeated hour is there twice', () => {
    const day = { from: utc('2026-11-01T04:00:00Z'), to: utc('2026-11-02T05:00:00Z'), zone: 'America/New_York' };
    const hours = boundariesOf({ ...day, interval: '1h' });
    expect(hours).toHaveLength(26);
    expect(hours.slice(0, 4).map((at) => localClock(at, day.zone).minute)).toEqual([0, 60, 60, 120]);
  });

  test('KPI-I2 a local time that exists twice, or not at all, is said to be so', () => {
    const zone = 'America/New_York';
    expect(localInstant(zone, '2026-03-08T02:30:00')).toEqual({ type: 'missing' });
    expect(localInstant(zone, '2026-11-01T01:30:00')).toEqual({
      type: 'ambiguous',
      earlier: utc('2026-11-01T05:30:00Z'),
      later: utc('2026-11-01T06:30:00Z'),
    });
    expect(localInstant(zone, '2026-03-06')).toEqual({ type: 'instant', at: utc('2026-03-06T05:00:00Z') });
    expect(localInstant(zone, 'noon')).toEqual({ type: 'bad' });
    expect([isZone('Asia/Jerusalem'), isZone('Mars/Base'), isZone('+02:00')]).toEqual([true, false, false]);
  });

  test('KPI-I3 weeks begin on the day asked for, months on their first; too many are refused', () => {
    const range = { from: utc('2026-03-04T12:00:00Z'), to: utc('2026-04-02T00:00:00Z'), zone: 'UTC' };
    const starts = (interval: '1w' | '1mo', weekStart?: number): string[] =>
      boundariesOf({ ...range, interval, ...(weekStart ? { weekStart } : {}) })
        .slice(1, -1)
        .map((at) => iso(at).slice(0, 10));
    expect(starts('1w')).toEqual(['2026-03-09', '2026-03-16', '2026-03-23', '2026-03-30']);
    expect(starts('1w', 7)).toEqual(['2026-03-08', '2026-03-15', '2026-03-22', '2026-03-29']);
    expect(starts('1mo')).toEqual(['2026-04-01']);
    expect(() => boundariesOf({ ...range, interval: '1min' }, 1_000)).toThrow(RangeError);
  });
});
