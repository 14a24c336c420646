import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createLogger, systemClock } from '@sightline/runtime';
import pg from 'pg';
import { openDataDirectory } from '../src/data-directory/files';
import { processBirth } from '../src/data-directory/process';
import { loadSecrets } from '../src/data-directory/secrets';
import { clearLeftover, readPostmaster } from '../src/postgres/postmaster';
import { EmbeddedServer } from '../src/postgres/server';
import { until } from './waiting';

const run = { clock: systemClock, logger: createLogger({ level: 'silent', name: 'test' }) };
const quiet = (): void => {};

async function ask(url: string, sql: string): Promise<unknown> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
  client.on('error', quiet);
  await client.connect();
  try {
    return (await client.query(sql)).rows[0];
  } finally {
    await client.end().catch(quiet);
  }
}

describe('the embedded PostgreSQL', () => {
  let folder: string;
  let server: EmbeddedServer | null = null;
  const cluster = (): string => path.join(folder, 'postgres');
  const start = async (): Promise<EmbeddedServer> =>
    (server = await EmbeddedServer.start(folder, loadSecrets(folder).superuserPassword, run, quiet));

  beforeAll(() => {
    const made = mkdtempSync(path.join(os.tmpdir(), 'sightline-postgres-'));
    chmodSync(made, 0o755);
    folder = openDataDirectory(path.join(made, 'data'));
  });
  afterEach(() => server?.stop());
  afterAll(() => rmSync(path.dirname(folder), { recursive: true, force: true }));

  test('is made once, durable, and keeps port and data over a restart', async () => {
    const first = await start();
    expect(await ask(first.url, `SELECT current_setting('fsync') AS fsync, current_setting('synchronous_commit') AS commit`)).toEqual({
      fsync: 'on',
      commit: 'on',
    });
    await ask(first.url, 'CREATE TABLE kept AS SELECT 41 AS n');
    await first.stop();
    const second = await start();
    expect(second.url).toBe(first.url);
    expect(await ask(second.url, 'SELECT n FROM kept')).toEqual({ n: 41 });
  });

  test('is started again at the same address when it dies under us', async () => {
    const running = await start();
    const before = readPostmaster(cluster())?.pid as number;
    process.kill(before, 'SIGKILL');
    const row = await until('an answer of a new server', async () => {
      const now = readPostmaster(cluster());
      return now?.ready && now.pid !== before ? ask(running.url, 'SELECT n FROM kept').catch(() => null) : null;
    });
    expect(row).toEqual({ n: 41 });
  });

  test('is gone after stop, and nothing of it is left running', async () => {
    const running = await start();
    const pid = readPostmaster(cluster())?.pid as number;
    await running.stop();
    expect(processBirth(pid)).toBeNull();
    expect(readPostmaster(cluster())).toBeNull();
  });

  test('a stranger that has the number of a dead server is left alone', async () => {
    const stranger = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    try {
      writeFileSync(path.join(cluster(), 'postmaster.pid'), `${stranger.pid}\n${cluster()}\n0\n1\n\n\n\nready\n`);
      await clearLeftover(cluster(), systemClock);
      expect(processBirth(stranger.pid as number)).not.toBeNull();
      expect(readPostmaster(cluster())).toBeNull();
    } finally {
      stranger.kill('SIGKILL');
    }
  });

  test('secrets are drawn once and for the owner only', () => {
    expect(loadSecrets(folder)).toEqual(loadSecrets(folder));
    expect(statSync(path.join(folder, 'secrets.json')).mode & 0o777).toBe(0o600);
  });
});
