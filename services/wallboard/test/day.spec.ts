import fc from 'fast-check';
import { Day, MINUTE_MS, QUARTER_MS } from '../src/day/day';
import { LocalDays } from '../src/day/local-days';
import { add, NOTHING, termsOf } from '../src/day/tally';
import { cellOf, contract, dayOf, NOON, registerOf } from './rows';

const plain = () => termsOf(null);

describe('today', () => {
  test('WAL-D1 sums kept up to date are those of the minutes as they are at last, whatever was there before', () => {
    const start = NOON - 120 * MINUTE_MS;
    const put = fc.record({
      clinicId: fc.constantFrom('a', 'b'),
      minute: fc.integer({ min: 0, max: 119 }),
      waits: fc.option(fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 1, maxLength: 4 }), { nil: null }),
    });
    fc.assert(
      fc.property(fc.array(put, { maxLength: 80 }), fc.integer({ min: 0, max: 119 }), (puts, since) => {
        const kept = new Day(plain);
        const last = new Map<string, readonly number[]>();
        const day = { from: start + since * MINUTE_MS, to: Infinity };
        for (const { clinicId, minute, waits } of puts) {
          kept.put(clinicId, start + minute * MINUTE_MS, waits && cellOf(waits));
          kept.today('a', day);
          if (waits) last.set(`${clinicId}/${minute}`, waits);
          else last.delete(`${clinicId}/${minute}`);
        }
        const expected = [...last].filter(([key]) => key.startsWith('a/') && Number(key.slice(2)) >= since).flatMap(([, waits]) => waits);
        const within = expected.filter((wait) => wait <= 20).length;
        expect(kept.today('a', day)).toEqual({ offered: expected.length, numerator: within, denominator: expected.length });
        const bars = kept.quarters(['a', 'b'], { from: start, to: Infinity }, NOON);
        const all = [...last.values()].reduce((sum, waits) => sum + waits.length, 0);
        expect(bars.reduce((sum, { tally }) => add(sum, tally), NOTHING).offered).toBe(all);
      }),
    );
  });

  test('WAL-D1 a minute that holds nothing any more counts nothing', () => {
    const day = new Day(plain);
    day.put('a', NOON, cellOf([1, 2], {}, 1));
    expect(day.waitingMinutes()).toEqual([NOON]);
    day.clear([NOON]);
    expect(day.today('a', { from: 0, to: Infinity })).toEqual(NOTHING);
    expect(day.last30('a', NOON)).toEqual(NOTHING);
    expect(day.waitingMinutes()).toEqual([]);
  });

  test('WAL-D2 the last thirty minutes end with the one under way and begin thirty before its end', () => {
    const day = new Day(plain);
    for (const back of [0, 29, 30]) day.put('a', NOON - back * MINUTE_MS, cellOf([1]));
    expect(day.last30('a', NOON + 59_999).offered).toBe(2);
    expect(day.last30('a', NOON + 60_000).offered).toBe(1);
  });

  test('WAL-D2 a bar is a quarter of an hour that has begun since the site’s midnight', () => {
    const day = new Day(plain);
    const from = NOON - 4 * QUARTER_MS;
    day.put('a', from - MINUTE_MS, cellOf([1]));
    day.put('a', from, cellOf([1, 2]));
    day.put('a', from + QUARTER_MS - MINUTE_MS, cellOf([3]));
    const bars = day.quarters(['a'], { from, to: Infinity }, NOON);
    expect(bars.map(({ tally }) => tally.offered)).toEqual([3, 0, 0, 0, 0]);
    expect(bars.map((bar) => bar.from)).toEqual([0, 1, 2, 3, 4].map((index) => from + index * QUARTER_MS));
  });

  test('WAL-D2 a local day has 23 to 25 hours where clocks change', () => {
    const days = new LocalDays();
    const hours = (at: string): number => {
      const { from, to } = days.at(Date.parse(at), 'America/New_York');
      return (to - from) / 3_600_000;
    };
    expect(hours('2026-11-01T12:00:00Z')).toBe(25);
    expect(hours('2026-11-02T12:00:00Z')).toBe(24);
    expect(hours('2026-03-08T12:00:00Z')).toBe(23);
    expect(days.at(Date.parse('2026-11-24T04:59:59Z'), 'America/New_York').to).toBe(Date.parse('2026-11-24T05:00:00Z'));
  });

  test('WAL-D2 what lies before is forgotten by whole quarters and minutes', () => {
    const day = new Day(plain);
    day.put('a', NOON - QUARTER_MS, cellOf([1]));
    day.put('a', NOON, cellOf([1]));
    day.forget(NOON);
    expect(day.quarters(['a'], { from: NOON - QUARTER_MS, to: Infinity }, NOON).map(({ tally }) => tally.offered)).toEqual([0, 1]);
    expect(day.today('a', { from: 0, to: Infinity }).offered).toBe(1);
  });

  test('WAL-D3 a contact counts by the contract that held in its minute', () => {
    const register = registerOf([
      { ...contract('a', 80, 20), validTo: NOON },
      { ...contract('a', 80, 30), validFrom: NOON },
    ]);
    const day = dayOf(register, [
      ['a', NOON - MINUTE_MS, cellOf([25])],
      ['a', NOON, cellOf([25])],
    ]);
    expect(day.today('a', { from: 0, to: Infinity })).toEqual({ offered: 2, numerator: 1, denominator: 2 });
  });
});
