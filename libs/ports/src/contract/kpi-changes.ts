import type { CallEvent, DirectoryDiff, Row } from '@sightline/contracts';
import { entityKey, partitionOfEntity, parseEntityKey } from '@sightline/contracts';
import type { Meaning, SourceClinics } from '@sightline/core-kpi';
import { createMeaning, rowInstant } from '@sightline/core-kpi';
import type { DirectoryChange, DirectoryStore } from '../directory-store';
import type { ChangeCursor, ChangedMinute, Changes, KpiStore } from '../kpi-store';
import type { Dice } from './call-days';
import { callsOf, DAY, declare, dice, LOGINS, mapping, QUEUES, statesOf } from './call-days';
import { TEST_MS } from './eventually';
import { byBytes } from './figures-model';
import type { KpiStoreUnderTest, MakeKpiStore } from './kpi-world';
import { ACME, declareTwo, HILL, meaningOf, OTHER, rowsByEntity, storedEntities, texts } from './kpi-world';
import { EVERY, Owner } from './owner';

const HOUR_MS = 3_600_000;

/** A second source that speaks about north's calls, but only for the clinic hill. */
const GRANTS: SourceClinics = new Map([['crm', ['hill']]]);

function minuteOf(row: Row): ChangedMinute | null {
  if (row.family === 'state') return null;
  return {
    family: row.family,
    operatorId: row.operatorId,
    clinicId: row.clinicId,
    minute: Math.floor(rowInstant(row) / 60_000) * 60_000,
  };
}

function minutesOf(rows: readonly Row[]): string[] {
  return [...new Set(texts(rows.flatMap((row) => minuteOf(row) ?? [])))];
}

/** What every store says about what has changed, and finds for a re-fold. */
export function kpiChangesContract(name: string, make: MakeKpiStore): void {
  jest.setTimeout(TEST_MS);
  describe(`changes in the KPI store on ${name}`, () => {
    let under: KpiStoreUnderTest;
    let owner: Owner;
    let meaning: Meaning;
    beforeEach(async () => {
      under = await make();
      await declareTwo(under.directory);
      meaning = await meaningOf(under.directory);
      owner = new Owner(under.store);
      for (const partition of EVERY) await owner.header(partition);
    });
    afterEach(() => under.dispose());

    const since = (cursors: readonly ChangeCursor[], scope = ACME): Promise<Changes> =>
      under.store.read(scope, (reader) => reader.changedSince(cursors));

    test('PKS-H1 who knows nothing reads everything; from his cursors on he learns the minutes that changed, each time, and who has open items', async () => {
      const events = callsOf('north', 25, 21);
      await owner.fold(events, meaning);
      const first = await since([]);
      expect(first.snapshot).toEqual(EVERY);
      expect(await since(first.cursors)).toEqual({ snapshot: [], minutes: [], openChanged: [], cursors: first.cursors });
      const more = [...callsOf('north', 6, 22), ...callsOf('south', 3, 23)];
      await owner.fold(more, meaning);
      const next = await since(first.cursors);
      const rows = [...rowsByEntity(more, meaning).values()].flat();
      expect(next.snapshot).toEqual([]);
      expect(texts(next.minutes)).toEqual(minutesOf(rows.filter((row) => row.operatorId === 'acme')).sort());
      expect(next.openChanged).toEqual(['acme']);
      expect((await since(next.cursors)).minutes).toEqual([]);
      // A laggard reads the union.
      expect(texts((await since(first.cursors)).minutes)).toEqual(texts(next.minutes));
    });

    test('PKS-H2 a row that moves changes the place it leaves as well; one that vanishes the place it was', async () => {
      const events = callsOf('north', 30, 24);
      await owner.fold(events, meaning);
      const before = await storedEntities(under.store);
      const { cursors } = await since([]);
      await under.directory.append('acme', [mapping('north', 'queue', '4011', 'hill')], 3);
      const remapped = await meaningOf(under.directory);
      await owner.refold(await perPartition((partition) => under.store.entityKeys(partition, null, 1_000)), remapped);
      const moved = await since(cursors);
      const places = [...before.values()]
        .flatMap((entity) => entity.rows)
        .filter(
          (row) =>
            row.family === 'visit' && row.clinicId === 'lake' && row.queue === '4011' && row.tag !== 'gold' && row.dialledNumber !== '100',
        );
      expect(places.length).toBeGreaterThan(3);
      const minutes = new Set(texts(moved.minutes));
      for (const place of minutesOf(places)) {
        expect(minutes.has(place)).toBe(true);
        expect(minutes.has(place.replace('"lake"', '"hill"'))).toBe(true);
      }
      await owner.fold(
        events.map((event) => ({ ...event, revision: 2, tombstone: true })),
        remapped,
      );
      const gone = await since(moved.cursors);
      const stood = [...rowsByEntity(events, remapped).values()].flat();
      expect(texts(gone.minutes)).toEqual(minutesOf(stood).sort());
      expect([...(await storedEntities(under.store)).values()].flatMap((entity) => entity.rows)).toEqual([]);
    });

    test('PKS-H3 another generation, or a cursor ahead of the store, means reading everything anew', async () => {
      await owner.fold(callsOf('north', 5, 25), meaning);
      const { cursors } = await since([]);
      await under.store.load(4);
      expect((await since(cursors)).snapshot).toEqual([4]);
      const ahead = (await since([])).cursors.map((cursor) =>
        cursor.partition === 6 ? { ...cursor, commitNo: cursor.commitNo + 1 } : cursor,
      );
      expect((await since(ahead)).snapshot).toEqual([6]);
    });

    test('PKS-H4 changes are told within the scope only', async () => {
      const { cursors } = await since([]);
      await owner.fold(callsOf('north', 25, 26), meaning);
      const all = (await since(cursors)).minutes;
      const hill = await since(cursors, HILL);
      expect(texts(hill.minutes)).toEqual(texts(all.filter((minute) => minute.clinicId === 'hill')));
      expect(hill.minutes.length).toBeLessThan(all.length);
      const other = await since(cursors, OTHER);
      expect([other.minutes, other.openChanged]).toEqual([[], []]);
    });

    test('PKS-T1 a re-fold finds every entity whose rows a change of the directory changes: brute force agrees after each of many', async () => {
      const events = [...callsOf('north', 60, 31), ...statesOf('north', 20, 31)];
      events.push(...hearsay(events, dice(32)));
      await owner.fold(events, createMeaning(await under.directory.snapshot(), GRANTS));
      const roll = dice(33);
      let changed = 0;
      for (let turn = 0; turn < 40; turn += 1) {
        const from = await under.directory.version();
        const before = rowsByEntity(events, createMeaning(await under.directory.snapshot(from), GRANTS));
        await under.directory.append('acme', await randomChange(roll, under.directory, events), 10 + turn);
        const to = await under.directory.version();
        const after = createMeaning(await under.directory.snapshot(to), GRANTS);
        const found = await touched(under.store, await under.directory.diff(from, to));
        for (const [key, rows] of rowsByEntity(events, after)) {
          if (JSON.stringify(texts(rows)) === JSON.stringify(texts(before.get(key) ?? []))) continue;
          changed += 1;
          expect(found.get(partitionOfEntity(parseEntityKey(key)))).toContain(key);
        }
        await owner.refold(found, after);
      }
      expect(changed).toBeGreaterThan(100);
      const meant = rowsByEntity(events, createMeaning(await under.directory.snapshot(), GRANTS));
      for (const [key, entity] of await storedEntities(under.store)) expect(texts(entity.rows)).toEqual(texts(meant.get(key) ?? []));
    });

    test('PKS-T1 a mapping that held only before the visit began, for what another source had said of it, touches the call', async () => {
      const entry = (source: string, at: number): CallEvent => ({
        source,
        eventId: 'entry',
        revision: 1,
        tombstone: false,
        rank: 0,
        sequence: 1,
        occurredAt: at,
        receivedAt: at,
        schema: 1,
        call: { source: 'north', id: 'one' },
        queue: '4013',
        fact: { kind: 'queueEntered' },
      });
      const brief = mapping('north', 'queue', '4013', 'hill', { from: DAY - 1_600, to: DAY - 1_400 });
      await under.directory.append('acme', [brief], 7);
      const call = [entry('north', DAY), entry('crm', DAY - 1_500)];
      const before = await meaningOf(under.directory, GRANTS);
      await owner.fold(call, before);
      const from = await under.directory.version();
      await under.directory.append('acme', [{ ...brief, removed: true }], 8);
      const after = await meaningOf(under.directory, GRANTS);
      const rows = (meant: Meaning): string[] => texts([...rowsByEntity(call, meant).values()].flat());
      expect(rows(after)).not.toEqual(rows(before));
      const found = await touched(under.store, await under.directory.diff(from, from + 1));
      expect([...found.values()].flat()).toEqual(['c\nnorth\none']);
    });

    test('PKS-T2 what is touched comes in key order, after a cursor, as many as asked for, and only of that partition', async () => {
      await owner.fold([...callsOf('north', 80, 34), ...callsOf('south', 20, 35)], meaning);
      await under.directory.append(
        'acme',
        [{ ...(declare('north', { name: 'Acme', demo: true })[1] as DirectoryChange), removed: true }],
        5,
      );
      const to = await under.directory.version();
      const diff = await under.directory.diff(to - 1, to);
      const found: string[] = [];
      for (const partition of EVERY) {
        const paged: string[] = [];
        for (;;) {
          const page = await under.store.touched(partition, diff, paged.at(-1) ?? null, 2);
          expect(page.length).toBeLessThanOrEqual(2);
          paged.push(...page);
          if (page.length < 2) break;
        }
        expect(paged).toEqual([...paged].sort(byBytes));
        expect(paged.every((key) => partitionOfEntity(parseEntityKey(key)) === partition)).toBe(true);
        found.push(...paged);
      }
      const calls = Array.from({ length: 80 }, (_none, number) => entityKey({ type: 'call', source: 'north', id: `call 34 ${number}` }));
      expect([...found].sort()).toEqual(calls.sort());
    });

    test('PKS-T3 names, teams, contracts and other sources touch nothing', async () => {
      await owner.fold([...callsOf('north', 20, 36), ...callsOf('south', 20, 37)], meaning);
      const from = await under.directory.version();
      const clinic = declare('north', { name: 'Acme', demo: true })[2] as DirectoryChange;
      await under.directory.append(
        'acme',
        [
          { ...clinic, ...(clinic.kind === 'clinic' ? { name: 'Lakeside' } : {}) },
          { id: 'member', kind: 'teamMember', teamId: 't', agentId: 'a-1', validFrom: null, validTo: null },
          mapping('west', 'queue', '4011', 'lake'),
        ],
        6,
      );
      const found = await touched(under.store, await under.directory.diff(from, from + 1));
      expect([...found.values()].flat()).toEqual([]);
    });
  });
}

async function perPartition(look: (partition: number) => Promise<readonly string[]>): Promise<Map<number, readonly string[]>> {
  return new Map(await Promise.all(EVERY.map(async (partition) => [partition, await look(partition)] as const)));
}

function touched(store: KpiStore, diff: DirectoryDiff): Promise<Map<number, readonly string[]>> {
  return perPartition((partition) => store.touched(partition, diff, null, 10_000));
}

/** What a second source says of some of the calls: an entry again, a disposition, the end of a leg. */
function hearsay(events: readonly CallEvent[], roll: Dice): CallEvent[] {
  return events
    .filter((event) => event.call !== undefined && roll(4) === 0)
    .map((event, number) => {
      const queue = roll(3) === 0 ? undefined : (event.queue ?? QUEUES[roll(3)]);
      const { attributes: _attributes, queue: _queue, ...base } = event;
      const kinds: readonly CallEvent['fact'][] = [
        { kind: 'queueEntered' },
        { kind: 'callDisposed', disposition: 'booked' },
        { kind: 'callAbandoned' },
      ];
      const fact = kinds[queue === undefined ? 1 : roll(3)] as CallEvent['fact'];
      return {
        ...base,
        source: 'crm',
        eventId: `crm ${number}`,
        occurredAt: event.occurredAt + roll(1_500),
        ...(queue === undefined ? {} : { queue }),
        fact,
      };
    });
}

/** One random change of what calls mean: mappings, logins and queue types come, go, are dated and corrected; the source itself too. */
async function randomChange(roll: Dice, directory: DirectoryStore, events: readonly CallEvent[]): Promise<DirectoryChange[]> {
  const { rows } = await directory.snapshot();
  const mine = rows.filter((row) => row.operatorId === 'acme');
  // In the midst of a call, so that something of it lies before and something after.
  const noon = (events[roll(events.length)]?.occurredAt ?? DAY) + roll(3);
  const clinic = ['lake', 'hill', 'sea'][roll(3)] ?? 'lake';
  const replace = (kept: (row: (typeof mine)[number]) => boolean, change: DirectoryChange): DirectoryChange[] => [
    ...mine.filter((row) => kept(row) && row.id !== change.id).map((row) => ({ ...(row as DirectoryChange), removed: true })),
    change,
  ];
  const by = (['queue', 'dialledNumber', 'tag'] as const)[roll(3)] ?? 'queue';
  const value =
    by === 'queue' ? (QUEUES[roll(3)] ?? '') : by === 'tag' ? (['gold', 'silver'][roll(2)] ?? '') : (['100', '200'][roll(2)] ?? '');
  const dated = [{}, {}, { from: noon }, { to: noon }, { from: noon - HOUR_MS, to: noon }][roll(5)] ?? {};
  const sameMapping = (row: (typeof mine)[number]): boolean => row.kind === 'mapping' && row.by === by && row.value === value;
  const login = LOGINS[roll(3)] ?? 'anna';
  switch (roll(6)) {
    case 0:
    case 1:
    case 2:
      return replace(sameMapping, mapping('north', by, value, clinic, dated));
    case 3:
      return replace((row) => row.kind === 'login' && row.login === login, {
        id: `north ${login} ${roll(2)}`,
        kind: 'login',
        source: 'north',
        login,
        agentId: `a-${roll(4)}`,
        validFrom: dated.from ?? null,
        validTo: dated.to ?? null,
      });
    case 4: {
      const queue = QUEUES[roll(3)] ?? '4011';
      return replace((row) => row.kind === 'queue' && row.queue === queue, {
        id: `north ${queue}`,
        kind: 'queue',
        source: 'north',
        queue,
        name: queue,
        callType: ['inbound:a', 'inbound:b', null][roll(3)] ?? null,
        validFrom: dated.from ?? null,
        validTo: dated.to ?? null,
      });
    }
    default: {
      const source = declare('north', { name: 'Acme', demo: true })[1] as DirectoryChange;
      return [{ ...source, removed: roll(3) === 0 }];
    }
  }
}
