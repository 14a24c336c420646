import type { WallDelta, WallHead, WallParts, WallRefusal, WallRequest, WallRow, WallSnapshot } from '@sightline/contracts';
import type { ManagerOptions, Socket, SocketOptions } from 'socket.io-client';
import { io } from 'socket.io-client';

const PATIENCE_MS = 20_000;

type Options = Partial<ManagerOptions & SocketOptions>;

/** A viewer as a page is one: a snapshot, deltas without a gap, and what is left after them. */
export class TestViewer {
  readonly socket: Socket;
  readonly evicted: WallRefusal[] = [];
  readonly refused: WallRefusal[] = [];
  readonly gaps: string[] = [];
  snapshots = 0;
  deltas = 0;
  boot = '';
  view = '';
  number = 0;
  parts: WallParts = {};
  closed = false;
  connectError: (Error & { data?: WallRefusal }) | null = null;
  private listeners = new Set<() => void>();

  constructor(url: string, auth: Record<string, unknown>, options: Options = {}) {
    const fixed = { path: '/live/socket.io', transports: ['websocket'], reconnection: false, forceNew: true };
    this.socket = io(`${url}/live`, { ...fixed, auth, ...options });
    this.socket.on('snapshot', (snapshot: WallSnapshot) => this.take(() => this.begin(snapshot)));
    this.socket.on('delta', (delta: WallDelta) => this.take(() => this.apply(delta)));
    this.socket.on('evicted', (refusal: WallRefusal) => this.take(() => this.evicted.push(refusal)));
    this.socket.on('refused', (refusal: WallRefusal) => this.take(() => this.refused.push(refusal)));
    this.socket.on('disconnect', () => this.take(() => (this.closed = true)));
    this.socket.on('connect_error', (error) => this.take(() => (this.connectError = error as Error & { data?: WallRefusal })));
    this.socket.on('connect', () => this.take(() => {}));
  }

  /** Connects and sees the first snapshot. */
  static async watching(url: string, token: string, request: WallRequest = { view: 'wall' }): Promise<TestViewer> {
    const viewer = new TestViewer(url, { token });
    viewer.socket.emit('subscribe', request);
    await viewer.until('a snapshot', () => viewer.snapshots > 0);
    return viewer;
  }

  get head(): WallHead {
    return this.parts['head'] as WallHead;
  }

  row(id: string): WallRow {
    return this.parts[`row/${id}`] as WallRow;
  }

  /** Resolves as soon as the condition holds, looking after every frame. */
  async until(what: string, condition: () => boolean): Promise<void> {
    if (condition()) return;
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => done(new Error(`not in time: ${what}`)), PATIENCE_MS);
      const look = (): void => (condition() ? done() : undefined);
      const done = (error?: Error): void => {
        clearTimeout(timer);
        this.listeners.delete(look);
        if (error) reject(error);
        else resolve();
      };
      this.listeners.add(look);
    });
  }

  close(): void {
    this.socket.disconnect();
  }

  private take(act: () => void): void {
    act();
    for (const listener of [...this.listeners]) listener();
  }

  private begin({ boot, view, number, parts }: WallSnapshot): void {
    Object.assign(this, { boot, view, number, parts, snapshots: this.snapshots + 1 });
  }

  private apply({ view, number, set, gone }: WallDelta): void {
    if (view !== this.view || number !== this.number + 1) this.gaps.push(`${this.view} ${this.number} → ${view} ${number}`);
    const parts = { ...this.parts, ...set } as Record<string, WallParts[string]>;
    for (const key of gone) delete parts[key];
    Object.assign(this, { number, parts, deltas: this.deltas + 1 });
  }
}
