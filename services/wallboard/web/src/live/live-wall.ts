import type { WallDelta, WallRequest, WallSnapshot } from '@sightline/contracts';
import type { PageClock } from '../clock/clock';
import { reconnectDelay } from './backoff';
import type { WallState } from './wall-state';
import { applyDelta, fromSnapshot } from './wall-state';

/** The part of a socket.io client that is used; it must not reconnect by itself. */
export interface LiveSocket {
  on(event: string, listener: (payload: never) => void): unknown;
  emit(event: string, payload: unknown): unknown;
  connect(): unknown;
  disconnect(): unknown;
}

/** `refused`: no view for this viewer; `evicted`: the gateway ended the connection for good (signed out, grants changed). */
export type LiveStatus = 'connecting' | 'live' | 'lost' | 'refused' | 'evicted';

export interface LiveView {
  readonly status: LiveStatus;
  readonly wall: WallState | null;
  /** When the connection went, by this machine's clock. */
  readonly lostAt: number | null;
}

/** A view kept current over a socket: snapshot, deltas without a gap, resubscribing on a gap, coming back with full jitter. */
export class LiveWall {
  private view: LiveView = { status: 'connecting', wall: null, lostAt: null };
  private readonly listeners = new Set<() => void>();
  private attempt = 0;
  private awaitsSnapshot = true;
  private cancelRetry: (() => void) | null = null;
  private isStopped = false;

  constructor(
    private readonly socket: LiveSocket,
    private readonly request: WallRequest,
    private readonly clock: PageClock,
    private readonly random: () => number,
  ) {
    socket.on('connect', () => this.subscribe());
    socket.on('snapshot', (snapshot: WallSnapshot) => this.takeSnapshot(snapshot));
    socket.on('delta', (delta: WallDelta) => this.takeDelta(delta));
    socket.on('refused', () => this.end('refused'));
    socket.on('evicted', () => this.end('evicted'));
    socket.on('disconnect', () => this.lose());
    // An error with data was decided by the gateway (not signed in); without, the way there is broken.
    socket.on('connect_error', (error: Error & { data?: unknown }) => (error.data === undefined ? this.lose() : this.end('refused')));
  }

  start(): void {
    this.socket.connect();
  }

  stop(): void {
    this.isStopped = true;
    this.cancelRetry?.();
    this.socket.disconnect();
  }

  readonly current = (): LiveView => this.view;

  readonly onChange = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  private subscribe(): void {
    this.awaitsSnapshot = true;
    this.socket.emit('subscribe', this.request);
  }

  private takeSnapshot(snapshot: WallSnapshot): void {
    this.attempt = 0;
    this.awaitsSnapshot = false;
    this.set({ status: 'live', wall: fromSnapshot(snapshot, this.clock.now()), lostAt: null });
  }

  private takeDelta(delta: WallDelta): void {
    const { wall } = this.view;
    if (!wall || this.awaitsSnapshot) return;
    const next = applyDelta(wall, delta, this.clock.now());
    if (next === 'gap') this.subscribe();
    else if (next !== wall) this.set({ ...this.view, wall: next });
  }

  private lose(): void {
    if (this.isStopped || this.view.status === 'refused' || this.view.status === 'evicted') return;
    this.set({ ...this.view, status: 'lost', lostAt: this.view.lostAt ?? this.clock.now() });
    this.cancelRetry?.();
    this.cancelRetry = this.clock.after(reconnectDelay(this.attempt, this.random()), () => this.socket.connect());
    this.attempt += 1;
  }

  private end(status: 'refused' | 'evicted'): void {
    this.set({ ...this.view, status });
    this.socket.disconnect();
  }

  private set(view: LiveView): void {
    this.view = view;
    for (const listener of this.listeners) listener();
  }
}
