import { createHash } from 'node:crypto';
import type { ClinicGrant, Scope, Viewer } from '@sightline/contracts';
import { BusyError, InputError, scopeOf } from '@sightline/contracts';
import type { Clock } from '@sightline/ports';
import type { Register } from '@sightline/core-kpi';
import { clinicsOf } from '../wall/scene';
import type { WallFilter } from '../wall/wall';
import type { WatchConfig, WatchPorts } from './watch';
import { Watch } from './watch';
import { WallView } from './wall-view';

export interface ViewsConfig extends WatchConfig {
  readonly maxViews: number;
  readonly maxViewsPerOperator: number;
  /** How long a view nobody looks at is kept, ms. */
  readonly lingerMs: number;
  /** How long a viewer waits for the first look, ms. */
  readonly firstLookMs: number;
}

export interface ViewsObserver {
  views(count: number): void;
  /** From a commit's wake-up until everybody who could be given the change was. */
  pushed(ms: number): void;
  failed(what: string, error: unknown): void;
}

/** Somebody who looks at a view: told when it has moved. */
export interface Onlooker {
  viewMoved(): void;
}

interface Shared {
  readonly view: WallView;
  readonly watch: WatchOf;
  readonly key: string;
  readonly onlookers: Set<Onlooker>;
  /** Since when nobody looks; null while somebody does. */
  idleSince: number | null;
}

interface WatchOf {
  readonly scope: Scope;
  readonly watch: Watch;
  readonly key: string;
}

/** A view as one onlooker holds it. */
export interface Held {
  readonly view: WallView;
  release(): void;
}

/** All views of a gateway: one for everybody who may see the same, and one watch for all views of one grant. */
export class Views {
  private readonly shared = new Map<string, Shared>();
  private readonly watches = new Map<string, WatchOf>();
  private readonly byView = new Map<WallView, Shared>();
  private waiting: (() => void)[] = [];
  private made = 0;

  constructor(
    private readonly ports: WatchPorts,
    private readonly config: ViewsConfig,
    private readonly observer: ViewsObserver,
    private readonly boot: string,
  ) {}

  /**
   * The view a viewer asks for, once there is something in it. InputError 403 for what is not the viewer's to see; BusyError at a limit or
   * when nothing can be read.
   */
  async hold(viewer: Viewer, filter: WallFilter, onlooker: Onlooker): Promise<Held> {
    const scope = scopeOf(viewer);
    const { register } = await this.ports.surroundings.of(scope.operatorId, this.ports.clock.nowMs(), 0).catch((cause: unknown) => {
      throw notReady(cause);
    });
    requireGranted(register, scope.clinics, filter, this.ports.clock);
    const shared = this.sharedView(scope, filter);
    shared.onlookers.add(onlooker);
    shared.idleSince = null;
    const release = (): void => {
      shared.onlookers.delete(onlooker);
      if (shared.onlookers.size === 0) shared.idleSince = this.ports.clock.nowMs();
    };
    try {
      await this.firstLook(shared);
    } catch (error) {
      release();
      throw error;
    }
    return { view: shared.view, release };
  }

  /** Something was committed: every watch looks. */
  wake(): void {
    for (const { watch } of this.watches.values()) watch.wake();
  }

  /** Lets go of views nobody has looked at for a while. */
  sweep(nowMs: number): void {
    for (const shared of [...this.shared.values()]) {
      if (shared.idleSince !== null && nowMs - shared.idleSince >= this.config.lingerMs) this.end(shared);
    }
  }

  async stop(): Promise<void> {
    await Promise.all([...this.watches.values()].map(({ watch }) => watch.stop()));
    this.shared.clear();
    this.watches.clear();
  }

  private sharedView(scope: Scope, filter: WallFilter): Shared {
    const watchKey = keyOf([scope.operatorId, sortedGrant(scope.clinics)]);
    const key = keyOf([watchKey, filter.pool ?? null, filter.clinics ? [...new Set(filter.clinics)].sort() : null]);
    const known = this.shared.get(key);
    if (known) return known;
    this.makeRoom(scope.operatorId);
    this.made += 1;
    const view = new WallView(this.boot, `wall-${this.made}`, filter);
    const watch = this.watches.get(watchKey) ?? this.beginWatch(watchKey, scope);
    const shared: Shared = { view, watch, key, onlookers: new Set(), idleSince: null };
    this.shared.set(key, shared);
    this.byView.set(view, shared);
    watch.watch.add(view);
    this.observer.views(this.shared.size);
    return shared;
  }

  /** At a limit, views nobody looks at go first. */
  private makeRoom(operatorId: string): void {
    const all = [...this.shared.values()];
    const own = all.filter(({ watch }) => watch.scope.operatorId === operatorId);
    const full = [...(all.length >= this.config.maxViews ? all : []), ...(own.length >= this.config.maxViewsPerOperator ? own : [])];
    if (full.length === 0) return;
    const idle = full.filter(({ idleSince }) => idleSince !== null);
    if (idle.length === 0) throw new BusyError('too-many-views', 'too many different walls are being watched', { retryAfterSeconds: 30 });
    for (const shared of idle) this.end(shared);
  }

  private beginWatch(key: string, scope: Scope): WatchOf {
    const watch = new Watch(this.ports, scope, this.config, {
      changed: (view, wokenAt) => this.moved(view, wokenAt),
      looked: () => this.goOn(),
      failed: (error) => this.observer.failed('the wall cannot be read', error),
    });
    const begun = { scope, watch, key };
    this.watches.set(key, begun);
    watch.start();
    return begun;
  }

  private moved(view: WallView, wokenAt: number | null): void {
    for (const onlooker of this.byView.get(view)?.onlookers ?? []) onlooker.viewMoved();
    if (wokenAt !== null) this.observer.pushed(this.ports.clock.nowMs() - wokenAt);
  }

  private goOn(): void {
    const waiting = this.waiting;
    this.waiting = [];
    for (const proceed of waiting) proceed();
  }

  private async firstLook({ view, watch: { watch } }: Shared): Promise<void> {
    const { clock } = this.ports;
    const patience = new AbortController();
    const deadline = clock.delay(this.config.firstLookMs, patience.signal).then(() => true);
    let late = false;
    while (view.number === 0 && !late && !watch.isFailing) {
      late = await Promise.race([deadline, new Promise<boolean>((resolve) => this.waiting.push(() => resolve(false)))]);
    }
    patience.abort();
    if (view.number === 0) throw notReady();
  }

  private end({ watch, view, key }: Shared): void {
    if (!this.shared.delete(key)) return;
    this.byView.delete(view);
    watch.watch.views.delete(view);
    if (watch.watch.views.size === 0) {
      this.watches.delete(watch.key);
      void watch.watch.stop();
    }
    this.observer.views(this.shared.size);
  }
}

function notReady(cause?: unknown): BusyError {
  return new BusyError('wall-not-ready', 'the figures cannot be read at the moment', { retryAfterSeconds: 2, cause });
}

/** What a viewer may not see is refused alike whether it exists or not. */
function requireGranted(register: Register, grant: ClinicGrant, { pool, clinics }: WallFilter, clock: Clock): void {
  const granted = new Set(clinicsOf(register, grant));
  if (clinics?.some((clinicId) => !granted.has(clinicId)))
    throw new InputError('foreign-clinic', 'a clinic of this wall is not yours to see', { status: 403 });
  if (pool === undefined) return;
  const known = register.poolsAt(clock.nowMs()).find(({ poolId }) => poolId === pool);
  if (!known?.clinics.some((clinicId) => granted.has(clinicId)))
    throw new InputError('foreign-pool', 'this pool is not yours to see', { status: 403 });
}

function sortedGrant(grant: ClinicGrant): ClinicGrant {
  return grant === 'all' ? grant : [...grant].sort();
}

function keyOf(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('base64url');
}
