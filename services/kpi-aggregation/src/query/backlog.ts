import { PARTITIONS } from '@sightline/contracts';
import type { Clock, EventLog } from '@sightline/ports';

/** How long an answer of the log is good for, ms. */
const FRESH_MS = 1_000;

/** Where the partitions of the log end, asked at most once a second however many questions come. */
export class Backlog {
  private asked: { readonly at: number; readonly ends: Promise<ReadonlyMap<number, number>> } | null = null;

  constructor(
    private readonly log: EventLog,
    private readonly clock: Clock,
  ) {}

  ends(): Promise<ReadonlyMap<number, number>> {
    const nowMs = this.clock.nowMs();
    if (this.asked && nowMs - this.asked.at < FRESH_MS && nowMs >= this.asked.at) return this.asked.ends;
    const ends = this.ask();
    this.asked = { at: nowMs, ends };
    // What failed is not kept: the next question asks again.
    ends.catch(() => (this.asked = null));
    return ends;
  }

  private async ask(): Promise<ReadonlyMap<number, number>> {
    const partitions = Array.from({ length: PARTITIONS }, (_, partition) => partition);
    const bounds = await Promise.all(partitions.map((partition) => this.log.bounds(partition)));
    return new Map(partitions.map((partition) => [partition, bounds[partition]?.endOffset ?? 0]));
  }
}
