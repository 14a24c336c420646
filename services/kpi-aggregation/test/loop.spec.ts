import type { CallEvent } from '@sightline/contracts';
import { PARTITIONS } from '@sightline/contracts';
import { describeWithPostgres, MemoryEventLog } from '@sightline/testing';
import { FoldRun } from '../src/loop/run';
import { callsOf, centre, event, mapping, MONDAY, saying, seeded, SOURCE } from './centre';
import type { House } from './house';
import { foldAll, foldOnce, loopPorts, openHouse, recomputed, RUN, say, stored, Witness } from './house';

const never = new AbortController().signal;

/** The rows in the store are those of the same events folded at once. */
async function expectRecomputed(house: House, events: readonly CallEvent[]): Promise<void> {
  const expected = await recomputed(house, events);
  const found = await stored(house, expected.keys());
  expect(Object.fromEntries([...found].sort())).toEqual(Object.fromEntries([...expected].sort()));
}

function shuffled<T>(values: readonly T[], random: () => number): T[] {
  const copy = [...values];
  for (let index = copy.length - 1; index > 0; index -= 1) {
    const other = Math.floor(random() * (index + 1));
    [copy[index], copy[other]] = [copy[other] as T, copy[index] as T];
  }
  return copy;
}

describeWithPostgres('the fold on PostgreSQL', (superuserUrl) => {
  let house: House;
  beforeEach(async () => {
    house = await openHouse(superuserUrl);
    await say(house, centre());
  });
  afterEach(() => house.close());

  test('LOOP-F1 rows equal those of the same events folded at once in memory, whatever the order, twice and in small batches', async () => {
    const events = callsOf(300, 2);
    const random = seeded(7);
    const disordered = shuffled([...events, ...events.filter(() => random() < 0.2)], random);
    const run = await FoldRun.open(loopPorts(house), { ...RUN, maxRecords: 200 }, new Witness());
    for (let from = 0; from < disordered.length; from += 500) {
      await house.log.append(disordered.slice(from, from + 500));
      await run.step(never);
    }
    await foldAll(house, run);
    await run.close();
    await expectRecomputed(house, disordered);
  });

  test('LOOP-F2 two loops over one database share the partitions and change nothing', async () => {
    const events = callsOf(300, 2, 2);
    const witness = new Witness();
    const runs = [await FoldRun.open(loopPorts(house), RUN, witness), await FoldRun.open(loopPorts(house), RUN, witness)];
    for (let from = 0; from < events.length; from += 400) {
      await house.log.append(events.slice(from, from + 400));
      await Promise.all(runs.map((run) => run.step(never)));
    }
    // The first gives half of its partitions back when it next looks who is there.
    await Promise.all(runs.map((run) => foldAll(house, run)));
    await Promise.all(runs.map((run) => run.close()));
    await expectRecomputed(house, events);
  });

  test('LOOP-F3 a loop that lost its partitions and does not know it is refused, reloads and goes on', async () => {
    const events = callsOf(120, 1, 3);
    const witness = new Witness();
    // Another group owns the same partitions of the log: what a stopped and resumed process believes of itself.
    const asleep = await FoldRun.open(loopPorts(house), { ...RUN, group: 'asleep' }, witness);
    await house.log.append(events.slice(0, 200));
    await foldAll(house, asleep);
    await house.log.append(events.slice(200, 500));
    await foldOnce(house);
    await house.log.append(events.slice(500));
    await foldAll(house, asleep);
    await asleep.close();
    expect(witness.refusals.length).toBeGreaterThan(0);
    await expectRecomputed(house, events);
  });

  test('LOOP-F4 a crash after a commit, before anything else happened, counts nothing twice', async () => {
    const events = callsOf(120, 1, 4);
    await house.log.append(events.slice(0, 300));
    const crashed = await FoldRun.open(loopPorts(house), { ...RUN, group: 'crashed' }, new Witness());
    await foldAll(house, crashed);
    // Never closed while the next one works: its locks and memory are as a dead process leaves them.
    await house.log.append(events.slice(300));
    await foldOnce(house);
    await expectRecomputed(house, events);
    await crashed.close();
  });

  test('LOOP-F5 another log is read from its start, and facts of the old one stay', async () => {
    const first = callsOf(60, 1, 5);
    const second = callsOf(60, 1, 6);
    await house.log.append(first);
    await foldOnce(house);
    const anotherLog = { ...house, log: new MemoryEventLog() };
    await anotherLog.log.append(second);
    await foldOnce(anotherLog);
    await expectRecomputed(house, [...first, ...second]);
  });

  test('LOOP-F6 offsets that the log dropped unread are recorded as a gap', async () => {
    await house.log.append(callsOf(300, 1, 7));
    await house.owner.pipeline.query('DELETE FROM log.record WHERE record_offset < 3');
    await house.owner.pipeline.query('UPDATE log.head SET start_offset = 3');
    const witness = new Witness();
    await foldOnce(house, witness);
    const gaps = await house.store.read({ operatorId: 'op', clinics: 'all' }, (reader) => reader.gaps());
    expect(gaps).toHaveLength(PARTITIONS);
    expect(gaps[0]).toMatchObject({ partition: 0, fromOffset: 0, toOffset: 3 });
    expect(witness.gaps).toHaveLength(PARTITIONS);
  });

  test('LOOP-R1 after a mapping was corrected all rows are as if it had always been so', async () => {
    const events = callsOf(300, 2, 8);
    await house.log.append(events);
    await foldOnce(house, new Witness(), { ...RUN, refoldLimit: 7 });
    await say(house, saying(mapping('north', 'hill'), { ...mapping('lobby', 'bay'), id: 'mapping-lobby' }));
    await foldOnce(house, new Witness(), { ...RUN, refoldLimit: 7 });
    await expectRecomputed(house, events);
  });

  test('LOOP-R2 a mapping that changes at a midnight over which calls wait and talk gives each visit the clinic of its entry', async () => {
    const midnight = MONDAY + 16 * 3_600_000;
    const calls = Array.from({ length: 20 }, (_, index) => acrossMidnight(`m${index}`, midnight - 60_000 + index * 6_000));
    await house.log.append(calls.flat());
    await foldOnce(house);
    const dated = saying(
      { ...mapping('north', 'lake'), validTo: midnight },
      { ...mapping('north', 'bay', { validFrom: midnight }), id: 'north-later' },
    );
    await say(house, dated);
    await foldOnce(house);
    await expectRecomputed(house, calls.flat());
    const count = async (clinicId: string): Promise<number> =>
      (await house.store.read({ operatorId: 'op', clinics: [clinicId] }, (reader) => reader.cells(spanOf('visit', midnight)))).reduce(
        (sum, { cell }) => sum + ('endUnknown' in cell ? cell.answered.n : 0),
        0,
      );
    expect([await count('lake'), await count('bay')]).toEqual([10, 10]);
  });

  test('LOOP-R3 events that arrive while a re-fold runs are folded at the version it aims at', async () => {
    const events = callsOf(300, 2, 9);
    await house.log.append(events.slice(0, 900));
    await foldOnce(house);
    await say(house, saying(mapping('south', 'bay')));
    const run = await FoldRun.open(loopPorts(house), { ...RUN, refoldLimit: 5 }, new Witness());
    for (let from = 900; from < events.length; from += 50) {
      await house.log.append(events.slice(from, from + 50));
      await run.step(never);
    }
    await foldAll(house, run);
    await run.close();
    await expectRecomputed(house, events);
  });

  test('LOOP-R4 narrowing a source to some clinics holds for what is folded from then on', async () => {
    const entry = (id: string): CallEvent => event(MONDAY, { kind: 'queueEntered' }, { call: { source: SOURCE, id }, queue: 'south' });
    const run = await FoldRun.open(loopPorts(house), RUN, new Witness());
    await house.log.append([entry('before')]);
    await foldAll(house, run);
    await house.identity.putSourceKey({
      keyId: 'key',
      source: SOURCE,
      operatorId: 'op',
      keyHash: 'a'.repeat(64),
      grant: { kinds: 'all', maxRank: 0, sources: [], clinics: ['lake'] },
      revoked: false,
    });
    await house.log.append([entry('after')]);
    await foldAll(house, run);
    await run.close();
    const rows = await stored(
      house,
      ['before', 'after'].map((id) => `c\n${SOURCE}\n${id}`),
    );
    expect([...rows.values()].map((list) => list.length)).toEqual([2, 0]);
  });

  test('LOOP-P1 bytes that nobody can read go sealed to the dead letters, and the offset moves on', async () => {
    const events = callsOf(20, 1, 10);
    await house.log.append(events.slice(0, 30));
    const partition = 5;
    await house.owner.intake.query(
      'INSERT INTO log.record (partition, record_offset, received_at, bytes) SELECT partition, next_offset, $2, $3 FROM log.head WHERE partition = $1',
      [partition, MONDAY + 1_000, SPOILED],
    );
    await house.owner.intake.query('UPDATE log.head SET next_offset = next_offset + 1 WHERE partition = $1', [partition]);
    await house.log.append(events.slice(30));
    const witness = new Witness();
    await foldOnce(house, witness);
    expect(witness.commits.reduce((sum, { poison }) => sum + poison, 0)).toBe(1);
    const rows: { partition: number; reason: string; sealed: Buffer }[] = await house.database.pipeline.query('SELECT * FROM kpi.poison');
    expect(rows).toMatchObject([{ partition, reason: 'undecodable' }]);
    expect(rows[0]?.sealed.includes(SPOILED)).toBe(false);
    const opened = await house.vault.open('/poison', rows[0]?.sealed ?? new Uint8Array());
    expect(Buffer.from(opened).equals(SPOILED)).toBe(true);
  });

  test('LOOP-P2 a kind of a later version is kept and makes no row', async () => {
    const call = { source: SOURCE, id: 'new-kind' };
    const events = [
      event(MONDAY, { kind: 'queueEntered' }, { call, queue: 'north' }),
      event(MONDAY + 1_000, { kind: 'unknown', fieldNumber: 900, bytes: new Uint8Array([10, 1, 65]) }, { call, queue: 'north' }),
      event(MONDAY + 9_000, { kind: 'callAbandoned' }, { call, queue: 'north' }),
    ];
    await house.log.append(events);
    await foldOnce(house);
    await expectRecomputed(house, events);
    const [{ count }]: [{ count: number }] = await house.database.pipeline.query('SELECT count(*) AS count FROM kpi.fact');
    expect(count).toBe(3);
  });
});

/** Enters before or after midnight, is answered and talks after it. */
function acrossMidnight(id: string, at: number): CallEvent[] {
  const call = { source: SOURCE, id };
  const members = { call, queue: 'north', login: 'a1' };
  return [
    event(at, { kind: 'queueEntered' }, { call, queue: 'north' }),
    event(at + 70_000, { kind: 'callAnswered' }, members),
    event(at + 190_000, { kind: 'callEnded', by: 'caller' }, members),
  ];
}

function spanOf(family: 'visit', around: number) {
  const from = around - 3_600_000;
  const to = around + 3_600_000;
  return { family, from, to, boundaries: [from, to], groupBy: [], endUnknownBefore: {} } as const;
}

const SPOILED = Buffer.from([0xff, 0xff, 0xff, 0x07, 0x41]);
