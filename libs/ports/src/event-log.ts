import type { CallEvent } from '@sightline/contracts';

/** One record as read back. `event` is null when the bytes cannot be decoded: poison, to be put into dead letters and passed over. */
export interface LogRecord {
  readonly partition: number;
  readonly offset: number;
  readonly receivedAt: number;
  readonly event: CallEvent | null;
  readonly bytes: Uint8Array;
}

export interface LogBatch {
  readonly partition: number;
  /** In offset order, gapless within the batch unless the log's start moved. */
  readonly records: readonly LogRecord[];
  /** Offset the next record of the partition will get, as known when read: lag = endOffset − nextOffset. */
  readonly endOffset: number;
}

export interface LogBounds {
  /** First offset still held. */
  readonly startOffset: number;
  readonly endOffset: number;
}

/**
 * A group of consumers shares the partitions; each is owned by one member at a time, but a stopped and resumed process may believe it
 * still owns one: who commits decides by the header of the store, not by ownership here.
 */
export interface LogConsumer {
  /** Partitions owned now. Changes between polls only. */
  assigned(): readonly number[];
  /** Where to read on in a partition. Must be called for a newly assigned partition before it yields records. */
  seek(partition: number, offset: number): void;
  /**
   * Records from the positions on, at most `maxRecords` over all partitions, fairly shared. Waits up to `waitMs` for the first one and
   * wakes up at an append; an empty array when there is none or the signal aborts. Partitions that are assigned but were not sought yield nothing.
   */
  poll(maxRecords: number, waitMs: number, signal?: AbortSignal): Promise<readonly LogBatch[]>;
  close(): Promise<void>;
}

/** The one log of call events: {@link PARTITIONS} partitions, order kept within each. */
export interface EventLog {
  /** Identity of this log; another id means its offsets say nothing about the old one's. */
  logId(): Promise<string>;
  /**
   * Resolves only after every event is durable. Source events go to every partition. Events of one call keep the order given.
   * Rejects with a retriable BusyError when the backlog limit is reached; then nothing or part may have been written, and sending all
   * again is harmless.
   */
  append(events: readonly CallEvent[]): Promise<void>;
  bounds(partition: number): Promise<LogBounds>;
  consumer(group: string): Promise<LogConsumer>;
  close(): Promise<void>;
}
