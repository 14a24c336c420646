import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import {
  chownSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { SightlineError } from '@sightline/contracts';
import type { Clock } from '@sightline/ports';
import type { Logger } from '@sightline/runtime';
import type { Binaries } from './binaries';
import { findBinaries } from './binaries';
import { clearLeftover, endPostmaster, readPostmaster } from './postmaster';
import type { ServerUser } from './user';
import { requireReachable, serverUser } from './user';

export interface PostgresServer {
  /** The superuser's. Stays the same when the server has to be started again. */
  readonly url: string;
  stop(): Promise<void>;
}

const START_MS = 60_000;
const LOOK_MS = 25;
const LOG_BYTES_MAX = 10 * 1024 * 1024;
const RESTART_WAITS_MS = [100, 500, 2_000, 5_000] as const;

/** Everything is durable: fsync and synchronous commits are PostgreSQL's defaults and stay. Statements never go to the log. */
const SETTINGS = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '100',
  shared_buffers: '192MB',
  effective_cache_size: '1GB',
  work_mem: '16MB',
  max_wal_size: '2GB',
  checkpoint_timeout: '15min',
  jit: 'off',
  log_min_error_statement: 'panic',
  log_checkpoints: 'off',
  restart_after_crash: 'on',
} as const;

/** The PostgreSQL of a data directory. Started again when it dies under us; ends with us, also when we are killed. */
export class EmbeddedServer implements PostgresServer {
  private child: ChildProcess | null = null;
  private watcher: ChildProcess | null = null;
  private stopping = false;
  private failures = 0;
  private readonly cluster: string;
  private port = 0;

  private constructor(
    private readonly folder: string,
    private readonly password: string,
    private readonly run: { readonly clock: Clock; readonly logger: Logger },
    private readonly binaries: Binaries,
    private readonly user: ServerUser,
  ) {
    this.cluster = path.join(folder, 'postgres');
  }

  /** @param said Told what takes a while. */
  static async start(
    folder: string,
    password: string,
    run: { clock: Clock; logger: Logger },
    said: (what: string) => void,
  ): Promise<EmbeddedServer> {
    const binaries = findBinaries();
    const user = serverUser();
    const server = new EmbeddedServer(folder, password, run, binaries, user);
    requireReachable(user, binaries.postgres);
    requireReachable(user, server.cluster);
    if (!existsSync(path.join(server.cluster, 'PG_VERSION'))) {
      said('Making a database (once)');
      await server.initialise();
    }
    await clearLeftover(server.cluster, run.clock);
    server.port = await server.choosePort();
    await server.launch();
    return server;
  }

  get url(): string {
    return `postgres://postgres:${this.password}@127.0.0.1:${this.port}/postgres`;
  }

  async stop(): Promise<void> {
    this.stopping = true;
    const child = this.child;
    if (child?.pid !== undefined && child.exitCode === null && child.signalCode === null) await endPostmaster(child.pid, this.run.clock);
    this.dismissWatcher();
  }

  /** A cluster gets its name when it is whole: one that was half made when somebody killed us is made anew. */
  private async initialise(): Promise<void> {
    const draft = `${this.cluster}.new`;
    const passwordFile = path.join(this.folder, 'initdb.password');
    rmSync(draft, { recursive: true, force: true });
    mkdirSync(draft, { mode: 0o700 });
    writeFileSync(passwordFile, `${this.password}\n`, { mode: 0o600 });
    if (this.user.uid !== undefined && this.user.gid !== undefined) {
      chownSync(draft, this.user.uid, this.user.gid);
      chownSync(passwordFile, this.user.uid, this.user.gid);
    }
    const flags = ['--pgdata', draft, '--username=postgres', `--pwfile=${passwordFile}`, '--auth=scram-sha-256'];
    try {
      await this.initdb([...flags, '--locale=C', '--encoding=UTF8']);
      renameSync(draft, this.cluster);
    } finally {
      rmSync(passwordFile, { force: true });
    }
  }

  private initdb(flags: readonly string[]): Promise<void> {
    return new Promise((resolve, reject) => {
      const child = spawn(this.binaries.initdb, flags, {
        ...this.user,
        cwd: this.folder,
        env: serverEnvironment(),
        detached: true,
        stdio: ['ignore', 'ignore', 'pipe'],
      });
      let words = '';
      child.stderr.on('data', (chunk: Buffer) => (words = (words + chunk.toString('utf8')).slice(-2_000)));
      child.once('error', reject);
      child.once('close', (code) => {
        if (code === 0) resolve();
        else reject(new SightlineError('initdb', `the database could not be made in ${this.cluster}: ${words.trim()}`));
      });
    });
  }

  /** The port of before while it is free, so that open tools find it again; else one that the system chooses. */
  private async choosePort(): Promise<number> {
    const file = path.join(this.folder, 'postgres.port');
    const before = existsSync(file) ? Number(readFileSync(file, 'utf8')) : 0;
    const port = (before > 0 && (await freePort(before).catch(() => 0))) || (await freePort(0));
    writeFileSync(file, String(port), { mode: 0o600 });
    return port;
  }

  private async launch(): Promise<void> {
    const { clock, logger } = this.run;
    const output = this.openOutput();
    const flags = Object.entries({ ...SETTINGS, port: String(this.port) }).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    // A session of its own: a terminal's Ctrl-C reaches us alone, and we stop it when nobody writes any more.
    const child = spawn(this.binaries.postgres, ['-D', this.cluster, ...flags], {
      ...this.user,
      cwd: this.cluster,
      env: serverEnvironment(),
      detached: true,
      stdio: ['ignore', output, output],
    });
    closeSync(output);
    this.child = child;
    let ended: string | null = null;
    child.once('error', () => (ended = 'it cannot be run'));
    child.once('exit', (code, signal) => (ended = signal ?? `exit code ${code}`));
    const deadline = clock.nowMs() + START_MS;
    for (let state = readPostmaster(this.cluster); !(state?.pid === child.pid && state?.ready); state = readPostmaster(this.cluster)) {
      if (ended !== null || clock.nowMs() > deadline) throw this.startError(ended ?? 'it is not ready after a minute');
      await clock.delay(LOOK_MS);
    }
    this.watch(child.pid as number);
    child.once('exit', (code, signal) => {
      this.dismissWatcher();
      if (this.stopping) return;
      logger.warn('PostgreSQL ended under us and is started again', { code, signal });
      void this.restart();
    });
    if (ended !== null) throw this.startError(ended);
  }

  private async restart(): Promise<void> {
    const { clock, logger } = this.run;
    const startedAt = clock.nowMs();
    for (;;) {
      await clock.delay(RESTART_WAITS_MS[Math.min(this.failures, RESTART_WAITS_MS.length - 1)] as number);
      if (this.stopping) return;
      try {
        await clearLeftover(this.cluster, clock);
        await this.launch();
        logger.info('PostgreSQL is there again', { ms: clock.nowMs() - startedAt });
        this.failures = 0;
        return;
      } catch (error) {
        // Processes of the dead server may hold its memory for a moment: then the next attempt succeeds.
        this.failures += 1;
        logger.error('PostgreSQL could not be started again', { attempt: this.failures, error });
      }
    }
  }

  /** A shell that waits for our end of its pipe to close, which also happens when we are killed, and then stops the server. */
  private watch(pid: number): void {
    if (process.platform === 'win32') return;
    this.watcher = spawn('/bin/sh', ['-c', `read -r word || kill -INT ${pid}`], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
    this.watcher.stdin?.on('error', () => {});
    this.watcher.on('error', () => {});
    this.watcher.unref();
  }

  private dismissWatcher(): void {
    this.watcher?.stdin?.end('done\n');
    this.watcher = null;
  }

  private openOutput(): number {
    const file = path.join(this.folder, 'postgres.log');
    if (existsSync(file) && statSync(file).size > LOG_BYTES_MAX) truncateSync(file);
    return openSync(file, 'a', 0o600);
  }

  private startError(reason: string): SightlineError {
    const log = path.join(this.folder, 'postgres.log');
    const last = readFileSync(log, 'utf8').trim().split('\n').slice(-3).join('\n  ');
    return new SightlineError('postgres-start', `PostgreSQL did not start (${reason}); the end of ${log}:\n  ${last}`);
  }
}

/** What the server needs of our environment; settings and secrets of ours are not among it. */
function serverEnvironment(): NodeJS.ProcessEnv {
  const { PATH, LD_LIBRARY_PATH, SystemRoot, TEMP, TMP, TMPDIR } = process.env;
  return { PATH, LD_LIBRARY_PATH, SystemRoot, TEMP, TMP, TMPDIR, LC_ALL: 'C' };
}

function freePort(wanted: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = net.createServer();
    server.once('error', reject);
    server.listen(wanted, '127.0.0.1', () => {
      const { port } = server.address() as net.AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
