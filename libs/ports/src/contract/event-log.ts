import { crc32 } from 'node:zlib';
import type { CallEvent } from '@sightline/contracts';
import { BusyError, decodeEventBytes, PARTITIONS } from '@sightline/contracts';
import type { EventLog, LogConsumer, LogRecord } from '../event-log';
import { eventually, TEST_MS } from './eventually';

/** A log of its own, and a way to a second one over the same records, as another process would have it. */
export interface LogUnderTest {
  readonly log: EventLog;
  another(): Promise<EventLog>;
  dispose(): Promise<void>;
}

export type MakeLog = (options: { readonly backlogMax?: number }) => Promise<LogUnderTest>;

const AT = Date.UTC(2026, 2, 2, 9);
const EVERY = Array.from({ length: PARTITIONS }, (_none, partition) => partition);

function said(call: string, number: number): CallEvent {
  return {
    source: 'north',
    eventId: `${call}-${number}`,
    revision: 1,
    tombstone: false,
    rank: 0,
    sequence: number,
    occurredAt: AT + number,
    receivedAt: AT + number + 5,
    schema: 1,
    call: { source: 'north', id: call },
    queue: '4012',
    fact: { kind: 'queueEntered' },
  };
}

function heartbeat(number: number): CallEvent {
  const { call: _call, queue: _queue, ...event } = said('heartbeat', number);
  return { ...event, fact: { kind: 'sourceHeartbeat' } };
}

function partitionOfCall(call: string): number {
  return crc32(`c\nnorth\n${call}`) % 32;
}

/** All records of the log from its start, by partition. */
async function contents(log: EventLog, group: string): Promise<Map<number, LogRecord[]>> {
  const consumer = await log.consumer(group);
  try {
    for (const partition of consumer.assigned()) consumer.seek(partition, 0);
    const found = new Map<number, LogRecord[]>();
    for (;;) {
      const batches = await consumer.poll(1_000, 0);
      if (batches.length === 0) return found;
      for (const { partition, records } of batches) found.set(partition, [...(found.get(partition) ?? []), ...records]);
    }
  } finally {
    await consumer.close();
  }
}

const idsOf = (records: readonly LogRecord[] | undefined): (string | undefined)[] => (records ?? []).map((record) => record.event?.eventId);

/** Polls, which is when a consumer takes and gives, until it owns so many. */
function owns(consumer: LogConsumer, count: number): Promise<unknown> {
  return eventually(`${count} partitions`, async () => {
    await consumer.poll(1, 0);
    return consumer.assigned().length === count;
  });
}

/** What every log of call events keeps. */
export function eventLogContract(name: string, make: MakeLog): void {
  jest.setTimeout(TEST_MS);
  describe(`the event log on ${name}`, () => {
    let under: LogUnderTest;
    beforeEach(async () => (under = await make({})));
    afterEach(() => under.dispose());

    test('PLG-I1 a log keeps its identity, and another log has another', async () => {
      const id = await under.log.logId();
      expect(await (await under.another()).logId()).toBe(id);
      const other = await make({});
      expect(await other.log.logId()).not.toBe(id);
      await other.dispose();
    });

    test('PLG-D1 what append has answered for is there for everybody', async () => {
      await under.log.append([said('a', 1), said('a', 2)]);
      const found = await contents(await under.another(), 'reader');
      expect(idsOf(found.get(partitionOfCall('a')))).toEqual(['a-1', 'a-2']);
    });

    test('PLG-D2 records come back as they were appended, with their receipt', async () => {
      const event = { ...said('a', 7), attributes: { tag: 'x', callerId: 'token' }, reportedWaitMs: 12 };
      await under.log.append([event]);
      const record = (await contents(under.log, 'reader')).get(partitionOfCall('a'))?.[0];
      expect(record?.event).toEqual(event);
      expect(record?.receivedAt).toBe(event.receivedAt);
      expect(decodeEventBytes(record?.bytes as Uint8Array)).toEqual(event);
    });

    test('PLG-P1 the partition is crc32 of the key modulo 32; a login has one for all its days', async () => {
      const calls = Array.from({ length: 200 }, (_none, index) => `call ${index}`);
      const { call: _call, queue: _queue, ...base } = said('x', 1);
      const days = [0, 1, 2].map((day) => ({
        ...base,
        eventId: `day ${day}`,
        login: 'anna',
        occurredAt: AT + day * 86_400_000,
        fact: { kind: 'agentSignedIn' } as const,
      }));
      await under.log.append([...calls.map((call) => said(call, 1)), ...days]);
      const found = await contents(under.log, 'reader');
      for (const call of calls) expect(idsOf(found.get(partitionOfCall(call)))).toContain(`${call}-1`);
      expect(idsOf(found.get(crc32('l\nnorth\nanna') % 32))).toEqual(expect.arrayContaining(['day 0', 'day 1', 'day 2']));
      expect([...found.values()].flat()).toHaveLength(203);
    });

    test('PLG-P2 an event of the source itself goes to every partition', async () => {
      await under.log.append([heartbeat(1)]);
      const found = await contents(under.log, 'reader');
      for (const partition of EVERY) expect(idsOf(found.get(partition))).toEqual(['heartbeat-1']);
    });

    test('PLG-O1 events of one call keep the order they were given in, over many appends', async () => {
      await Promise.all([1, 2, 3, 4, 5].map((part) => under.log.append([said('a', part * 10), said('b', part), said('a', part * 10 + 1)])));
      const found = await contents(under.log, 'reader');
      expect(idsOf(found.get(partitionOfCall('a'))?.filter(({ event }) => event?.call?.id === 'a'))).toEqual(
        [1, 2, 3, 4, 5].flatMap((part) => [`a-${part * 10}`, `a-${part * 10 + 1}`]),
      );
    });

    test('PLG-O2 offsets are gapless from 0, whoever appends at once', async () => {
      const logs = [under.log, await under.another(), await under.another()];
      await Promise.all(
        logs.flatMap((log, writer) =>
          Array.from({ length: 12 }, (_none, turn) =>
            log.append(Array.from({ length: 40 }, (_more, index) => said(`w${writer} t${turn} c${index}`, index))),
          ),
        ),
      );
      const found = await contents(under.log, 'reader');
      const records = [...found.values()].flat();
      expect(records).toHaveLength(3 * 12 * 40);
      expect(new Set(records.map((record) => record.event?.eventId)).size).toBe(3 * 12 * 40);
      for (const [partition, list] of found) {
        expect(list.map((record) => record.offset)).toEqual(list.map((_record, index) => index));
        expect(await under.log.bounds(partition)).toEqual({ startOffset: 0, endOffset: list.length });
      }
    });

    test('PLG-X1 bytes that are no event come without one, and the rest goes on', async () => {
      await under.log.append([said('a', 1), { ...said('a', 2), source: '' }, said('a', 3)]);
      const records = (await contents(under.log, 'reader')).get(partitionOfCall('a')) ?? [];
      expect(records.map((record) => record.event?.eventId ?? null)).toEqual(['a-1', null, 'a-3']);
      expect(records[1]?.bytes.length).toBeGreaterThan(0);
      expect(records[1]?.receivedAt).toBe(said('a', 2).receivedAt);
    });
  });

  describe(`consumers of the event log on ${name}`, () => {
    let under: LogUnderTest;
    beforeEach(async () => (under = await make({})));
    afterEach(() => under.dispose());

    test('PLG-C1 a member alone owns all; a second one shares, no partition having two owners; who leaves hands over', async () => {
      const first = await under.log.consumer('fold');
      expect(first.assigned()).toEqual(EVERY);
      const second = await (await under.another()).consumer('fold');
      await eventually('a fair share', async () => {
        await Promise.all([first.poll(1, 0), second.poll(1, 0)]);
        return first.assigned().length === 16 && second.assigned().length === 16;
      });
      expect([...first.assigned(), ...second.assigned()].sort((a, b) => a - b)).toEqual(EVERY);
      await first.close();
      await owns(second, PARTITIONS);
      await second.close();
    });

    test('PLG-C2 groups know nothing of each other', async () => {
      const fold = await under.log.consumer('fold');
      const other = await under.log.consumer('other');
      expect([fold.assigned(), other.assigned()]).toEqual([EVERY, EVERY]);
      await Promise.all([fold.close(), other.close()]);
    });

    test('PLG-C3 what is taken over yields nothing before it is sought', async () => {
      await under.log.append([heartbeat(1)]);
      const consumer = await under.log.consumer('fold');
      expect(await consumer.poll(100, 0)).toEqual([]);
      consumer.seek(3, 0);
      expect((await consumer.poll(100, 0)).map((batch) => batch.partition)).toEqual([3]);
      await consumer.close();
    });

    test('PLG-S1 seek reads from an offset on, again if need be, and past the end what comes', async () => {
      await under.log.append([said('a', 1), said('a', 2), said('a', 3)]);
      const partition = partitionOfCall('a');
      const consumer = await under.log.consumer('fold');
      const offsets = async (): Promise<number[]> =>
        (await consumer.poll(100, 0)).flatMap((batch) => batch.records.map((record) => record.offset));
      consumer.seek(partition, 1);
      expect(await offsets()).toEqual([1, 2]);
      expect(await offsets()).toEqual([]);
      consumer.seek(partition, 0);
      expect(await offsets()).toEqual([0, 1, 2]);
      await under.log.append([said('a', 4)]);
      expect(await offsets()).toEqual([3]);
      await consumer.close();
    });

    test('PLG-S2 a poll yields at most what was asked for, shared over the partitions, each record once; the end tells the lag', async () => {
      await under.log.append(Array.from({ length: 10 }, (_none, index) => heartbeat(index)));
      const consumer = await under.log.consumer('fold');
      for (const partition of [4, 5]) consumer.seek(partition, 0);
      const first = await consumer.poll(6, 0);
      expect(first.map(({ partition, records, endOffset }) => [partition, records.map((record) => record.offset), endOffset])).toEqual([
        [4, [0, 1, 2], 10],
        [5, [0, 1, 2], 10],
      ]);
      const rest: number[] = [];
      for (;;) {
        const batches = await consumer.poll(6, 0);
        if (batches.length === 0) break;
        expect(batches.flatMap((batch) => batch.records).length).toBeLessThanOrEqual(6);
        rest.push(...batches.flatMap((batch) => batch.records.map((record) => record.offset)));
      }
      expect(rest.sort((a, b) => a - b)).toEqual([3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9]);
      await consumer.close();
    });

    test('PLG-W1 a waiting poll returns what is appended meanwhile, by whomever', async () => {
      const consumer = await under.log.consumer('fold');
      consumer.seek(partitionOfCall('a'), 0);
      const elsewhere = await under.another();
      const waiting = consumer.poll(10, 900);
      await elsewhere.append([said('a', 1)]);
      expect((await waiting).flatMap((batch) => idsOf(batch.records))).toEqual(['a-1']);
      await consumer.close();
    });

    test('PLG-W2 an aborted poll returns nothing and takes nothing: the next one has it', async () => {
      const consumer = await under.log.consumer('fold');
      consumer.seek(partitionOfCall('a'), 0);
      const abort = new AbortController();
      const waiting = consumer.poll(10, 900, abort.signal);
      abort.abort();
      await under.log.append([said('a', 1)]);
      expect(await waiting).toEqual([]);
      expect((await consumer.poll(10, 0)).flatMap((batch) => idsOf(batch.records))).toEqual(['a-1']);
      await consumer.close();
    });
  });

  test(`PLG-B1 the event log on ${name} refuses appends, retriably, while a group is too far behind, and takes them again afterwards`, async () => {
    const { log, dispose } = await make({ backlogMax: 20 });
    const consumer = await log.consumer('fold');
    consumer.seek(partitionOfCall('a'), 0);
    const fill = Array.from({ length: 30 }, (_none, index) => said('a', index));
    const refusal = await eventually('a refusal', async () => {
      await consumer.poll(1, 0);
      return log.append(fill).then(
        () => null,
        (error: unknown) => error,
      );
    });
    expect(refusal).toBeInstanceOf(BusyError);
    expect((refusal as BusyError).retriable).toBe(true);
    expect((refusal as BusyError).retryAfterSeconds).toBeGreaterThan(0);
    await eventually('acceptance', async () => {
      await consumer.poll(1_000, 0);
      return log.append([said('a', 99)]).then(
        () => true,
        () => false,
      );
    });
    await consumer.close();
    await dispose();
  });
}
