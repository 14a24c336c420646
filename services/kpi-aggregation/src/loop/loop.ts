import type { LoopObserver } from './observer';
import type { LoopPorts, RunConfig } from './run';
import { FoldRun } from './run';
import type { Progress } from './supervision';
import { judge } from './supervision';

export interface LoopConfig extends RunConfig {
  /** Shortest time from one commit to the next while less than a full batch is waiting, ms. */
  readonly tickMs: number;
  /** How long a run may stand still with work before it is started anew, ms. */
  readonly stallMs: number;
  /** How often it is looked at, ms. */
  readonly superviseMs: number;
  /** How long `stop` waits for a commit under way, ms. */
  readonly stopMs: number;
}

const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 5_000;

/** A life of the loop and what ends it. */
interface Life {
  readonly abort: AbortController;
  run: FoldRun | null;
  readonly ended: Promise<void>;
}

/** Keeps a run of the fold alive: opens the next one after an error or a standstill. */
export class FoldLoop {
  private readonly stopping = new AbortController();
  private life: Life | null = null;
  private supervision: Promise<void> | null = null;

  constructor(
    private readonly ports: LoopPorts,
    private readonly config: LoopConfig,
    private readonly observer: LoopObserver,
  ) {}

  /** Begins to fold. A second call does nothing. */
  start(): void {
    if (this.supervision) return;
    this.life = this.begin();
    this.supervision = this.supervise();
  }

  /** Resolves when the commit under way is done, at the latest after `stopMs`. May be called at any time and again. */
  async stop(): Promise<void> {
    this.stopping.abort();
    const ended = Promise.all([this.life?.abort.abort(), this.life?.ended, this.supervision]);
    const patience = new AbortController();
    await Promise.race([ended, this.ports.clock.delay(this.config.stopMs, patience.signal)]);
    patience.abort();
  }

  private begin(): Life {
    const abort = new AbortController();
    const life: { -readonly [K in keyof Life]: Life[K] } = { abort, run: null, ended: Promise.resolve() };
    life.ended = this.live(life, abort.signal);
    return life;
  }

  private async live(life: { run: FoldRun | null }, signal: AbortSignal): Promise<void> {
    let waitMs = FIRST_WAIT_MS;
    while (!signal.aborted) {
      try {
        const run = await FoldRun.open(this.ports, this.config, this.observer);
        life.run = run;
        try {
          while (!signal.aborted) {
            await this.turn(run, signal);
            waitMs = FIRST_WAIT_MS;
          }
        } finally {
          life.run = null;
          await run.close();
        }
      } catch (error) {
        if (signal.aborted) return;
        this.observer.failed(error, waitMs);
        await this.ports.clock.delay(waitMs, signal);
        waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS);
      }
    }
  }

  /** One step, and the rest of the tick when no more is waiting: so commits do not grow with events. */
  private async turn(run: FoldRun, signal: AbortSignal): Promise<void> {
    const startedAt = this.ports.clock.nowMs();
    if ((await run.step(signal)) !== 'all') return;
    await this.ports.clock.delay(Math.max(0, startedAt + this.config.tickMs - this.ports.clock.nowMs()), signal);
  }

  private async supervise(): Promise<void> {
    const { clock } = this.ports;
    let progress: Progress = { commits: 0, at: clock.nowMs() };
    let watched: FoldRun | null = null;
    while (!this.stopping.signal.aborted) {
      await clock.delay(this.config.superviseMs, this.stopping.signal);
      const run: FoldRun | null = this.life?.run ?? null;
      if (this.stopping.signal.aborted || run === null) continue;
      if (run !== watched) progress = { commits: run.progress, at: clock.nowMs() };
      watched = run;
      const verdict = judge(progress, { commits: run.progress, ...(await this.look(run)), nowMs: clock.nowMs() }, this.config.stallMs);
      progress = verdict.progress;
      if (verdict.restart !== null && !this.stopping.signal.aborted) this.restart(verdict.restart);
    }
  }

  /** The old life may hang for ever; should it wake up, its commits are refused, because the new one has loaded the partitions. */
  private restart(reason: string): void {
    this.observer.restarted(reason);
    this.life?.abort.abort();
    this.life = this.begin();
  }

  /** How far a run is behind, asked of log and store themselves and not of the run. */
  private async look(run: FoldRun): Promise<{ lag: number | null; astray: boolean }> {
    const patience = new AbortController();
    const tooLate = this.ports.clock.delay(this.config.superviseMs, patience.signal).then(() => null);
    const seen = await Promise.race([this.measure(run).catch(() => null), tooLate]);
    patience.abort();
    return seen ?? { lag: null, astray: false };
  }

  private async measure(run: FoldRun): Promise<{ lag: number; astray: boolean }> {
    const { log, store } = this.ports;
    let lag = 0;
    let astray = (await log.logId()) !== run.logId;
    for (const [partition, nextOffset] of run.positions()) {
      const { endOffset } = await log.bounds(partition);
      lag += Math.max(0, endOffset - nextOffset);
      astray ||= endOffset < nextOffset;
      this.observer.lag(partition, Math.max(0, endOffset - nextOffset));
    }
    const [first] = run.positions().keys();
    if (first !== undefined) await store.partitionSources(first);
    return { lag, astray };
  }
}
