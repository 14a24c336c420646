import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { until } from './waiting';

const main = path.resolve(__dirname, '../bin/sightline.cjs');
const START_MS = 90_000;

/** What a finished run of the program said. */
export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A data folder of its own, removed by `remove`. PostgreSQL of a root run is another user and must be able to come in. */
export function newDataFolder(): { readonly folder: string; remove(): void } {
  const made = mkdtempSync(path.join(os.tmpdir(), 'sightline-e2e-'));
  chmodSync(made, 0o755);
  return { folder: path.join(made, 'data'), remove: () => rmSync(made, { recursive: true, force: true }) };
}

function environment(folder: string, extra: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('SIGHTLINE_'));
  return { ...Object.fromEntries(inherited), SIGHTLINE_DATA: folder, SIGHTLINE_PORT: '0', ...extra };
}

function launch(args: readonly string[], folder: string, extra: NodeJS.ProcessEnv): ChildProcess {
  if (!existsSync(path.resolve(__dirname, '../dist/main.js'))) throw new Error('the product is not built: npm run build');
  return spawn(process.execPath, [main, ...args], {
    env: environment(folder, extra),
    cwd: path.dirname(folder),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

function collect(child: ChildProcess): { stdout: string; stderr: string } {
  const said = { stdout: '', stderr: '' };
  child.stdout?.on('data', (chunk: Buffer) => (said.stdout += chunk.toString('utf8')));
  child.stderr?.on('data', (chunk: Buffer) => (said.stderr += chunk.toString('utf8')));
  return said;
}

/** Runs `sightline …` to its end. */
export async function sightline(folder: string, args: readonly string[], extra: NodeJS.ProcessEnv = {}): Promise<Outcome> {
  const child = launch(args, folder, extra);
  const said = collect(child);
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, ...said };
}

/** The product as a user runs it: a process of its own over a data folder. */
export class Product {
  private constructor(
    readonly folder: string,
    private readonly child: ChildProcess,
    private readonly said: { stdout: string; stderr: string },
  ) {}

  /** Resolves when it says that it is running. */
  static async start(folder: string, extra: NodeJS.ProcessEnv = {}): Promise<Product> {
    const child = launch(['serve'], folder, extra);
    const product = new Product(folder, child, collect(child));
    await until(
      'the product to run',
      () => {
        if (child.exitCode !== null) throw new Error(`ended with ${child.exitCode}:\n${product.said.stdout}${product.said.stderr}`);
        return /Sightline is running \(/.test(product.output);
      },
      START_MS,
    );
    return product;
  }

  get output(): string {
    return this.said.stdout;
  }

  get errors(): string {
    return this.said.stderr;
  }

  get url(): string {
    return /running \(.*\): +(http:\S+)/.exec(this.output)?.[1] ?? '';
  }

  /** Path of the page on which the first administrator chooses a password. */
  get welcome(): string {
    return /(\/#\/welcome\/\S+)/.exec(this.output)?.[1] ?? '';
  }

  get pid(): number {
    return this.child.pid as number;
  }

  /** What the command line of this machine signs in with. */
  get token(): string {
    return readFileSync(path.join(this.folder, 'token'), 'utf8');
  }

  async ended(): Promise<number | null> {
    if (this.child.exitCode === null && this.child.signalCode === null) await once(this.child, 'exit');
    return this.child.exitCode;
  }

  /** Ctrl-C, to the end. */
  async interrupt(): Promise<number | null> {
    this.child.kill('SIGINT');
    return this.ended();
  }

  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.ended();
  }

  /** Asks as the administrator of this machine; a refusal is an error. */
  async api<T>(to: string, body?: unknown): Promise<T> {
    const response = await fetch(`${this.url}${to}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { Authorization: `Bearer ${this.token}`, ...(body === undefined ? {} : { 'Content-Type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${to}: ${response.status} ${text}`);
    return JSON.parse(text) as T;
  }

  /** The first administrator chooses a password; returns the token of the session. Once only. */
  async signInFirst(): Promise<string> {
    const accepted = await fetch(`${this.url}/v1/invitations/${this.welcome.split('/').at(-1)}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ password: 'twelve clinics at noon' }),
    });
    const token = /sightline_session=([\w-]+)/.exec(accepted.headers.get('set-cookie') ?? '')?.[1];
    if (token === undefined) throw new Error(`no session: ${accepted.status}`);
    return token;
  }

  /** Says rows of the directory and waits until all figures are of that version. */
  async declare(changes: readonly object[]): Promise<void> {
    await this.api('/v1/directory/changes', { changes });
    await this.caughtUp();
  }

  /** Until the figures have everything accepted, under the directory of now. */
  async caughtUp(): Promise<void> {
    await until(
      'the figures to catch up',
      async () => {
        const { behind, refold } = await this.api<{ behind: number; refold: { running: boolean } }>('/v1/feeds');
        return behind === 0 && !refold.running;
      },
      240_000,
    );
  }
}
