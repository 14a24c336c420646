import type { CallEvent } from '@sightline/contracts';
import { BusyError, decodeEventBytes, encodeEvent, logKeyOf, partitionOf, PARTITIONS } from '@sightline/contracts';
import type { EventLog, LogBatch, LogBounds, LogConsumer, LogRecord } from '@sightline/ports';

interface Stored {
  readonly receivedAt: number;
  readonly bytes: Uint8Array;
}

const EVERY = Array.from({ length: PARTITIONS }, (_none, partition) => partition);

let logs = 0;

/** The event log in memory. Encodes and decodes as a real one does, so that what would not survive the wire does not survive here. */
export class MemoryEventLog implements EventLog {
  private readonly id = `memory-${(logs += 1)}`;
  private readonly partitions: readonly Stored[][] = EVERY.map(() => []);
  private readonly groups = new Map<string, MemoryConsumer[]>();
  private readonly waiting = new Set<() => void>();

  /** @param backlogMax records that the slowest group may be behind before appends are refused */
  constructor(private readonly backlogMax = Infinity) {}

  async logId(): Promise<string> {
    return this.id;
  }

  async append(events: readonly CallEvent[]): Promise<void> {
    for (const members of this.groups.values()) {
      const behind = members.reduce((sum, member) => sum + member.behind(), 0);
      if (behind > this.backlogMax) throw new BusyError('backlog', 'processing is too far behind', { retryAfterSeconds: 5 });
    }
    for (const event of events) {
      const key = logKeyOf(event);
      const record = { receivedAt: event.receivedAt, bytes: encodeEvent(event) };
      for (const partition of key === null ? EVERY : [partitionOf(key)]) this.records(partition).push(record);
    }
    for (const wake of [...this.waiting]) wake();
  }

  async bounds(partition: number): Promise<LogBounds> {
    return { startOffset: 0, endOffset: this.records(partition).length };
  }

  async consumer(group: string): Promise<LogConsumer> {
    const members = this.groups.get(group) ?? [];
    this.groups.set(group, members);
    const consumer = new MemoryConsumer(
      (partition) => this.records(partition),
      members,
      (ms, signal) => this.wait(ms, signal),
    );
    members.push(consumer);
    consumer.rebalance();
    return consumer;
  }

  async close(): Promise<void> {}

  private records(partition: number): Stored[] {
    return this.partitions[partition] as Stored[];
  }

  private wait(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        this.waiting.delete(done);
        signal?.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      this.waiting.add(done);
      signal?.addEventListener('abort', done, { once: true });
    });
  }
}

/** A member of a group: takes free partitions up to its fair share and gives back what is beyond it, at every poll. */
class MemoryConsumer implements LogConsumer {
  readonly owned = new Set<number>();
  private readonly positions = new Map<number, number>();

  constructor(
    private readonly records: (partition: number) => readonly Stored[],
    private readonly members: MemoryConsumer[],
    private readonly wait: (ms: number, signal?: AbortSignal) => Promise<void>,
  ) {}

  assigned(): readonly number[] {
    return [...this.owned].sort((a, b) => a - b);
  }

  seek(partition: number, offset: number): void {
    if (this.owned.has(partition)) this.positions.set(partition, offset);
  }

  async poll(maxRecords: number, waitMs: number, signal?: AbortSignal): Promise<readonly LogBatch[]> {
    this.rebalance();
    if (signal?.aborted) return [];
    const batches = this.read(maxRecords);
    if (batches.length > 0 || waitMs <= 0) return batches;
    await this.wait(waitMs, signal);
    return signal?.aborted ? [] : this.read(maxRecords);
  }

  async close(): Promise<void> {
    const index = this.members.indexOf(this);
    if (index >= 0) this.members.splice(index, 1);
    this.owned.clear();
    this.positions.clear();
  }

  rebalance(): void {
    const share = Math.ceil(PARTITIONS / this.members.length);
    for (const partition of this.assigned().slice(share)) {
      this.owned.delete(partition);
      this.positions.delete(partition);
    }
    for (const partition of EVERY) {
      const free = this.members.every((member) => !member.owned.has(partition));
      if (free && this.owned.size < share) this.owned.add(partition);
    }
  }

  behind(): number {
    let sum = 0;
    for (const [partition, position] of this.positions) sum += this.records(partition).length - position;
    return sum;
  }

  private read(maxRecords: number): readonly LogBatch[] {
    const behind = [...this.positions]
      .filter(([partition, position]) => position < this.records(partition).length)
      .sort(([a], [b]) => a - b);
    const each = Math.max(1, Math.floor(maxRecords / behind.length));
    return behind.slice(0, maxRecords).map(([partition, position]) => {
      const stored = this.records(partition);
      const records = stored.slice(position, position + each).map((record, index) => recordOf(partition, position + index, record));
      this.positions.set(partition, position + records.length);
      return { partition, records, endOffset: stored.length };
    });
  }
}

function recordOf(partition: number, offset: number, { receivedAt, bytes }: Stored): LogRecord {
  let event: CallEvent | null = null;
  try {
    event = decodeEventBytes(bytes);
  } catch {
    // Poison: the reader puts it into dead letters.
  }
  return { partition, offset, receivedAt, event, bytes };
}
