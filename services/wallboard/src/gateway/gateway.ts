import type { Server as HttpServer } from 'node:http';
import type { Viewer } from '@sightline/contracts';
import { InputError } from '@sightline/contracts';
import type { Clock, IdentityStore } from '@sightline/ports';
import type { Socket } from 'socket.io';
import { Server } from 'socket.io';
import type { Views } from '../views/views';
import { admit } from './admission';
import type { ConnectionLimits, ConnectionObserver } from './connection';
import { Connection } from './connection';
import { refusalOf } from './requests';
import { rightsOf, whyGo } from './sessions';

export const LIVE_PATH = '/live/socket.io';
export const LIVE_NAMESPACE = '/live';

export interface GatewayConfig extends ConnectionLimits {
  readonly maxSockets: number;
  readonly maxSocketsPerViewer: number;
  /** A reader who takes nothing for so long is cut off, ms. */
  readonly stallMs: number;
}

export interface GatewayObserver extends ConnectionObserver {
  sockets(count: number): void;
  evicted(code: string): void;
  cutOff(): void;
}

export interface GatewayPorts {
  readonly identity: IdentityStore;
  readonly clock: Clock;
}

/** Bytes of a frame from a viewer. */
const MAX_FRAME_BYTES = 32_768;
/** Sessions are looked at so often, ms. */
const CHECK_MS = 1_000;
/** Without an answer about sessions for so long, nobody is shown anything any more, ms. */
const UNCHECKED_MS = 10_000;

/** Accepts viewers, and parts from those who may not look any more or do not read. */
export class Gateway {
  private readonly server: Server;
  private readonly connections = new Map<Socket, Connection>();
  private readonly stopping = new AbortController();
  private running: Promise<void> | null = null;
  private checkedAt = 0;

  constructor(
    private readonly ports: GatewayPorts,
    private readonly views: Views,
    private readonly config: GatewayConfig,
    private readonly observer: GatewayObserver,
  ) {
    this.server = new Server({
      path: LIVE_PATH,
      transports: ['websocket'],
      serveClient: false,
      perMessageDeflate: false,
      maxHttpBufferSize: MAX_FRAME_BYTES,
      connectTimeout: 5_000,
      allowRequest: (_request, done) => done(null, this.server.engine.clientsCount < config.maxSockets),
    });
    this.server.of('/').use((_socket, next) => next(new Error('nothing is here')));
    const live = this.server.of(LIVE_NAMESPACE);
    live.use((socket, next) => void this.admit(socket).then(() => next(), next));
    live.on('connection', (socket) => this.accept(socket));
  }

  attach(server: HttpServer): void {
    this.server.attach(server);
  }

  start(): void {
    this.running ??= this.run();
  }

  /** Closes every connection; viewers come again by themselves. The HTTP server is not ours to close. */
  async stop(): Promise<void> {
    this.stopping.abort();
    for (const connection of this.connections.values()) connection.close();
    this.server.disconnectSockets(true);
    this.server.engine?.close();
    await this.running;
  }

  private async admit(socket: Socket): Promise<void> {
    const { identity, clock } = this.ports;
    try {
      const viewer = await admit({ headers: socket.handshake.headers, auth: socket.handshake.auth }, identity, clock.nowMs());
      (socket.data as { viewer: Viewer }).viewer = viewer;
    } catch (error) {
      if (!(error instanceof InputError)) this.observer.failed('admission failed', error);
      // Data says that the gateway has decided; without it the viewer tries again.
      const told = new Error(error instanceof InputError ? error.code : 'not-now');
      throw error instanceof InputError ? Object.assign(told, { data: refusalOf(error) }) : told;
    }
  }

  private accept(socket: Socket): void {
    const { viewer } = socket.data as { viewer: Viewer };
    const connection = new Connection(socket, viewer, this.views, this.ports.clock, this.config, this.observer);
    const limit = this.config.maxSocketsPerViewer;
    if ([...this.connections.values()].filter((known) => idOf(known.viewer) === idOf(viewer)).length >= limit)
      return connection.evict({ code: 'too-many-connections', detail: `at most ${limit} connections of one viewer` });
    if (this.connections.size === 0) this.checkedAt = this.ports.clock.nowMs();
    this.connections.set(socket, connection);
    this.observer.sockets(this.connections.size);
    socket.on('disconnect', () => {
      connection.close();
      this.connections.delete(socket);
      this.observer.sockets(this.connections.size);
    });
  }

  private async run(): Promise<void> {
    const { clock } = this.ports;
    const { signal } = this.stopping;
    while (!signal.aborted) {
      await clock.delay(CHECK_MS, signal);
      if (signal.aborted) return;
      this.cutStalled(clock.nowMs());
      await this.checkSessions();
      this.views.sweep(clock.nowMs());
    }
  }

  private cutStalled(nowMs: number): void {
    for (const connection of this.connections.values()) {
      if (connection.stalledMs(nowMs) <= this.config.stallMs) continue;
      this.observer.cutOff();
      connection.cut();
    }
  }

  private async checkSessions(): Promise<void> {
    const { identity, clock } = this.ports;
    const connections = [...this.connections.values()];
    if (connections.length === 0) return;
    try {
      const rights = await rightsOf(
        connections.map(({ viewer }) => viewer),
        identity,
        clock.nowMs(),
      );
      const nowMs = clock.nowMs();
      this.checkedAt = nowMs;
      for (const connection of connections) {
        const why = whyGo(connection.viewer, rights, nowMs);
        if (!why) continue;
        this.observer.evicted(why.code);
        connection.evict(why);
      }
    } catch (error) {
      this.observer.failed('sessions cannot be checked', error);
      if (clock.nowMs() - this.checkedAt > UNCHECKED_MS) for (const connection of connections) connection.drop();
    }
  }
}

const idOf = (viewer: Viewer): string => (viewer.type === 'person' ? viewer.accountId : viewer.displayId);
