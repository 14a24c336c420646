import { randomUUID } from 'node:crypto';
import type { CallEvent } from '@sightline/contracts';
import { decodeEventBytes, PARTITIONS } from '@sightline/contracts';
import type { LogBatch, LogConsumer, LogRecord } from '@sightline/ports';
import type { QueryRunner } from 'typeorm';
import type { Database } from '../connection/database';
import type { Wakeup } from '../connection/listen';

const REBALANCE_MS = 1_000;
const MEMBER_ALIVE = `interval '5 seconds'`;

interface Locking {
  on(event: 'error' | 'end', listener: () => void): void;
}

/**
 * A member of a group. It owns a partition while its connection holds the partition's advisory lock; when the connection is lost so are the
 * locks, and it owns nothing until it has them again. Members share the partitions by count.
 */
export class PostgresConsumer implements LogConsumer {
  private readonly member = randomUUID();
  private readonly owned = new Set<number>();
  private readonly positions = new Map<number, number>();
  private locks: QueryRunner | null = null;
  private balancedAt = 0;
  private woken = false;
  private wake: (() => void) | null = null;
  private readonly unsubscribe: () => void;

  private constructor(
    private readonly database: Database,
    private readonly group: string,
    appended: Wakeup,
  ) {
    this.unsubscribe = appended.on(() => {
      this.woken = true;
      this.wake?.();
    });
  }

  static async open(database: Database, group: string, appended: Wakeup): Promise<PostgresConsumer> {
    await appended.open();
    // Members that ended without a word are counted no more after seconds; after a day nobody needs to know that they were there.
    await database.pipeline.query(`DELETE FROM log.member WHERE seen_at < clock_timestamp() - interval '1 day'`);
    const consumer = new PostgresConsumer(database, group, appended);
    await consumer.rebalance();
    return consumer;
  }

  assigned(): readonly number[] {
    return [...this.owned].sort((a, b) => a - b);
  }

  seek(partition: number, offset: number): void {
    if (this.owned.has(partition)) this.positions.set(partition, offset);
  }

  async poll(maxRecords: number, waitMs: number, signal?: AbortSignal): Promise<readonly LogBatch[]> {
    if (Date.now() - this.balancedAt >= REBALANCE_MS) await this.rebalance();
    this.woken = false;
    const batches = await this.read(maxRecords, signal);
    if (batches.length > 0 || waitMs <= 0 || signal?.aborted) return batches;
    await this.wait(Math.min(waitMs, REBALANCE_MS), signal);
    return this.read(maxRecords, signal);
  }

  private wait(ms: number, signal?: AbortSignal): Promise<void> {
    if (this.woken) return Promise.resolve();
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', done);
        this.wake = null;
        resolve();
      };
      const timer = setTimeout(done, ms);
      signal?.addEventListener('abort', done, { once: true });
      this.wake = done;
    });
  }

  private async read(maxRecords: number, signal?: AbortSignal): Promise<readonly LogBatch[]> {
    if (this.positions.size === 0 || signal?.aborted) return [];
    const heads: { partition: number; next_offset: number }[] = await this.database.pipeline.query(
      'SELECT partition, next_offset FROM log.head ORDER BY partition',
    );
    const behind = heads
      .filter((head) => {
        const position = this.positions.get(head.partition);
        return position !== undefined && position < head.next_offset;
      })
      .slice(0, maxRecords);
    if (behind.length === 0) return [];
    const partitions = behind.map((head) => head.partition);
    const rows: { partition: number; record_offset: number; received_at: number; bytes: Buffer }[] = await this.database.pipeline.query(
      `SELECT r.* FROM unnest($1::int[], $2::bigint[]) AS w(partition, position)
       CROSS JOIN LATERAL (
         SELECT partition, record_offset, received_at, bytes FROM log.record
         WHERE partition = w.partition AND record_offset >= w.position ORDER BY record_offset LIMIT $3
       ) r`,
      [partitions, partitions.map((partition) => this.positions.get(partition)), Math.max(1, Math.floor(maxRecords / behind.length))],
    );
    // Aborted meanwhile: the positions have not moved, so nothing is lost.
    if (signal?.aborted) return [];
    const records = new Map<number, LogRecord[]>();
    for (const row of rows) {
      const record = {
        partition: row.partition,
        offset: row.record_offset,
        receivedAt: row.received_at,
        event: eventOrNull(row.bytes),
        bytes: row.bytes,
      };
      const list = records.get(row.partition);
      if (list) list.push(record);
      else records.set(row.partition, [record]);
    }
    return behind.flatMap((head) => {
      const list = records.get(head.partition);
      if (!list) return [];
      list.sort((a, b) => a.offset - b.offset);
      this.positions.set(head.partition, (list.at(-1) as LogRecord).offset + 1);
      return [{ partition: head.partition, records: list, endOffset: head.next_offset }];
    });
  }

  /** Takes free partitions up to the fair share, gives back what is beyond it, and notes progress for the backlog limit and for display. */
  private async rebalance(): Promise<void> {
    this.balancedAt = Date.now();
    try {
      const locks = await this.lockConnection();
      await locks.query(
        `INSERT INTO log.member VALUES ($1, $2, clock_timestamp()) ON CONFLICT (consumer_group, member) DO UPDATE SET seen_at = excluded.seen_at`,
        [this.group, this.member],
      );
      const [row]: { count: number }[] = await locks.query(
        `SELECT count(*) AS count FROM log.member WHERE consumer_group = $1 AND seen_at > clock_timestamp() - ${MEMBER_ALIVE}`,
        [this.group],
      );
      const share = Math.ceil(PARTITIONS / Math.max(1, row?.count ?? 1));
      for (const partition of this.assigned().slice(share)) {
        await locks.query('SELECT pg_advisory_unlock(hashtext($1), $2)', [this.group, partition]);
        this.forget(partition);
      }
      for (let partition = 0; partition < PARTITIONS && this.owned.size < share; partition += 1) {
        if (this.owned.has(partition)) continue;
        const [taken]: { ok: boolean }[] = await locks.query('SELECT pg_try_advisory_lock(hashtext($1), $2) AS ok', [
          this.group,
          partition,
        ]);
        if (taken?.ok) this.owned.add(partition);
      }
      await this.noteProgress();
    } catch (error) {
      this.lose();
      throw error;
    }
  }

  private async noteProgress(): Promise<void> {
    if (this.positions.size === 0) return;
    await this.database.pipeline.query(
      `INSERT INTO log.progress SELECT $1, * FROM unnest($2::int[], $3::bigint[])
       ON CONFLICT (consumer_group, partition) DO UPDATE SET next_offset = excluded.next_offset`,
      [this.group, [...this.positions.keys()], [...this.positions.values()]],
    );
  }

  private async lockConnection(): Promise<QueryRunner> {
    if (this.locks) return this.locks;
    const runner = this.database.pipeline.createQueryRunner();
    const client = (await runner.connect()) as Locking;
    const lost = (): void => {
      if (this.locks === runner) this.lose();
    };
    client.on('error', lost);
    client.on('end', lost);
    this.locks = runner;
    return runner;
  }

  private forget(partition: number): void {
    this.owned.delete(partition);
    this.positions.delete(partition);
  }

  private lose(): void {
    const runner = this.locks;
    this.locks = null;
    this.owned.clear();
    this.positions.clear();
    void runner?.release().catch(() => {});
  }

  async close(): Promise<void> {
    this.unsubscribe();
    this.wake?.();
    const runner = this.locks;
    if (!runner) return;
    this.locks = null;
    try {
      await this.noteProgress();
      await runner.query('SELECT pg_advisory_unlock_all()');
      await runner.query('DELETE FROM log.member WHERE consumer_group = $1 AND member = $2', [this.group, this.member]);
    } finally {
      this.owned.clear();
      this.positions.clear();
      await runner.release();
    }
  }
}

function eventOrNull(bytes: Uint8Array): CallEvent | null {
  try {
    return decodeEventBytes(bytes);
  } catch {
    return null;
  }
}
