import { PARTITIONS } from '@sightline/contracts';
import type { EventLog } from '@sightline/ports';

type Ends = ReadonlyMap<number, number>;

/**
 * Where the partitions of the log end. However many ask at once, the log is asked by one after the other: who comes while it is being asked
 * shares the next answer, never one begun before he came.
 */
export class Backlog {
  private running: Promise<unknown> | null = null;
  private next: Promise<Ends> | null = null;

  constructor(private readonly log: EventLog) {}

  ends(): Promise<Ends> {
    if (this.next) return this.next;
    if (this.running === null) return this.begin();
    this.next = this.running.then(() => {
      this.next = null;
      return this.begin();
    });
    return this.next;
  }

  private begin(): Promise<Ends> {
    const ends = this.ask();
    const done = (): void => {
      if (this.running === running) this.running = null;
    };
    const running = ends.then(done, done);
    this.running = running;
    return ends;
  }

  private async ask(): Promise<Ends> {
    const partitions = Array.from({ length: PARTITIONS }, (_, partition) => partition);
    const bounds = await Promise.all(partitions.map((partition) => this.log.bounds(partition)));
    return new Map(partitions.map((partition) => [partition, bounds[partition]?.endOffset ?? 0]));
  }
}
