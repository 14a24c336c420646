import type { DirectoryRow } from '@sightline/contracts';
import type { DirectoryChange } from '@sightline/ports';
import fc from 'fast-check';
import { checkChanges } from '../src/rows/check';
import { decodeChanges } from '../src/rows/decode';
import { clinic, mapping, SOURCE } from './harness';

const NOBODY: ReadonlySet<string> = new Set();

/** Rows as they stand after sets were accepted one after the other. */
function standing(...sets: readonly (readonly unknown[])[]): readonly DirectoryRow[] {
  let rows: readonly DirectoryRow[] = [];
  for (const set of sets) {
    const { changes, problems } = decodeChanges(set, rows, 'acme');
    const found = [...problems, ...checkChanges({ rows, takenSources: NOBODY }, changes)];
    if (found.length > 0) throw new Error(JSON.stringify(found));
    rows = after(rows, changes);
  }
  return rows;
}

function after(rows: readonly DirectoryRow[], changes: readonly DirectoryChange[]): readonly DirectoryRow[] {
  const byId = new Map(rows.map((row) => [row.id, row]));
  for (const change of changes) {
    if (change.removed) byId.delete(change.id);
    else byId.set(change.id, { ...change, operatorId: 'acme', version: 1, recordedAt: 0, removed: false } as DirectoryRow);
  }
  return [...byId.values()];
}

/** Code and pointer of every problem of a set. */
function problemsOf(rows: readonly DirectoryRow[], set: readonly unknown[], takenSources = NOBODY): readonly string[] {
  const { changes, problems } = decodeChanges(set, rows, 'acme');
  const found = problems.length > 0 ? problems : checkChanges({ rows, takenSources }, changes);
  return found.map(({ index, code, pointer }) => `${index} ${code} ${pointer}`);
}

const agent = { kind: 'agent', agentId: 'ann', name: 'Ann' };
const contract = {
  kind: 'contract',
  clinicId: 'lake',
  name: '80/20',
  formula: 'SL6',
  thresholdSeconds: 20,
  shortSeconds: 5,
  targetPercent: 80,
};
const base = standing([{ kind: 'operator', name: 'Acme', demo: false }, SOURCE, clinic('lake'), clinic('hill'), agent]);
const opening = (...spans: readonly [number, number, number][]): Record<string, unknown> => ({
  ...clinic('lake'),
  opening: spans.map(([day, fromMinute, toMinute]) => ({ day, fromMinute, toMinute })),
});

describe('a change set', () => {
  test.each<[string, unknown, string]>([
    ['no object', 7, 'bad-member '],
    ['no kind', { name: 'x' }, 'bad-member /kind'],
    ['an unknown kind', { kind: 'planet', name: 'x' }, 'bad-member /kind'],
    ['a misspelt member', { ...clinic('x'), zonne: 'UTC' }, 'unknown-member /zonne'],
    ['a member with a slash', { ...clinic('x'), 'a/b~': 1 }, 'unknown-member /a~1b~0'],
    ['a missing member', { kind: 'pool', poolId: 'p' }, 'bad-member /name'],
    ['an unknown zone', clinic('x', 'X', 'Mars/Olympus'), 'bad-member /zone'],
    ['an offset as zone', clinic('x', 'X', '+05:00'), 'bad-member /zone'],
    ['an empty id', clinic('', 'x'), 'bad-member /clinicId'],
    ['an id of 65 characters', clinic('x'.repeat(65), 'x'), 'bad-member /clinicId'],
    ['an id with a comma', clinic('a,b'), 'bad-member /clinicId'],
    ['the reserved clinic', clinic('unassigned'), 'bad-member /clinicId'],
    ['the reserved agents', { ...agent, agentId: 'unknown:pbx 1' }, 'bad-member /agentId'],
    ['a source with a slash', { ...SOURCE, source: 'a/b' }, 'bad-member /source'],
    ['a source with a control character', { ...SOURCE, source: 'a\u0007' }, 'bad-member /source'],
    ['half a surrogate', clinic('x', 'a\ud800'), 'bad-member /name'],
    ['a name that turns the writing', clinic('x', 'a\u202eb'), 'bad-member /name'],
    ['a name of spaces', clinic('x', '   '), 'bad-member /name'],
    ['a name of 129 characters', clinic('x', 'x'.repeat(129)), 'bad-member /name'],
    ['an unknown capability', { ...SOURCE, capabilities: ['telepathy'] }, 'bad-member /capabilities/0'],
    ['an unknown formula', { ...contract, formula: 'SL8' }, 'bad-member /formula'],
    ['a threshold of half a second', { ...contract, thresholdSeconds: 0.5 }, 'bad-member /thresholdSeconds'],
    ['a threshold of two hours', { ...contract, thresholdSeconds: 7_200 }, 'bad-member /thresholdSeconds'],
    ['a target above 100', { ...contract, targetPercent: 100.1 }, 'bad-member /targetPercent'],
    ['an eighth day', opening([8, 0, 60]), 'bad-member /opening/0/day'],
    ['a span that ends first', opening([1, 600, 540]), 'bad-member /opening/0'],
    ['a span over midnight', opening([1, 600, 1_500]), 'bad-member /opening/0/toMinute'],
    ['overlapping spans', opening([1, 540, 720], [2, 540, 720], [1, 719, 800]), 'bad-member /opening'],
    ['a date as text', { ...mapping('q', 'lake'), validFrom: '2026-03-01' }, 'bad-member /validFrom'],
    ['a date after 2100', { ...mapping('q', 'lake'), validTo: 5e12 }, 'bad-member /validTo'],
    ['the end before the beginning', mapping('q', 'lake', 2_000, 1_000), 'ends-first /validTo'],
    ['an empty span', mapping('q', 'lake', 1_000, 1_000), 'ends-first /validTo'],
    ["another operator's row", { ...clinic('x'), operatorId: 'other' }, 'foreign-operator /operatorId'],
    ['an unknown row removed', { id: 'nothing', removed: true }, 'unknown-row /id'],
    ['more than the id when removed', { id: 'nothing', removed: true, why: 'x' }, 'unknown-member /why'],
  ])('DIR-R1 refused with place and code: %s', (_title, row, expected) => {
    expect(problemsOf(base, [clinic('good'), row])).toEqual([`1 ${expected}`]);
  });

  test('DIR-R1 spans of one day may touch, and a day may end at midnight', () => {
    expect(problemsOf(base, [opening([1, 0, 720], [1, 720, 1_440], [7, 1_439, 1_440])])).toEqual([]);
  });

  test.each<[string, unknown, string]>([
    ['clinic of a mapping', mapping('q', 'nowhere'), '/clinicId'],
    ['source of a mapping', { ...mapping('q', 'lake'), source: 'other' }, '/source'],
    ['agent of a login', { kind: 'login', source: 'pbx', login: '7', agentId: 'bob' }, '/agentId'],
    ['team of a member', { kind: 'teamMember', teamId: 't', agentId: 'ann' }, '/teamId'],
    ['pool of a clinic', { kind: 'poolClinic', poolId: 'p', clinicId: 'lake' }, '/poolId'],
    ['site of a team', { kind: 'team', teamId: 't', name: 'T', siteId: 's' }, '/siteId'],
    ['clinic of a contract', { ...contract, clinicId: 'nowhere' }, '/clinicId'],
  ])('DIR-R2 the %s must be there', (_title, row, pointer) => {
    expect(problemsOf(base, [row])).toEqual([`0 unknown-reference ${pointer}`]);
  });

  test('DIR-R2 what a row needs may come later in the same set', () => {
    expect(problemsOf(base, [mapping('q', 'new'), clinic('new')])).toEqual([]);
  });

  test('DIR-R2 a row that others need stays, by removal and by another key', () => {
    const rows = standing(base, [mapping('q', 'lake')]);
    const id = rows.find((row) => row.kind === 'clinic' && row.clinicId === 'lake')?.id;
    expect(problemsOf(rows, [{ id, removed: true }])).toEqual(['0 still-needed /id']);
    expect(problemsOf(rows, [{ ...clinic('pond'), id }])).toEqual(['0 still-needed /id']);
    const mapped = rows.find((row) => row.kind === 'mapping')?.id;
    expect(
      problemsOf(rows, [
        { id, removed: true },
        { id: mapped, removed: true },
      ]),
    ).toEqual([]);
  });

  test.each<[string, Record<string, unknown>, Record<string, unknown>]>([
    ['mapping', mapping('q', 'lake'), mapping('q', 'hill')],
    ['login', { kind: 'login', source: 'pbx', login: '7', agentId: 'ann' }, { kind: 'login', source: 'pbx', login: '7', agentId: 'ann' }],
    ['contract', contract, { ...contract, targetPercent: 90 }],
    ['clinic', clinic('pond'), clinic('pond', 'Pond')],
  ])('DIR-R3 two rows of one %s may touch, not overlap', (_title, a, b) => {
    const first = { ...a, id: 'first', validTo: 2_000 };
    expect(problemsOf(base, [first, { ...b, id: 'second', validFrom: 2_000 }])).toEqual([]);
    expect(problemsOf(base, [first, { ...b, id: 'second', validFrom: 1_999 }])).toEqual(['1 overlap /validFrom']);
  });

  test('DIR-R3 a row that overlaps several is told with each of them', () => {
    const rows = [mapping('q', 'lake'), mapping('q', 'hill', 1_000, 2_000), mapping('q', 'hill', 3_000, 4_000)];
    expect(problemsOf(base, rows)).toEqual(['1 overlap /validFrom', '2 overlap /validFrom']);
  });

  test('DIR-R3 an agent has one team at a time; the refusal names both rows', () => {
    const teams = ['a', 'b'].map((teamId) => ({ kind: 'team', teamId, name: teamId }));
    const rows = standing(base, teams, [{ kind: 'teamMember', teamId: 'a', agentId: 'ann', id: 'first' }]);
    const { changes } = decodeChanges([{ kind: 'teamMember', teamId: 'b', agentId: 'ann', id: 'second' }], rows, 'acme');
    expect(checkChanges({ rows, takenSources: NOBODY }, changes)).toMatchObject([{ code: 'overlap', rows: ['first', 'second'] }]);
  });

  test('DIR-R4 a set is accepted exactly if no key has two rows at one instant', () => {
    const END = 12;
    const span = fc
      .tuple(fc.option(fc.nat(END), { nil: null }), fc.option(fc.nat(END), { nil: null }))
      .filter(([from, to]) => from === null || to === null || from < to);
    const said = fc.record({
      id: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
      value: fc.constantFrom('q1', 'q2'),
      span,
      removed: fc.boolean(),
    });
    const set = fc.uniqueArray(said, { selector: ({ id }) => id, maxLength: 3, minLength: 1 });
    let accepted = 0;
    let refused = 0;
    fc.assert(
      fc.property(fc.array(set, { maxLength: 8, minLength: 1 }), (sets) => {
        let rows = base;
        for (const rowsSaid of sets) {
          const changes = rowsSaid.map(({ id, value, span: [from, to], removed }): DirectoryChange => {
            const there = rows.some((row) => row.id === id);
            return { ...mapping(value, 'lake', from, to), id, ...(removed && there ? { removed } : {}) } as unknown as DirectoryChange;
          });
          const next = after(rows, changes);
          const ok = !holdsTwice(next, END);
          expect(checkChanges({ rows, takenSources: NOBODY }, changes).length === 0).toBe(ok);
          if (ok) rows = next;
          if (ok) accepted += 1;
          else refused += 1;
        }
        expect(holdsTwice(rows, END)).toBe(false);
      }),
      { numRuns: 500, seed: 3 },
    );
    expect(Math.min(accepted, refused)).toBeGreaterThan(300);
  });

  test('DIR-R5 a source that another operator has or had is refused', () => {
    expect(problemsOf(base, [{ ...SOURCE, source: 'their' }], new Set(['their']))).toEqual(['0 source-taken /source']);
  });

  test('DIR-R6 a row without an id is known by its key and beginning', () => {
    const rows = standing(base, [mapping('q', 'lake', 1_000, 2_000)]);
    const corrected = standing([...base], [mapping('q', 'lake', 1_000, 2_000)], [mapping('q', 'hill', 1_000, 3_000)]);
    expect(corrected).toHaveLength(rows.length);
    expect(corrected.find((row) => row.kind === 'mapping')).toMatchObject({ clinicId: 'hill', validTo: 3_000 });
    const named = standing(base, [{ ...mapping('q', 'lake'), id: 'mine' }], [mapping('q', 'hill')]);
    expect(named.filter((row) => row.kind === 'mapping')).toMatchObject([{ id: 'mine', clinicId: 'hill' }]);
  });

  test('DIR-R6 an id cannot be said twice in a set, nor change its kind', () => {
    expect(problemsOf(base, [mapping('q', 'lake'), mapping('q', 'hill')])).toEqual(['1 said-twice /id']);
    const id = base.find((row) => row.kind === 'clinic')?.id;
    expect(problemsOf(base, [{ kind: 'pool', poolId: 'p', name: 'P', id }])).toEqual(['0 other-kind /kind']);
  });

  test('DIR-R8 the operator is renamed, never removed, dated or made a demo', () => {
    const id = base.find((row) => row.kind === 'operator')?.id;
    expect(standing(base, [{ kind: 'operator', name: 'Acme 2', demo: false, id: 'another' }])).toContainEqual(
      expect.objectContaining({ kind: 'operator', name: 'Acme 2', id }),
    );
    expect(problemsOf(base, [{ id, removed: true }])).toEqual(['0 operator-stays ']);
    expect(problemsOf(base, [{ kind: 'operator', name: 'Acme', demo: true }])).toEqual(['0 operator-stays /demo']);
    expect(problemsOf(base, [{ kind: 'operator', name: 'Acme', demo: false, validTo: 5 }])).toEqual(['0 operator-stays ']);
  });
});

/** Asks every instant, and the times before and after all of them. */
function holdsTwice(rows: readonly DirectoryRow[], end: number): boolean {
  for (let at = -1; at <= end + 1; at += 1) {
    const now = rows.filter(({ validFrom, validTo }) => (validFrom ?? -Infinity) <= at && at < (validTo ?? Infinity));
    const values = now.flatMap((row) => (row.kind === 'mapping' ? [row.value] : []));
    if (new Set(values).size < values.length) return true;
  }
  return false;
}
