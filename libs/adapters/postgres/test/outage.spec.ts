import type { CallEvent } from '@sightline/contracts';
import { BusyError, partitionOf } from '@sightline/contracts';
import type { OwnPostgres } from '@sightline/testing';
import { describeWithPostgres, startOwnPostgres, TEST_PASSWORDS } from '@sightline/testing';
import type { Database } from '../src';
import { createEventLog, createKpiStore, openDatabase, prepareDatabase } from '../src';

const DEADLINE_MS = 30_000;
const AT = Date.UTC(2026, 2, 2, 9);
const PARTITION = partitionOf('c\nnorth\na');

function said(number: number): CallEvent {
  return {
    source: 'north',
    eventId: `a-${number}`,
    revision: 1,
    tombstone: false,
    rank: 0,
    sequence: number,
    occurredAt: AT + number,
    receivedAt: AT + number,
    schema: 1,
    call: { source: 'north', id: 'a' },
    queue: '4011',
    fact: { kind: 'queueEntered' },
  };
}

/** Tries again, as a client told to does, until it succeeds; every refusal is handed to `refused`. */
async function insist<T>(attempt: () => Promise<T>, refused: (error: unknown) => void = () => {}): Promise<T> {
  const deadline = Date.now() + DEADLINE_MS;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      refused(error);
      if (Date.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

describeWithPostgres('a PostgreSQL that is killed and comes back', () => {
  let server: OwnPostgres;
  let database: Database;
  beforeAll(async () => {
    server = await startOwnPostgres();
    database = await openDatabase((await prepareDatabase(server.url, TEST_PASSWORDS, 'sightline_outage')).urls);
  }, DEADLINE_MS);
  afterAll(async () => {
    await database.close();
    await server.stop();
  }, DEADLINE_MS);

  test('log, consumer, store and wake-ups go on by themselves; what was acknowledged is there, in order and once', async () => {
    const log = createEventLog(database);
    const store = createKpiStore(database);
    const consumer = await log.consumer('fold');
    let woken = 0;
    store.onCommit(() => (woken += 1));
    const read: string[] = [];
    let next = 0;
    /** One turn of whoever reads: takes over what it owns where it stopped, and reads on. */
    const poll = async (): Promise<void> => {
      if (consumer.assigned().includes(PARTITION)) consumer.seek(PARTITION, next);
      for (const batch of await consumer.poll(100, 200)) {
        for (const record of batch.records) {
          expect(record.offset).toBe(next);
          next += 1;
          read.push(record.event?.eventId ?? '');
        }
      }
    };
    const readUntil = (count: number): Promise<void> =>
      insist(async () => {
        await poll();
        if (read.length < count) throw new Error(`read ${read.length} of ${count}`);
      });
    let header = await store.load(PARTITION);
    const commit = async (): Promise<void> => {
      const following = { ...header, nextOffset: next, commitNo: header.commitNo + 1 };
      const { refused } = await store.commit([{ expected: header, next: following, changes: [], sources: [], poison: [], gap: null }]);
      if (refused.length > 0) header = await store.load(PARTITION);
      else header = following;
    };

    await log.append([said(0), said(1)]);
    await readUntil(2);
    await insist(async () => {
      await commit();
      if (woken === 0) throw new Error('not yet woken');
    });

    for (let outage = 1; outage <= 2; outage += 1) {
      const [before, wokenBefore] = [read.length, woken];
      await server.kill();
      const refusals: unknown[] = [];
      const appended = insist(
        () => log.append([said(before)]),
        (error) => refusals.push(error),
      );
      await insist(async () => {
        if (refusals.length === 0) throw new Error('not yet refused');
      });
      await insist(async () => {
        if (consumer.assigned().length > 0) throw new Error('locks that are lost are still believed in');
      });
      await expect(store.commit([{ expected: header, next: header, changes: [], sources: [], poison: [], gap: null }])).rejects.toThrow(
        BusyError,
      );
      await server.startAgain();
      await appended;
      for (const refusal of refusals) expect(refusal).toBeInstanceOf(BusyError);
      await readUntil(before + 1);
      expect(consumer.assigned()).toHaveLength(32);
      // Acknowledged commits may be lost with the server, never part of one: then the owner is refused and reads on from what stands.
      await insist(async () => {
        await commit();
        if (woken === wokenBefore) throw new Error('not yet woken');
      });
      expect(
        (await store.read({ operatorId: 'acme', clinics: 'all' }, (reader) => reader.headers())).map(({ partition }) => partition),
      ).toEqual([PARTITION]);
    }
    expect(new Set(read)).toEqual(new Set(read.map((_event, index) => `a-${index}`)));
    await consumer.close();
    await log.close();
    await store.close();
  }, 120_000);
});
