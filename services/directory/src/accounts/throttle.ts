/** How patient a throttle is. */
export interface Patience {
  /** Failures in a row that cost nothing. */
  readonly free: number;
  /** The longest wait, ms. The first is a second; every further failure doubles it. */
  readonly longestMs: number;
}

const FIRST_MS = 1_000;
/** Failures are forgotten when nothing more happened for so long. */
const FORGET_MS = 900_000;

interface Failures {
  readonly count: number;
  readonly at: number;
}

/** Makes whoever keeps failing wait ever longer. Remembers a bounded number of keys, the latest. */
export class Throttle {
  private readonly failures = new Map<string, Failures>();

  constructor(
    private readonly patience: Patience,
    private readonly capacity = 10_000,
  ) {}

  /** How long to wait before an attempt, ms; 0 = go ahead. */
  waitMs(key: string, nowMs: number): number {
    const known = this.known(key, nowMs);
    if (!known || known.count < this.patience.free) return 0;
    const wait = Math.min(this.patience.longestMs, FIRST_MS * 2 ** (known.count - this.patience.free));
    return Math.max(0, known.at + wait - nowMs);
  }

  /** An attempt that began: it counts as a failure until `succeeded` says otherwise, so that many at once are not free. */
  began(key: string, nowMs: number): void {
    const count = (this.known(key, nowMs)?.count ?? 0) + 1;
    this.failures.delete(key);
    const oldest = this.failures.keys().next();
    if (this.failures.size >= this.capacity && !oldest.done) this.failures.delete(oldest.value);
    this.failures.set(key, { count, at: nowMs });
  }

  /** The attempt succeeded: all failures before it are forgotten. */
  succeeded(key: string): void {
    this.failures.delete(key);
  }

  /** The attempt succeeded: it alone was no failure. */
  forgive(key: string): void {
    const known = this.failures.get(key);
    if (known) this.failures.set(key, { count: known.count - 1, at: known.at });
  }

  private known(key: string, nowMs: number): Failures | undefined {
    const known = this.failures.get(key);
    return known && nowMs - known.at <= FORGET_MS ? known : undefined;
  }
}
