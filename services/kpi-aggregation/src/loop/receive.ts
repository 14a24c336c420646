import type { CallEvent } from '@sightline/contracts';
import { entityKey, entityOf, isSourceEvent } from '@sightline/contracts';
import type { LogBatch, LogConsumer, LogGap, LogRecord, PoisonRecord } from '@sightline/ports';
import { SightlineError } from '@sightline/contracts';
import type { OwnedPartition } from './partition';

/** What one partition's part of a batch holds, sorted by what it speaks about. */
export interface Received {
  /** Every event in the order of the log: they move watermarks. */
  readonly events: readonly CallEvent[];
  readonly byEntity: ReadonlyMap<string, readonly CallEvent[]>;
  readonly poison: readonly PoisonRecord[];
  readonly gap: LogGap | null;
  /** Offset after the last record. */
  readonly nextOffset: number;
  /** End of the partition as known when read. */
  readonly endOffset: number;
}

/** Reads on in the partitions that are owned. A partition for which nothing new came is not in the result. */
export async function receive(
  consumer: LogConsumer,
  owned: ReadonlyMap<number, OwnedPartition>,
  bounds: { readonly maxRecords: number; readonly waitMs: number; readonly nowMs: number },
  signal: AbortSignal,
): Promise<ReadonlyMap<number, Received>> {
  const batches = await consumer.poll(bounds.maxRecords, bounds.waitMs, signal);
  const received = new Map<number, Received>();
  for (const batch of batches) {
    const partition = owned.get(batch.partition);
    const sorted = partition ? sortRecords(batch, partition.header.nextOffset, bounds.nowMs) : null;
    if (sorted) received.set(batch.partition, sorted);
  }
  return received;
}

/**
 * Sorts records by entity. Records before `from` were folded already; a hole before the first one is a gap, as the log's start may move
 * while it is read. A hole further in cannot be: then the reader is broken and nothing of the batch is used.
 */
export function sortRecords(batch: LogBatch, from: number, nowMs: number): Received | null {
  const records = batch.records.filter((record) => record.offset >= from);
  const first = records[0];
  if (!first) return null;
  const gap = first.offset > from ? { partition: batch.partition, fromOffset: from, toOffset: first.offset, noticedAt: nowMs } : null;
  const events: CallEvent[] = [];
  const byEntity = new Map<string, CallEvent[]>();
  const poison: PoisonRecord[] = [];
  let nextOffset = first.offset;
  for (const record of records) {
    if (record.offset !== nextOffset)
      throw new SightlineError('log-not-gapless', `partition ${batch.partition}: a hole before ${record.offset}`);
    nextOffset += 1;
    const spoiled = poisonOf(record);
    if (spoiled) poison.push(spoiled);
    else if (record.event) take(record.event, events, byEntity);
  }
  return { events, byEntity, poison, gap, nextOffset, endOffset: Math.max(batch.endOffset, nextOffset) };
}

function take(event: CallEvent, events: CallEvent[], byEntity: Map<string, CallEvent[]>): void {
  events.push(event);
  const entity = entityOf(event);
  if (!entity) return;
  const key = entityKey(entity);
  const known = byEntity.get(key);
  if (known) known.push(event);
  else byEntity.set(key, [event]);
}

function poisonOf(record: LogRecord): PoisonRecord | null {
  const { partition, offset, receivedAt, bytes, event } = record;
  if (event === null) return { partition, offset, reason: 'undecodable', bytes, receivedAt };
  if (entityOf(event) === null && !isSourceEvent(event)) return { partition, offset, reason: 'of-nothing', bytes, receivedAt };
  return null;
}
