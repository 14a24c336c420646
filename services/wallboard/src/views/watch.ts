import type { Scope } from '@sightline/contracts';
import type { Clock, KpiStore } from '@sightline/ports';
import type { LocalDays } from '../day/local-days';
import type { Scene } from '../wall/scene';
import { sceneAt } from '../wall/scene';
import type { Reading } from './reading';
import { read } from './reading';
import type { Surroundings } from './surroundings';
import type { Turns } from './turns';
import type { WallView } from './wall-view';

export interface WatchPorts {
  readonly store: KpiStore;
  readonly clock: Clock;
  readonly surroundings: Surroundings;
  readonly days: LocalDays;
  readonly turns: Turns;
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
  /** Whether looking goes wrong at the moment. */
  isFailing = false;

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
    const scene = this.scene();
    if (scene) view.look(scene);
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
    const wrong = [await this.attempt(() => this.readOn())];
    const scene = this.scene();
    // One view that cannot be shown stops no other.
    for (const view of scene ? this.views : []) wrong.push(await this.attempt(() => this.show(view, scene as Scene, wokenAt)));
    const error = wrong.find((one) => one !== null);
    if (error !== undefined && !this.isFailing) this.observer.failed(error);
    this.isFailing = error !== undefined;
    this.observer.looked();
  }

  /** What went wrong, null when nothing did: the next look tries again. */
  private async attempt(act: () => void | Promise<void>): Promise<unknown> {
    try {
      await act();
      return null;
    } catch (error) {
      return error ?? 'unknown';
    }
  }

  private async readOn(): Promise<void> {
    const { store, surroundings, days, clock, turns } = this.ports;
    const nowMs = clock.nowMs();
    const around = await surroundings.of(this.scope.operatorId, nowMs);
    this.reading = await turns.take(() => read(store, this.reading, { scope: this.scope, around, days, nowMs }));
  }

  private show(view: WallView, scene: Scene, wokenAt: number | null): void {
    if (view.look(scene)) this.observer.changed(view, wokenAt);
  }

  private scene(): Scene | null {
    return this.reading && sceneAt(this.reading.known, this.ports.days, this.ports.clock.nowMs());
  }
}
