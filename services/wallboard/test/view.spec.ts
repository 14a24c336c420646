import type { WallDelta, WallParts, WallSnapshot } from '@sightline/contracts';
import fc from 'fast-check';
import { KEPT_DELTAS, WallView } from '../src/views/wall-view';

const bar = (from: number, offered: number) => ({ from, offered, level: { figure: 'serviceLevel', value: null, n: 0 } });
const partsOf = (values: Readonly<Record<string, number>>): WallParts =>
  Object.fromEntries(Object.entries(values).map(([key, offered]) => [`bar/${key}`, bar(Number(key), offered)]));
const snapshotOf = (view: WallView): WallSnapshot => JSON.parse(view.snapshot(7)) as WallSnapshot;

function apply(parts: WallParts, deltas: readonly string[]): WallParts {
  const next: Record<string, WallParts[string]> = { ...parts };
  for (const text of deltas) {
    const { set, gone } = JSON.parse(text) as WallDelta;
    Object.assign(next, set);
    for (const key of gone) delete next[key];
  }
  return next;
}

describe('a view', () => {
  const values = fc.dictionary(fc.constantFrom('1', '2', '3', '4'), fc.integer({ min: 0, max: 3 }), { noNullPrototype: true });

  test('WAL-V1 numbers follow each other, and deltas applied from any snapshot on give the latest one', () => {
    fc.assert(
      fc.property(fc.array(values, { minLength: 1, maxLength: 30 }), fc.nat(), (states, pick) => {
        const view = new WallView('boot', 'wall-1', {});
        const snapshots: WallSnapshot[] = [];
        for (const state of states) {
          const before = view.number;
          const moved = view.advance(partsOf(state));
          expect(view.number).toBe(before + (moved ? 1 : 0));
          if (view.number > 0) snapshots.push(snapshotOf(view));
        }
        const from = snapshots[pick % Math.max(1, snapshots.length)];
        if (!from) return;
        const missed = view.after(from.number, 9);
        const numbers = missed?.map((text) => (JSON.parse(text) as WallDelta).number);
        expect(numbers).toEqual(Array.from({ length: view.number - from.number }, (_, index) => from.number + 1 + index));
        expect(apply(from.parts, missed ?? [])).toEqual(snapshotOf(view).parts);
      }),
    );
  });

  test('WAL-V1 nothing is sent when nothing changed, and a delta holds only what did', () => {
    const view = new WallView('boot', 'wall-1', {});
    expect(view.advance(partsOf({ 1: 1, 2: 2 }))).toBe(true);
    expect(view.advance(partsOf({ 2: 2, 1: 1 }))).toBe(false);
    expect(view.after(1, 5)).toEqual([]);
    expect(view.advance(partsOf({ 2: 3, 3: 1 }))).toBe(true);
    expect(view.after(1, 5)?.map((text) => JSON.parse(text) as unknown)).toEqual([
      { view: 'wall-1', number: 2, nowMs: 5, set: partsOf({ 2: 3, 3: 1 }), gone: ['bar/1'] },
    ]);
    expect(snapshotOf(view)).toEqual({ boot: 'boot', view: 'wall-1', number: 2, nowMs: 7, parts: partsOf({ 2: 3, 3: 1 }) });
  });

  test('WAL-V2 so many deltas are kept; who is further behind, or ahead, needs a snapshot', () => {
    const view = new WallView('boot', 'wall-1', {});
    for (let value = 0; value <= KEPT_DELTAS + 1; value += 1) view.advance(partsOf({ 1: value }));
    expect(view.number).toBe(KEPT_DELTAS + 2);
    expect(view.after(2, 0)).toHaveLength(KEPT_DELTAS);
    expect(view.after(1, 0)).toBeNull();
    expect(view.after(view.number + 1, 0)).toBeNull();
    expect(view.after(0, 0)).toBeNull();
  });
});
