import type { DirectoryRow } from '@sightline/contracts';
import { InputError } from '@sightline/contracts';
import type { DirectoryChange, DirectoryStore } from '../directory-store';
import { DAY, declare, mapping } from './call-days';
import { TEST_MS } from './eventually';

/** A directory of its own, and a way to a second one over the same rows. */
export interface DirectoryStoreUnderTest {
  readonly directory: DirectoryStore;
  another(): Promise<DirectoryStore>;
  dispose(): Promise<void>;
}

const NORTH = declare('north', { name: 'Acme', demo: true });
const LAKE = NORTH[2] as DirectoryChange;

function renamed(name: string): DirectoryChange {
  return { ...LAKE, name } as DirectoryChange;
}

function find(rows: readonly DirectoryRow[], id: string): DirectoryRow | undefined {
  return rows.find((row) => row.id === id);
}

/** What an InputError says; fails when something else or nothing is thrown. */
async function refusal(attempt: Promise<unknown>): Promise<{ code: string; status: number; details: unknown }> {
  const error: unknown = await attempt.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof InputError)) throw error ?? new Error('nothing was refused');
  return { code: error.code, status: error.status, details: error.details };
}

/** What every dated directory keeps. */
export function directoryStoreContract(name: string, make: () => Promise<DirectoryStoreUnderTest>): void {
  jest.setTimeout(TEST_MS);
  describe(`the directory on ${name}`, () => {
    let under: DirectoryStoreUnderTest;
    let directory: DirectoryStore;
    beforeEach(async () => {
      under = await make();
      directory = under.directory;
    });
    afterEach(() => under.dispose());

    test('PDI-V1 a change set is one version; versions ascend over all operators, from 0', async () => {
      expect(await directory.version()).toBe(0);
      expect(await directory.append('acme', NORTH, 5)).toBe(1);
      expect(await directory.append('other', declare('south', { name: 'Other', demo: false }), 6)).toBe(2);
      expect(await (await under.another()).version()).toBe(2);
      expect(await directory.append('acme', [], 7)).toBe(2);
      expect(await directory.version()).toBe(2);
    });

    test('PDI-V2 rows come back as they were said, with operator, version and when', async () => {
      await directory.append('acme', NORTH, 5);
      const { version, rows } = await directory.snapshot();
      expect(version).toBe(1);
      expect([...rows].sort((a, b) => (a.id < b.id ? -1 : 1))).toEqual(
        [...NORTH]
          .sort((a, b) => (a.id < b.id ? -1 : 1))
          .map((row) => ({ ...row, operatorId: 'acme', version: 1, recordedAt: 5, removed: false })),
      );
    });

    test('PDI-V3 at a version the rows said by then count, each in its latest form; nothing said is ever lost', async () => {
      await directory.append('acme', NORTH, 5);
      await directory.append('acme', [renamed('Lakeside')], 6);
      await directory.append('acme', [{ ...renamed('Lakeside'), removed: true }], 7);
      await directory.append('acme', [renamed('Lake again')], 8);
      const names = await Promise.all([0, 1, 2, 3, 4].map(async (version) => find((await directory.snapshot(version)).rows, LAKE.id)));
      expect(names.map((row) => (row?.kind === 'clinic' ? row.name : null))).toEqual([null, 'lake', 'Lakeside', null, 'Lake again']);
      const history = await directory.history('acme', LAKE.id);
      expect(history.map((row) => [row.version, row.recordedAt, row.removed])).toEqual([
        [1, 5, false],
        [2, 6, false],
        [3, 7, true],
        [4, 8, false],
      ]);
      expect(await directory.history('other', LAKE.id)).toEqual([]);
    });

    test('PDI-D1 a diff has what was said between two versions and what stood before it', async () => {
      await directory.append('acme', NORTH, 5);
      await directory.append('acme', [renamed('Lakeside')], 6);
      await directory.append('acme', [mapping('north', 'queue', '4013', 'lake')], 7);
      await directory.append('acme', [{ ...mapping('north', 'queue', '4013', 'lake'), removed: true }], 8);
      const said = async (from: number, to: number): Promise<unknown[]> =>
        (await directory.diff(from, to)).rows.map((row) => [row.id, row.version, row.removed]).sort();
      expect(await said(1, 2)).toEqual([
        [LAKE.id, 1, false],
        [LAKE.id, 2, false],
      ]);
      expect(await said(2, 3)).toEqual([['north queue 4013 ', 3, false]]);
      expect(await said(3, 4)).toEqual([
        ['north queue 4013 ', 3, false],
        ['north queue 4013 ', 4, true],
      ]);
      expect(await said(2, 4)).toEqual([
        ['north queue 4013 ', 3, false],
        ['north queue 4013 ', 4, true],
      ]);
      expect(await said(4, 4)).toEqual([]);
      expect((await directory.diff(1, 3)).from).toBe(1);
    });

    test('PDI-G1 a change that expects another version than stands is refused whole: 409 directory-moved', async () => {
      await directory.append('acme', NORTH, 5);
      expect(await refusal(directory.append('acme', [renamed('x')], 6, 0))).toEqual({
        code: 'directory-moved',
        status: 409,
        details: { version: 1 },
      });
      expect(await directory.version()).toBe(1);
      expect(await directory.append('acme', [renamed('x')], 6, 1)).toBe(2);
    });

    test('PDI-G2 of many changes that expect one version, one is made', async () => {
      await directory.append('acme', NORTH, 5);
      const stores = [directory, await under.another(), await under.another(), await under.another()];
      const made = await Promise.allSettled(
        stores.map((store, index) => store.append('acme', [{ ...renamed('new'), id: `clinic ${index}` }], 6, 1)),
      );
      expect(made.filter((one) => one.status === 'fulfilled')).toHaveLength(1);
      expect(await directory.version()).toBe(2);
      expect((await directory.snapshot()).rows).toHaveLength(NORTH.length + 1);
    });

    test('PDI-O1 two mappings of one key, or two logins, may not hold at once: 409 mapping-overlap, and nothing of the change is kept', async () => {
      await directory.append('acme', [...NORTH, mapping('north', 'tag', 'gold', 'lake', { from: DAY, to: DAY + 100 })], 5);
      const overlapping: DirectoryChange[][] = [
        [{ ...mapping('north', 'queue', '4011', 'hill'), id: 'second' }],
        [mapping('north', 'tag', 'gold', 'hill', { from: DAY + 99 })],
        [mapping('north', 'tag', 'gold', 'hill', { to: DAY + 1 })],
        [{ id: 'anna again', kind: 'login', source: 'north', login: 'anna', agentId: 'a-2', validFrom: DAY, validTo: null }],
        [mapping('north', 'tag', 'silver', 'hill'), { ...mapping('north', 'tag', 'silver', 'lake'), id: 'silver too' }],
      ];
      for (const changes of overlapping) {
        expect(await refusal(directory.append('acme', [renamed('kept?'), ...changes], 6))).toMatchObject({
          code: 'mapping-overlap',
          status: 409,
        });
      }
      expect(await directory.version()).toBe(1);
      expect(find((await directory.snapshot()).rows, LAKE.id)).toMatchObject({ name: 'lake' });
    });

    test('PDI-O2 mappings that follow one another, of other keys, or taken back in the same change are none', async () => {
      await directory.append('acme', [...NORTH, mapping('north', 'tag', 'gold', 'lake', { from: DAY, to: DAY + 100 })], 5);
      const first = mapping('north', 'queue', '4011', 'lake');
      await directory.append('acme', [mapping('north', 'tag', 'gold', 'hill', { from: DAY + 100 })], 6);
      await directory.append('acme', [mapping('north', 'dialledNumber', 'gold', 'hill')], 7);
      await directory.append('acme', [{ ...first, removed: true }, { ...first, id: 'instead', clinicId: 'hill' } as DirectoryChange], 8);
      expect(await directory.version()).toBe(4);
    });

    test('PDI-S1 a source is one operator’s: rows of another that name it are refused, 409 source-taken, until it is given up', async () => {
      await directory.append('acme', NORTH, 5);
      const thieves: DirectoryChange[] = [
        { ...(NORTH[1] as DirectoryChange), id: 'mine now' },
        mapping('north', 'queue', '4099', 'their clinic'),
        { id: 'their login', kind: 'login', source: 'north', login: 'zoe', agentId: 'z', validFrom: null, validTo: null },
      ];
      for (const change of thieves) {
        expect(await refusal(directory.append('other', [change], 6))).toEqual({
          code: 'source-taken',
          status: 409,
          details: { source: 'north' },
        });
      }
      await directory.removeOperator('acme');
      expect(await directory.append('other', [thieves[0] as DirectoryChange], 7)).toBe(3);
    });

    test('PDI-R1 a demo operator is taken back whole, as one version that can be looked up; one that is none is refused', async () => {
      await directory.append('acme', NORTH, 5);
      await directory.append('other', declare('south', { name: 'Other', demo: false }), 6);
      expect(await refusal(directory.removeOperator('other'))).toMatchObject({ code: 'not-a-demo', status: 409 });
      expect(await refusal(directory.removeOperator('nobody'))).toMatchObject({ code: 'not-a-demo', status: 409 });
      await directory.removeOperator('acme');
      expect(await directory.version()).toBe(3);
      expect(new Set((await directory.snapshot()).rows.map((row) => row.operatorId))).toEqual(new Set(['other']));
      expect((await directory.snapshot(2)).rows.filter((row) => row.operatorId === 'acme')).toHaveLength(NORTH.length);
    });
  });
}
