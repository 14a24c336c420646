import type { Row, SourceState } from '@sightline/contracts';
import { contentHashOf, entityKey, partitionOfEntity, parseEntityKey } from '@sightline/contracts';
import { classCondition, classesOf, rowInstant, unionFacts } from '@sightline/core-kpi';
import type { CellsQuery, Dimension, FigureSourceRow, PartitionHeader, RowFilter, RowPosition } from '../kpi-store';
import type { Dice } from './call-days';
import { callsOf, DAY, dice, LOGINS, QUEUES } from './call-days';
import { eventually, TEST_MS } from './eventually';
import { byBytes, canonical, expectedCells, expectedRows, keyOf, select } from './figures-model';
import type { KpiStoreUnderTest, MakeKpiStore } from './kpi-world';
import { ACME, declareTwo, folded, HILL, meaningOf, OTHER, rowsByEntity, storedEntities, texts } from './kpi-world';
import { emptyCommit, EVERY, Owner } from './owner';

const HOUR_MS = 3_600_000;
const DIMENSIONS: Readonly<Record<RowFilter['family'], readonly Dimension[]>> = {
  visit: ['clinic', 'queue', 'callType'],
  contact: ['clinic', 'callType'],
  leg: ['clinic', 'queue', 'agent', 'callType'],
};
const SCOPES = [ACME, OTHER, HILL, { operatorId: 'acme', clinics: [] }, { operatorId: 'nobody', clinics: 'all' as const }];

function some<T>(roll: Dice, values: readonly T[]): T[] {
  return values.filter(() => roll(2) === 0);
}

function randomFilter(roll: Dice, family: RowFilter['family']): RowFilter {
  const from = DAY + roll(11) * HOUR_MS;
  return {
    family,
    from,
    to: from + (1 + roll(20)) * HOUR_MS,
    ...(roll(3) === 0 ? { clinics: some(roll, ['lake', 'hill', 'unassigned']) } : {}),
    ...(roll(3) === 0 && family !== 'contact' ? { queues: some(roll, QUEUES).map((queue) => `north/${queue}`) } : {}),
    ...(roll(3) === 0 && family === 'leg' ? { agents: some(roll, ['a-1', 'unknown:north/bela', 'unknown:south/carl']) } : {}),
    ...(roll(3) === 0 ? { callTypes: some(roll, ['', 'inbound:scheduling', 'inbound:billing']) } : {}),
  };
}

function randomCells(roll: Dice, rows: readonly Row[]): CellsQuery {
  // Just after somebody who waits began to: of a contact with several visits some then lie before it and some after.
  const waiting = rows.flatMap((row) => (row.family !== 'state' && row.outcome === 'waiting' ? [rowInstant(row)] : []));
  const cutoff = (): number => (waiting[roll(waiting.length)] ?? DAY) + roll(2);
  const family = (['visit', 'contact', 'leg'] as const)[roll(3)] ?? 'visit';
  const filter = randomFilter(roll, family);
  const step = (1 + roll(6)) * HOUR_MS;
  const boundaries = Array.from({ length: 2 + roll(8) }, (_none, index) => filter.from + (index - roll(2)) * step).sort((a, b) => a - b);
  return {
    ...filter,
    boundaries: boundaries.filter((boundary, index) => boundary !== boundaries[index - 1]),
    groupBy: some(roll, DIMENSIONS[family]),
    endUnknownBefore: roll(2) === 0 ? { north: cutoff(), '*': cutoff() } : {},
  };
}

/** What every store of the fold's state keeps. */
export function kpiStoreContract(name: string, make: MakeKpiStore): void {
  jest.setTimeout(TEST_MS);
  ownership(name, make);
  reading(name, make);
}

function ownership(name: string, make: MakeKpiStore): void {
  describe(`owners of the KPI store on ${name}`, () => {
    let under: KpiStoreUnderTest;
    beforeEach(async () => {
      under = await make();
      await declareTwo(under.directory);
    });
    afterEach(() => under.dispose());

    const commit = async (partition: number, more: Partial<PartitionHeader> = {}): Promise<PartitionHeader> => {
      const expected = await under.store.load(partition);
      const { next } = emptyCommit(expected, 5);
      const header = { ...next, ...more };
      expect(await under.store.commit([{ ...emptyCommit(expected, 5), next: header }])).toEqual({ refused: [] });
      return header;
    };

    test('PKS-L1 a load takes over: a new generation, all else as committed', async () => {
      const first = await under.store.load(3);
      expect(first).toMatchObject({ partition: 3, nextOffset: 0, directoryVersion: 0, refold: null, commitNo: 0 });
      const stood = await commit(3, { logId: 'a log', foldVersion: 4, directoryVersion: 7, refold: { to: 9, cursor: 'c\nnorth\nx' } });
      expect(await (await under.another()).load(3)).toEqual({ ...stood, generation: stood.generation + 1 });
    });

    test('PKS-C1 of two owners the later one commits; the other is refused and has written nothing', async () => {
      const meaning = await meaningOf(under.directory);
      const zombie = new Owner(under.store);
      const owner = new Owner(await under.another());
      const events = callsOf('north', 6, 1);
      for (const partition of EVERY) await zombie.header(partition);
      for (const partition of EVERY) await owner.header(partition);
      const refused = await zombie.fold(events, meaning);
      expect(refused.refused.length).toBeGreaterThan(0);
      expect([...(await storedEntities(under.store)).keys()]).toEqual([]);
      expect(await owner.fold(events, meaning)).toEqual({ refused: [] });
      expect((await storedEntities(under.store)).size).toBe(6);
    });

    test('PKS-C2 a header that differs in any member refuses', async () => {
      const stood = await commit(2, { logId: 'a log', foldVersion: 1, directoryVersion: 3, refold: { to: 4, cursor: 'k' } });
      const wrong: Partial<PartitionHeader>[] = [
        { logId: 'another' },
        { nextOffset: stood.nextOffset + 1 },
        { foldVersion: 2 },
        { directoryVersion: 2 },
        { refold: null },
        { refold: { to: 5, cursor: 'k' } },
        { refold: { to: 4, cursor: null } },
        { generation: stood.generation - 1 },
        { commitNo: stood.commitNo - 1 },
      ];
      for (const members of wrong) {
        const expected = { ...stood, ...members };
        expect(await under.store.commit([emptyCommit(expected, 99)])).toEqual({ refused: [2] });
      }
      expect(await under.store.commit([emptyCommit(stood, 6)])).toEqual({ refused: [] });
    });

    test('PKS-C3 a refused partition is left out whole, the others are written', async () => {
      const [good, bad] = [await under.store.load(0), await under.store.load(1)];
      await under.store.load(1);
      expect(await under.store.commit([emptyCommit(good, 8), emptyCommit(bad, 8)])).toEqual({ refused: [1] });
      expect([(await under.store.load(0)).nextOffset, (await under.store.load(1)).nextOffset]).toEqual([8, 0]);
    });

    test('PKS-C4 of many who commit from one header at once, one does', async () => {
      const header = await under.store.load(5);
      const stores = [under.store, await under.another(), await under.another(), await under.another()];
      const results = await Promise.all(stores.map((store) => store.commit([emptyCommit(header, 7)])));
      expect(results.filter((result) => result.refused.length === 0)).toHaveLength(1);
    });

    test('PKS-E1 facts and rows of an entity come back as they were committed; who is not known is empty', async () => {
      const meaning = await meaningOf(under.directory);
      const events = callsOf('north', 12, 2);
      const owner = new Owner(under.store);
      await owner.fold(events, meaning);
      const stored = await storedEntities(under.store);
      for (const [key, rows] of rowsByEntity(events, meaning)) {
        const own = events.filter((event) => event.call && entityKey({ type: 'call', ...event.call }) === key);
        const facts = unionFacts(
          [],
          own.map((event) => ({ event, contentHash: contentHashOf(event) })),
        ).facts;
        expect(texts(stored.get(key)?.rows ?? [])).toEqual(texts(rows));
        expect(texts(stored.get(key)?.facts ?? [])).toEqual(texts(facts));
      }
      const unknown = await under.store.entities(0, ['c\nnorth\nnobody']);
      expect(unknown.get('c\nnorth\nnobody')).toEqual({ key: 'c\nnorth\nnobody', facts: [], rows: [] });
    });

    test('PKS-E2 a version said again keeps its smallest receipt', async () => {
      const meaning = await meaningOf(under.directory);
      const owner = new Owner(under.store);
      const event = { ...callsOf('north', 1, 3)[0], receivedAt: DAY + 10 * HOUR_MS, sequence: 9 } as ReturnType<typeof callsOf>[0];
      await owner.fold([event], meaning);
      await owner.fold([{ ...event, receivedAt: event.receivedAt - 700, sequence: 4 }], meaning);
      const key = `c\nnorth\n${event.call?.id}`;
      const entity = (await under.store.entities(partitionOfEntity(parseEntityKey(key)), [key])).get(key);
      expect(entity?.facts.map((fact) => [fact.event.receivedAt, fact.event.sequence])).toEqual([[event.receivedAt - 700, 4]]);
    });

    test('PKS-K1 entity keys come in the order of their bytes, after a cursor, as many as asked for, each partition its own', async () => {
      const meaning = await meaningOf(under.directory);
      const events = callsOf('north', 120, 4).map((event, index) =>
        event.call && index % 7 === 0 ? { ...event, call: { ...event.call, id: `${event.call.id.toUpperCase()} é~` } } : event,
      );
      await new Owner(under.store).fold(events, meaning);
      const all = [...new Set(events.map((event) => `c\nnorth\n${event.call?.id}`))];
      const found: string[] = [];
      for (const partition of EVERY) {
        const own = all.filter((key) => partitionOfEntity(parseEntityKey(key)) === partition).sort(byBytes);
        const paged: string[] = [];
        for (let page = await under.store.entityKeys(partition, null, 2); page.length > 0;) {
          expect(page.length).toBeLessThanOrEqual(2);
          paged.push(...page);
          page = await under.store.entityKeys(partition, paged.at(-1) ?? null, 2);
        }
        expect(paged).toEqual(own);
        found.push(...paged);
      }
      expect(found.length).toBe(all.length);
    });

    test('PKS-N1 a commit wakes whoever listens, in every process, until he no longer does', async () => {
      const owner = new Owner(under.store);
      const elsewhere = await under.another();
      const woken = { kept: 0, gone: 0 };
      elsewhere.onCommit(() => (woken.kept += 1));
      const off = elsewhere.onCommit(() => (woken.gone += 1));
      const commitOnce = async (): Promise<unknown> => owner.commit([emptyCommit(await owner.header(0), 1)]);
      await eventually('both are woken', async () => {
        await commitOnce();
        return woken.kept > 0 && woken.gone > 0;
      });
      off();
      const before = { ...woken };
      await eventually('the other is woken', async () => {
        await commitOnce();
        return woken.kept > before.kept;
      });
      expect(woken.gone).toBe(before.gone);
    });

    test('PKS-X1 an operator that is removed leaves nothing; its owner has to read anew; others keep everything', async () => {
      const meaning = await meaningOf(under.directory);
      const owner = new Owner(under.store);
      const [north, south] = [callsOf('north', 30, 5), callsOf('south', 20, 6)];
      await owner.fold([...north, ...south], meaning);
      const before = await storedEntities(under.store);
      const heldBack = await owner.header(0);
      await under.store.removeOperator('acme', ['north']);
      expect(await under.store.commit([emptyCommit(heldBack, 1_000)])).toEqual({ refused: [0] });
      const after = await storedEntities(under.store);
      expect([...after.keys()].filter((key) => key.startsWith('c\nnorth\n'))).toEqual([]);
      const others = [...before].filter(([key]) => key.startsWith('c\nsouth\n'));
      expect(texts([...after.values()].flatMap((entity) => [...entity.facts, ...entity.rows]))).toEqual(
        texts(others.flatMap(([, entity]) => [...entity.facts, ...entity.rows])),
      );
      for (const partition of EVERY)
        expect((await under.store.partitionSources(partition)).map((state) => state.source)).not.toContain('north');
      const changes = await under.store.read(ACME, (reader) =>
        reader.changedSince(EVERY.map((partition) => ({ partition, generation: heldBack.generation + 1, commitNo: 0 }))),
      );
      expect([changes.minutes, changes.openChanged]).toEqual([[], []]);
    });

    test('PKS-X2 what the log still says of a removed operator stays without rows', async () => {
      await under.store.removeOperator('acme', ['north']);
      await under.directory.removeOperator('acme');
      await new Owner(under.store).fold(callsOf('north', 10, 5), await meaningOf(under.directory));
      expect([...(await storedEntities(under.store)).values()].flatMap((entity) => entity.rows)).toEqual([]);
    });
  });
}

function reading(name: string, make: MakeKpiStore): void {
  describe(`readers of the KPI store on ${name}`, () => {
    let world: Awaited<ReturnType<typeof folded>>;
    beforeAll(async () => (world = await folded(make, 7)));
    afterAll(() => world.under.dispose());

    test('PKS-F1 cells are what the core adds up over the same rows, for any question', async () => {
      const roll = dice(11);
      let filled = 0;
      for (let turn = 0; turn < 120; turn += 1) {
        const query = randomCells(roll, world.rows);
        const scope = SCOPES[roll(SCOPES.length)] ?? ACME;
        const cells = await world.under.store.read(scope, (reader) => reader.cells(query));
        expect(canonical(cells)).toEqual(canonical(expectedCells(world.rows, scope, query)));
        filled += cells.length;
      }
      expect(filled).toBeGreaterThan(200);
    });

    test('PKS-F1 a contact waits as long as any of its visits may still end', async () => {
      const several = world.rows.flatMap((row) => (row.family === 'contact' && (row.waitingSince ?? 0) > row.enteredAt ? [row] : []));
      expect(several.length).toBeGreaterThan(0);
      for (const { enteredAt, waitingSince, operatorId } of several) {
        for (const cutoff of [enteredAt + 1, waitingSince ?? 0, (waitingSince ?? 0) + 1]) {
          const span = { from: enteredAt, to: enteredAt + 1, boundaries: [enteredAt, enteredAt + 1] };
          const query: CellsQuery = { family: 'contact', ...span, groupBy: [], endUnknownBefore: { '*': cutoff } };
          const scope = { operatorId, clinics: 'all' as const };
          const cells = await world.under.store.read(scope, (reader) => reader.cells(query));
          expect(canonical(cells)).toEqual(canonical(expectedCells(world.rows, scope, query)));
        }
      }
    });

    test('PKS-F2 a row changed more than a day after its interval and its first receipt marks its cell as revised', async () => {
      const query: CellsQuery = {
        family: 'visit',
        from: DAY,
        to: DAY + 24 * HOUR_MS,
        boundaries: [DAY, DAY + 24 * HOUR_MS],
        groupBy: [],
        endUnknownBefore: {},
      };
      const [cell] = await world.under.store.read(ACME, (reader) => reader.cells(query));
      expect(cell?.revisedAt).toBe(expectedCells(world.rows, ACME, query)[0]?.revisedAt);
      const [fine] = await world.under.store.read(ACME, (reader) =>
        reader.cells({ ...query, boundaries: [DAY, DAY + 24 * HOUR_MS, DAY + 72 * HOUR_MS], from: DAY + 23 * HOUR_MS }),
      );
      expect(fine).toBeUndefined();
    });

    test('PKS-R1 pages hold every row of the question once, in order, whatever the class and the size of a page', async () => {
      const roll = dice(12);
      let listed = 0;
      for (let turn = 0; turn < 60; turn += 1) {
        const { boundaries: _boundaries, groupBy: _groupBy, ...query } = randomCells(roll, world.rows);
        const classes = classesOf(query.family);
        const where = classCondition(query.family, classes[roll(classes.length)] ?? 'all', {
          thresholdSeconds: roll(60),
          shortSeconds: roll(20),
        });
        const scope = SCOPES[roll(SCOPES.length)] ?? ACME;
        const question = { ...query, ...(where ? { where } : {}) };
        const rows: FigureSourceRow[] = [];
        const limit = 1 + roll(40);
        let after: RowPosition | null = null;
        do {
          const page: { rows: readonly FigureSourceRow[]; next: RowPosition | null } = await world.under.store.read(scope, (reader) =>
            reader.rows({ ...question, after, limit }),
          );
          expect(page.rows.length).toBeLessThanOrEqual(limit);
          rows.push(...page.rows);
          after = page.next;
        } while (after);
        expect(rows).toEqual(expectedRows(world.rows, scope, question));
        listed += rows.length;
      }
      expect(listed).toBeGreaterThan(200);
    });

    test('PKS-O1 open are the visits that wait, the legs under way or in wrap-up, and the latest state of each login', async () => {
      const since = DAY + 4 * HOUR_MS;
      const open = await world.under.store.read(ACME, (reader) => reader.open(since));
      const mine = world.rows.filter((row) => row.operatorId === 'acme');
      expect(texts(open.visits)).toEqual(texts(mine.filter((row) => row.family === 'visit' && row.outcome === 'waiting')));
      expect(texts(open.legs)).toEqual(
        texts(mine.filter((row) => row.family === 'leg' && (row.endedAt === null || row.inWrapSince !== null))),
      );
      const states = LOGINS.map((login) =>
        mine
          .filter((row) => row.family === 'state')
          .filter((row) => row.login === login && row.at >= since)
          .sort((a, b) => b.at - a.at || byBytes(b.id, a.id))
          .at(0),
      );
      expect(texts(open.states)).toEqual(texts(states.filter((row): row is NonNullable<typeof row> => row !== undefined)));
      expect(Math.min(open.visits.length, open.legs.length, open.states.length)).toBeGreaterThan(0);
    });

    test('PKS-S1 nobody sees rows of another operator or of a clinic he has no grant for', async () => {
      const everything = { from: 0, to: DAY + 90 * 24 * HOUR_MS, endUnknownBefore: {}, after: null, limit: 100_000 };
      for (const scope of SCOPES) {
        for (const family of ['visit', 'contact', 'leg'] as const) {
          const { rows } = await world.under.store.read(scope, (reader) => reader.rows({ ...everything, family }));
          expect(rows).toEqual(select(world.rows, scope, { ...everything, family }));
        }
        const open = await world.under.store.read(scope, (reader) => reader.open(0));
        for (const row of [...open.visits, ...open.legs])
          expect(select([row], scope, { ...everything, family: row.family })).toEqual([row]);
        expect(open.states.filter((row) => row.operatorId !== scope.operatorId)).toEqual([]);
      }
    });

    test('PKS-S2 rows of one call are shown as far as the scope reaches', async () => {
      const calls = new Map<string, Row[]>();
      for (const row of world.rows) calls.set(keyOf(row), [...(calls.get(keyOf(row)) ?? []), row]);
      const several = [...calls].filter(([, rows]) => new Set(rows.map((row) => ('clinicId' in row ? row.clinicId : ''))).size > 1);
      expect(several.length).toBeGreaterThan(0);
      for (const [key, rows] of several.slice(0, 5)) {
        const seen = (scope: typeof ACME): Promise<readonly Row[]> => world.under.store.read(scope, (reader) => reader.entityRows(key));
        expect(texts(await seen(ACME))).toEqual(texts(rows.filter((row) => row.operatorId === 'acme')));
        expect(texts(await seen(HILL))).toEqual(
          texts(rows.filter((row) => row.operatorId === 'acme' && row.family !== 'state' && row.clinicId === 'hill')),
        );
        expect(texts(await seen(OTHER))).toEqual(texts(rows.filter((row) => row.operatorId === 'other')));
      }
    });

    test('PKS-S3 states and sidelined facts of sources are seen by the operator that the directory gives them to', async () => {
      const look = (
        scope: typeof ACME,
      ): Promise<{ sources: readonly SourceState[]; sidelined: readonly { source: string; count: number }[] }> =>
        world.under.store.read(scope, async (reader) => ({ sources: await reader.sources(), sidelined: await reader.sidelined() }));
      const mine = await look(ACME);
      expect(mine.sources.map((state) => state.source)).toEqual(['north']);
      expect([...new Set(mine.sidelined.map((count) => count.source))]).toEqual(['north']);
      expect(mine.sidelined.every(({ count }) => Number.isSafeInteger(count) && count > 0)).toBe(true);
      expect((await look(OTHER)).sources.map((state) => state.source)).toEqual(['south']);
      expect((await look({ operatorId: 'nobody', clinics: 'all' })).sources).toEqual([]);
      const [state] = mine.sources;
      const heard = world.events.filter((event) => event.source === 'north' && event.occurredAt <= event.receivedAt + 120_000);
      expect(state?.watermark).toBe(Math.max(...heard.map((event) => event.occurredAt)));
      expect(state?.lastReceivedAt).toBe(Math.max(...heard.map((event) => event.receivedAt)));
    });

    test('PKS-S4 what was lost of the log is shown to every scope, as offsets', async () => {
      const { under } = world;
      const expected = await under.store.load(9);
      const gap = { partition: 9, fromOffset: 4, toOffset: 12, noticedAt: DAY };
      const poison = { partition: 9, offset: 3, reason: 'undecodable', bytes: new Uint8Array([1]), receivedAt: DAY };
      const first = { ...emptyCommit(expected, 12), gap, poison: [poison] };
      expect(await under.store.commit([first])).toEqual({ refused: [] });
      expect(await under.store.commit([{ ...emptyCommit(first.next, 12), poison: [poison] }])).toEqual({ refused: [] });
      expect(await under.store.read(HILL, (reader) => reader.gaps())).toEqual([gap]);
    });

    test('PKS-A1 everything read through one reader is of one instant', async () => {
      const { under } = await folded(make, 8);
      const owner = new Owner(await under.another());
      const events = callsOf('north', 5, 77);
      const meaning = await meaningOf(under.directory);
      const query: CellsQuery = {
        family: 'visit',
        from: DAY,
        to: DAY + 48 * HOUR_MS,
        boundaries: [DAY, DAY + 48 * HOUR_MS],
        groupBy: [],
        endUnknownBefore: {},
      };
      const look = async (): Promise<readonly string[]> => canonical(await under.store.read(ACME, (reader) => reader.cells(query)));
      const before = await look();
      await under.store.read(ACME, async (reader) => {
        const headers = await reader.headers();
        await owner.fold(events, meaning);
        expect(canonical(await reader.cells(query))).toEqual(before);
        expect(await reader.headers()).toEqual(headers);
      });
      expect(await look()).not.toEqual(before);
      await under.dispose();
    });
  });
}
