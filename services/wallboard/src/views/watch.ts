import type { Scope } from '@sightline/contracts';
import type { Clock, KpiStore } from '@sightline/ports';
import type { LocalDays } from '../day/local-days';
import { sceneAt } from '../wall/scene';
import type { Reading } from './reading';
import { read } from './reading';
import type { Surroundings } from './surroundings';
import type { WallView } from './wall-view';

export interface WatchPorts {
  readonly store: KpiStore;
  readonly clock: Clock;
  readonly surroundings: Surroundings;
  readonly days: LocalDays;
}

export interface WatchConfig {
  /** Shortest time from one look to the next, ms. */
  readonly gapMs: number;
  /** Longest time without a look: wake-ups may get lost, and waits and feeds change by themselves, ms. */
  readonly lookMs: number;
}

export interface WatchObserver {
  /** A view has one delta more. `wokenAt`: when a commit said so; null when time did. */
  changed(view: WallView, wokenAt: number | null): void;
  /** Whoever waited for the first look may go on. */
  looked(): void;
  failed(error: unknown): void;
}

/**
 * Keeps the views of one operator and grant up to date: reads what changed after every commit, at most so often, and looks at the clock at
 * least once a second. While the store cannot be read the views go on ageing with what is known.
 */
export class Watch {
  readonly views = new Set<WallView>();
  private readonly stopping = new AbortController();
  private reading: Reading | null = null;
  private nap: AbortController | null = null;
  private wokenAt: number | null = null;
  private running: Promise<void> | null = null;
  private failures = 0;

  constructor(
    private readonly ports: WatchPorts,
    private readonly scope: Scope,
    private readonly config: WatchConfig,
    private readonly observer: WatchObserver,
  ) {}

  start(): void {
    this.running ??= this.run();
  }

  /** Something was committed. */
  wake(): void {
    this.wokenAt ??= this.ports.clock.nowMs();
    this.nap?.abort();
  }

  /** Lets a new view see at once what is known already. */
  add(view: WallView): void {
    this.views.add(view);
    if (this.reading) view.look(sceneAt(this.reading.known, this.ports.days, this.ports.clock.nowMs()));
  }

  /** Whether reading goes wrong at the moment. */
  get isFailing(): boolean {
    return this.failures > 0;
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    this.nap?.abort();
    await this.running;
  }

  private async run(): Promise<void> {
    const { clock } = this.ports;
    const { signal } = this.stopping;
    while (!signal.aborted) {
      const startedAt = clock.nowMs();
      const wokenAt = this.wokenAt;
      this.wokenAt = null;
      await this.look(wokenAt);
      await clock.delay(Math.max(0, startedAt + this.config.gapMs - clock.nowMs()), signal);
      if (this.wokenAt !== null || signal.aborted) continue;
      this.nap = new AbortController();
      await clock.delay(Math.max(0, startedAt + this.config.lookMs - clock.nowMs()), this.nap.signal);
      this.nap = null;
    }
  }

  private async look(wokenAt: number | null): Promise<void> {
    const { store, surroundings, days, clock } = this.ports;
    try {
      const nowMs = clock.nowMs();
      const around = await surroundings.of(this.scope.operatorId, nowMs);
      this.reading = await read(store, this.reading, { scope: this.scope, around, days, nowMs });
      this.failures = 0;
    } catch (error) {
      this.failures += 1;
      if (this.failures === 1) this.observer.failed(error);
    }
    if (this.reading) {
      const scene = sceneAt(this.reading.known, days, clock.nowMs());
      for (const view of this.views) if (view.look(scene)) this.observer.changed(view, wokenAt);
    }
    this.observer.looked();
  }
}
