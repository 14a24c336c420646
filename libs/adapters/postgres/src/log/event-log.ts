import type { CallEvent } from '@sightline/contracts';
import { BusyError, encodeEvent, logKeyOf, partitionOf, PARTITIONS, SightlineError } from '@sightline/contracts';
import type { EventLog, LogBounds, LogConsumer } from '@sightline/ports';
import type { EntityManager } from 'typeorm';
import type { Database } from '../connection/database';
import { Wakeup } from '../connection/listen';
import { PostgresConsumer } from './consumer';

export interface EventLogOptions {
  /** Records that the slowest consumer may be behind before appends are refused. */
  readonly backlogMax?: number;
}

const BACKLOG_MAX = 2_000_000;
const RECORDS_PER_TRANSACTION = 20_000;
const DAY_MS = 86_400_000;

interface Pending {
  readonly events: readonly CallEvent[];
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * The log on PostgreSQL. Offsets are handed out under the lock of the partition's head row in the appending transaction: gapless and in
 * commit order, which a sequence would not be. Appends that arrive while a transaction runs share the next one.
 */
class PostgresEventLog implements EventLog {
  private queue: Pending[] = [];
  private flushing: Promise<void> | null = null;
  private ensuredDay = -1;
  private backlogCheckedAt = 0;
  private backlog = 0;
  private readonly appended: Wakeup;

  constructor(
    private readonly database: Database,
    private readonly backlogMax: number,
  ) {
    this.appended = new Wakeup(database.pipeline, 'log_appended');
  }

  async logId(): Promise<string> {
    const rows: { log_id: string }[] = await this.database.pipeline.query('SELECT log_id FROM log.identity');
    const [row] = rows;
    if (!row) throw new SightlineError('log-without-identity', 'the log has no identity: the database was not migrated');
    return row.log_id;
  }

  async append(events: readonly CallEvent[]): Promise<void> {
    if (events.length === 0) return;
    // Into the queue at once: whoever appends first is first, whatever is asked before it is written.
    await new Promise<void>((resolve, reject) => {
      this.queue.push({ events, resolve, reject });
      this.flushing ??= this.flush().finally(() => (this.flushing = null));
    });
  }

  private async refuseWhenBehind(): Promise<void> {
    if (Date.now() - this.backlogCheckedAt > 1_000) {
      this.backlogCheckedAt = Date.now();
      const [row]: { behind: number | null }[] = await this.database.intake.query(`
        SELECT max(behind) AS behind FROM (
          SELECT sum(h.next_offset - p.next_offset) AS behind FROM log.progress p JOIN log.head h USING (partition) GROUP BY p.consumer_group
        ) AS groups`);
      this.backlog = row?.behind ?? 0;
    }
    if (this.backlog > this.backlogMax)
      throw new BusyError('backlog', 'processing is too far behind; send the whole batch again later', { retryAfterSeconds: 5 });
  }

  private async flush(): Promise<void> {
    while (this.queue.length > 0) {
      const batch: Pending[] = [];
      let size = 0;
      while (this.queue.length > 0 && (batch.length === 0 || size + (this.queue[0] as Pending).events.length <= RECORDS_PER_TRANSACTION)) {
        const next = this.queue.shift() as Pending;
        batch.push(next);
        size += next.events.length;
      }
      try {
        await this.refuseWhenBehind();
        await this.write(batch.flatMap((pending) => pending.events));
        for (const pending of batch) pending.resolve();
      } catch (error) {
        for (const pending of batch) pending.reject(error);
      }
    }
  }

  private async write(events: readonly CallEvent[]): Promise<void> {
    const byPartition = new Map<number, { receivedAt: number; bytes: Uint8Array }[]>();
    const put = (partition: number, event: CallEvent, bytes: Uint8Array): void => {
      const list = byPartition.get(partition);
      const record = { receivedAt: event.receivedAt, bytes };
      if (list) list.push(record);
      else byPartition.set(partition, [record]);
    };
    for (const event of events) {
      const bytes = encodeEvent(event);
      const key = logKeyOf(event);
      if (key !== null) put(partitionOf(key), event, bytes);
      else for (let partition = 0; partition < PARTITIONS; partition += 1) put(partition, event, bytes);
    }
    await this.ensureDays(events);
    await this.database.intake.transaction((manager) => this.insert(manager, byPartition));
  }

  private async ensureDays(events: readonly CallEvent[]): Promise<void> {
    const days = new Set(events.map((event) => Math.floor(event.receivedAt / DAY_MS)));
    days.delete(this.ensuredDay);
    for (const day of days) {
      await this.database.intake.query('SELECT log.ensure_day($1::bigint)', [day * DAY_MS]);
      this.ensuredDay = day;
    }
  }

  private async insert(
    manager: EntityManager,
    byPartition: ReadonlyMap<number, readonly { receivedAt: number; bytes: Uint8Array }[]>,
  ): Promise<void> {
    const partitions = [...byPartition.keys()].sort((a, b) => a - b);
    // Ascending order, so that two appenders never wait for each other in a circle.
    const heads: { partition: number; next_offset: number }[] = await manager.query(
      'SELECT partition, next_offset FROM log.head WHERE partition = ANY($1::int[]) ORDER BY partition FOR UPDATE',
      [partitions],
    );
    const columns: { partition: number[]; offset: number[]; receivedAt: number[]; bytes: Buffer[] } = {
      partition: [],
      offset: [],
      receivedAt: [],
      bytes: [],
    };
    for (const head of heads) {
      (byPartition.get(head.partition) ?? []).forEach((record, index) => {
        columns.partition.push(head.partition);
        columns.offset.push(head.next_offset + index);
        columns.receivedAt.push(record.receivedAt);
        columns.bytes.push(Buffer.from(record.bytes.buffer, record.bytes.byteOffset, record.bytes.byteLength));
      });
    }
    await manager.query('INSERT INTO log.record SELECT * FROM unnest($1::int[], $2::bigint[], $3::bigint[], $4::bytea[])', [
      columns.partition,
      columns.offset,
      columns.receivedAt,
      columns.bytes,
    ]);
    await manager.query(
      'UPDATE log.head h SET next_offset = h.next_offset + n.count FROM unnest($1::int[], $2::bigint[]) AS n(partition, count) WHERE h.partition = n.partition',
      [partitions, partitions.map((partition) => byPartition.get(partition)?.length ?? 0)],
    );
    await manager.query(`NOTIFY log_appended`);
  }

  async bounds(partition: number): Promise<LogBounds> {
    const rows: { start_offset: number; next_offset: number }[] = await this.database.pipeline.query(
      'SELECT start_offset, next_offset FROM log.head WHERE partition = $1',
      [partition],
    );
    return { startOffset: rows[0]?.start_offset ?? 0, endOffset: rows[0]?.next_offset ?? 0 };
  }

  async consumer(group: string): Promise<LogConsumer> {
    return PostgresConsumer.open(this.database, group, this.appended);
  }

  async close(): Promise<void> {
    await this.flushing;
    await this.appended.close();
  }
}

export function createEventLog(database: Database, options: EventLogOptions = {}): EventLog {
  return new PostgresEventLog(database, options.backlogMax ?? BACKLOG_MAX);
}
