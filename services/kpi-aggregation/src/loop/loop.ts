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
  /** Null while none is open: before the first, and between one that failed and the next. */
  run: FoldRun | null;
  /** Runs begun, so that one that cannot even be opened is noticed. */
  runs: number;
  ended: Promise<void>;
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
    this.life?.abort.abort();
    await this.inTime(Promise.all([this.life?.ended, this.supervision]));
  }

  /** Waits for an end, at most `stopMs`: what hangs must not keep others waiting. */
  private async inTime(end: Promise<unknown>): Promise<void> {
    const patience = new AbortController();
    try {
      await Promise.race([end, this.ports.clock.delay(this.config.stopMs, patience.signal)]);
    } finally {
      patience.abort();
    }
  }

  /** What keeps the fold from getting on, null when nothing does. */
  trouble(): string | null {
    if (this.supervision === null || this.stopping.signal.aborted) return 'not started';
    return this.life?.run ? null : 'not folding: it failed and is tried again';
  }

  private begin(): Life {
    const life: Life = { abort: new AbortController(), run: null, runs: 0, ended: Promise.resolve() };
    life.ended = this.live(life);
    return life;
  }

  private async live(life: Life): Promise<void> {
    const { signal } = life.abort;
    let waitMs = FIRST_WAIT_MS;
    while (!signal.aborted) {
      try {
        life.runs += 1;
        const run = await FoldRun.open(this.ports, this.config, this.observer);
        life.run = run;
        try {
          while (!signal.aborted) {
            await this.turn(run, signal);
            waitMs = FIRST_WAIT_MS;
          }
        } finally {
          life.run = null;
          await this.inTime(run.close());
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
      const life = this.life;
      if (this.stopping.signal.aborted || life === null) continue;
      const run = life.run;
      const commits = run?.progress ?? life.runs;
      if (run !== watched) progress = { commits, at: clock.nowMs() };
      watched = run;
      const verdict = judge(progress, { commits, ...(await this.look(run)), nowMs: clock.nowMs() }, this.config.stallMs);
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
  private async look(run: FoldRun | null): Promise<{ lag: number | null; astray: boolean }> {
    const patience = new AbortController();
    const tooLate = this.ports.clock.delay(this.config.superviseMs, patience.signal).then(() => null);
    const seen = await Promise.race([this.measure(run).catch(() => null), tooLate]);
    patience.abort();
    return seen ?? { lag: null, astray: false };
  }

  /** Where no run is open there is one to be opened: that counts as one record behind. */
  private async measure(run: FoldRun | null): Promise<{ lag: number; astray: boolean }> {
    const { log, store } = this.ports;
    if (run === null) {
      await Promise.all([log.logId(), store.partitionSources(0)]);
      return { lag: 1, astray: false };
    }
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
