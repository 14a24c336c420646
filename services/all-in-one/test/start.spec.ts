import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { processBirth } from '../src/data-directory/process';
import { readPostmaster } from '../src/postgres/postmaster';
import { newDataFolder, Product, sightline } from './product';
import { until } from './waiting';

jest.setTimeout(240_000);

describe('starting and stopping', () => {
  const data = newDataFolder();
  let product: Product | null = null;
  const start = async (): Promise<Product> => (product = await Product.start(data.folder));
  const postgresPid = (): number => readPostmaster(path.join(data.folder, 'postgres'))?.pid as number;

  afterAll(async () => {
    await product?.kill();
    data.remove();
  });

  test('the first start greets its administrator; a second copy tells where the first one is', async () => {
    const { url, output, welcome, folder } = await start();
    expect(output).toMatch(/Watch a demo centre[^]*Try my own file[^]*Connect my phones/);
    const invitation = await fetch(`${url}/v1/invitations/${welcome.split('/').at(-1)}`);
    expect(invitation.status).toBe(200);
    for (const name of ['secrets.json', 'token', 'lock']) expect(statSync(path.join(folder, name)).mode & 0o777).toBe(0o600);
    const second = await sightline(data.folder, ['serve']);
    expect(second).toMatchObject({ code: 0, stdout: `Sightline is running already: ${url}\n`, stderr: '' });
    expect(await sightline(data.folder, ['rebuild'])).toMatchObject({ code: 1, stderr: expect.stringMatching(/stop it first/) });
  });

  test('Ctrl-C stops it clean, and the next start goes on with what was there', async () => {
    const first = product as Product;
    await first.declare([{ kind: 'clinic', clinicId: 'lakeside', name: 'Lakeside', zone: 'UTC', weekStart: 1, opening: null }]);
    const postmaster = postgresPid();
    expect(await first.interrupt()).toBe(0);
    expect(first.output.trim().split('\n').at(-1)).toMatch(/^Sightline has stopped \(\d+\.\d s\)\. Everything is kept in /);
    expect(processBirth(postmaster)).toBeNull();
    for (const name of ['lock', 'token']) expect(existsSync(path.join(data.folder, name))).toBe(false);
    const { rows } = await (await start()).api<{ rows: readonly { kind: string }[] }>('/v1/directory');
    expect(rows).toContainEqual(expect.objectContaining({ kind: 'clinic', clinicId: 'lakeside' }));
  });

  test('after kill -9 nothing of it lives on, and the next start takes over', async () => {
    const first = product as Product;
    const postmaster = postgresPid();
    await first.kill();
    await until('its PostgreSQL to end by itself', () => processBirth(postmaster) === null);
    const second = await start();
    expect(await second.api('/v1/directory')).toMatchObject({ rows: expect.any(Array) });
  });

  test('when PostgreSQL is killed, it is started again and everything heals by itself', async () => {
    const running = product as Product;
    const before = postgresPid();
    process.kill(before, 'SIGKILL');
    await until('the answer after PostgreSQL came back', async () => {
      const answer = await running.api('/v1/feeds').catch(() => null);
      return answer !== null && postgresPid() !== before;
    });
    const ready = await until('health', async () => {
      const response = await fetch(`${running.url}/health/ready`);
      return response.ok ? response.json() : null;
    });
    expect(ready).toEqual({ ready: true, checks: { database: 'ok', fold: 'ok' } });
  });

  test.each([
    [
      'a port that is taken',
      () => ({ SIGHTLINE_PORT: new URL((product as Product).url).port }),
      /port \d+ is taken by another program: set SIGHTLINE_PORT/,
    ],
    ['a setting that nobody knows', () => ({ SIGHTLINE_PROT: '8080' }), /SIGHTLINE_PROT: no setting has this name/],
    ['a value that cannot be used', () => ({ SIGHTLINE_PORT: 'many' }), /SIGHTLINE_PORT: must be a port number/],
    [
      'a database that does not answer',
      () => ({ SIGHTLINE_DATABASE_URL: 'postgres://nobody@127.0.0.1:1/x' }),
      /SIGHTLINE_DATABASE_URL cannot be used/,
    ],
  ])('%s is one clear sentence and exit code 1', async (_, settings, sentence) => {
    const other = newDataFolder();
    const outcome = await sightline(other.folder, ['serve'], settings());
    other.remove();
    expect(outcome.code).toBe(1);
    expect(outcome.stderr).toMatch(sentence);
    expect(outcome.stderr).not.toMatch(/\bat .*\.js:/);
  });

  test('the command line: help with examples, exit codes, what it says when nothing runs', async () => {
    const nowhere = newDataFolder();
    const run = (...args: string[]): ReturnType<typeof sightline> => sightline(nowhere.folder, args);
    expect(await run('import', '--help')).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/Examples:\n {2}\$ npx sightline import/),
    });
    expect(await run('brew')).toMatchObject({ code: 2, stderr: expect.stringMatching(/unknown command/) });
    expect(await run('import', 'x.log')).toMatchObject({ code: 2, stderr: expect.stringMatching(/--source/) });
    expect(await run('figures', '--from', '2026-01-01', '--to', '2026-01-02')).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/no Sightline is running on .*: start it/),
    });
    expect(await sightline(data.folder, ['figures', '--from', '2026-01-01', '--to', 'soon'])).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^sightline: to: /),
    });
    const doctor = await sightline(data.folder, ['doctor', '--json']);
    expect(doctor.code).toBe(0);
    const { findings } = JSON.parse(doctor.stdout) as { findings: readonly { check: string; state: string }[] };
    expect(findings.filter(({ state }) => state === 'bad')).toEqual([]);
    expect(findings.map(({ check }) => check)).toEqual(['Node', 'data folder', 'running', 'disk', 'PostgreSQL', 'figures', 'dead letters']);
    nowhere.remove();
  });
});
