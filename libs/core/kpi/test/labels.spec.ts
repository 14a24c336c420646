import { endUnknownCutoffs, feedState, labelOf, mergeSourceStates } from '../src';
import { at } from './facts';
import { sourceState } from './rows';

const HOUR = 3_600_000;

describe('labels and feeds', () => {
  const facts = { to: at(0), watermark: at(300), waiting: 0, revisedAt: null, reattributing: false };

  test('KPI-B1 settled once every source is five minutes past the end and nobody waits', () => {
    expect(labelOf(facts)).toBe('settled');
    expect(labelOf({ ...facts, watermark: at(299.999) })).toBe('provisional');
    expect(labelOf({ ...facts, watermark: null })).toBe('provisional');
    expect(labelOf({ ...facts, waiting: 1 })).toBe('provisional');
    expect(labelOf({ ...facts, watermark: Infinity, revisedAt: at(9) })).toBe('revised');
    expect(labelOf({ ...facts, reattributing: true, revisedAt: at(9) })).toBe('re-attributing');
  });

  test('KPI-B2 waiting visits are given up by their source’s own time', () => {
    const now = at(0) + 100 * HOUR;
    const states = [
      sourceState({ source: 'live', watermark: now }),
      sourceState({ source: 'restarted', watermark: now, restartedAt: now - HOUR }),
      sourceState({ source: 'importing', watermark: at(0) }),
      sourceState({ source: 'imported', watermark: at(0) }),
    ];
    const role = (source: string): { live: boolean; importing: boolean } => ({
      live: source === 'live' || source === 'restarted',
      importing: source === 'importing',
    });
    expect(endUnknownCutoffs(states, now, role)).toEqual({
      '*': now - 4 * HOUR,
      live: now - 4 * HOUR,
      restarted: now - HOUR,
      importing: at(0) - 4 * HOUR,
      imported: at(0),
    });
  });

  test('KPI-B3 a feed is stale after 10 s, dead after 60 s', () => {
    const after = (seconds: number): string => feedState(sourceState(), at(seconds)).state;
    expect([after(10), after(10.001), after(60), after(60.001)]).toEqual(['live', 'stale', 'stale', 'dead']);
    expect([feedState(undefined, at(0)).state, feedState(sourceState({ lastReceivedAt: null }), at(0)).state]).toEqual([
      'silent',
      'silent',
    ]);
  });

  test('KPI-B4 states seen in several partitions are one, in any order', () => {
    const one = sourceState({ watermark: at(9), lastReceivedAt: at(1), clockAheadMs: 200_000, clockAheadAt: at(5) });
    const two = sourceState({ watermark: null, lastReceivedAt: at(7), restartedAt: at(2), clockAheadMs: 900_000, clockAheadAt: at(4) });
    const merged = { ...one, lastReceivedAt: at(7), restartedAt: at(2) };
    expect([mergeSourceStates(one, two), mergeSourceStates(two, one)]).toEqual([merged, merged]);
  });
});
