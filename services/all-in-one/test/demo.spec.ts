import path from 'node:path';
import { openDatabase } from '@sightline/adapter-postgres';
import type { FiguresAnswer } from '@sightline/kpi-aggregation';
import { CLINICS, dayOf, dayStart } from '@sightline/testing';
import { loadSecrets } from '../src/data-directory/secrets';
import type { DoorsView } from '../src/doors/doors';
import { readPostmaster } from '../src/postgres/postmaster';
import { newDataFolder, Product } from './product';
import { until } from './waiting';

jest.setTimeout(300_000);

/** The last 24 hours, as a query. */
const lastDay = (): { from: string; to: string } => ({ from: String(Date.now() - 86_400_000), to: String(Date.now()) });

describe('the demo centre', () => {
  const data = newDataFolder();
  let product: Product;
  let cookie = '';

  beforeAll(async () => {
    product = await Product.start(data.folder);
  });
  afterAll(async () => {
    await product?.interrupt();
    data.remove();
  });

  const ask = (to: string, method = 'GET', headers: Record<string, string> = {}): Promise<Response> =>
    fetch(`${product.url}${to}`, { method, headers: { cookie, ...headers } });
  const doors = async (): Promise<DoorsView> => (await (await ask('/v1/doors')).json()) as DoorsView;
  const answer = async (query: Record<string, string>): Promise<FiguresAnswer> =>
    (await (await ask(`/v1/figures?${new URLSearchParams(query).toString()}`)).json()) as FiguresAnswer;
  const running = async (): Promise<void> => {
    await until('the demo to run', async () => (await doors()).demo === 'running', 120_000);
    await until('its figures', async () => (await answer(lastDay())).behind === 0, 120_000);
  };

  test('opens from our own page only, and signs the visitor in', async () => {
    expect(await doors()).toEqual({ firstStart: true, demo: 'absent', signedIn: false });
    expect((await ask('/v1/demo', 'POST', { 'sec-fetch-site': 'cross-site' })).status).toBe(403);
    expect((await doors()).demo).toBe('absent');
    const opened = await ask('/v1/demo', 'POST');
    expect(opened.status).toBe(202);
    cookie = (opened.headers.get('set-cookie') ?? '').split(';')[0] as string;
    expect((await doors()).signedIn).toBe(true);
    await running();
    const from = String(dayStart(dayOf(Date.now())));
    const { rows } = await answer({ from, to: String(Date.now()), groupBy: 'clinic', figures: 'offered' });
    const known = new Set(CLINICS.map((clinic) => clinic.clinicId));
    expect(rows.length).toBeGreaterThan(0);
    expect(rows.filter((row) => !known.has(row.key['clinic'] ?? ''))).toEqual([]);
  });

  test('goes on where it stopped after kill -9: nothing twice, nothing missing', async () => {
    const from = dayStart(dayOf(Date.now()));
    const span = { from: String(from), to: String(Date.now() - 600_000), groupBy: 'clinic', figures: 'offered,abandoned,waitMsSum' };
    const before = (await answer(span)).rows.map(({ key, figures }) => ({ key, figures }));
    await product.kill();
    product = await Product.start(data.folder);
    await running();
    expect((await answer(span)).rows.map(({ key, figures }) => ({ key, figures }))).toEqual(before);
  });

  test('never mixes with what is real: the administrator of this machine sees nothing of it', async () => {
    const real = await product.api<FiguresAnswer>(`/v1/figures?${new URLSearchParams({ ...lastDay(), figures: 'offered' }).toString()}`);
    expect(real.rows[0]?.figures[0]?.value).toBe(0);
  });

  test('goes with one click, and everything of it', async () => {
    expect((await ask('/v1/demo', 'DELETE')).status).toBe(204);
    // Whoever is signed in is known for a second without asking the store.
    await until('the visit to end', async () => !(await doors()).signedIn);
    expect(await doors()).toEqual({ firstStart: true, demo: 'absent', signedIn: false });
    expect((await ask('/v1/figures?from=0&to=1')).status).toBe(401);
    expect(await leftOver(data.folder)).toEqual({ facts: 0, visits: 0, legs: 0, contacts: 0, states: 0, callers: 0, accounts: 0 });
  });
});

/** What the stores still hold, of a product that has nothing but the demo. */
async function leftOver(folder: string): Promise<Record<string, number>> {
  const { superuserPassword } = loadSecrets(folder);
  const { port } = readPostmaster(path.join(folder, 'postgres')) ?? {};
  const url = `postgres://postgres:${superuserPassword}@127.0.0.1:${port}/sightline`;
  const database = await openDatabase({ intake: url, pipeline: url, api: url });
  try {
    const tables = {
      facts: 'kpi.fact',
      visits: 'kpi.visit',
      legs: 'kpi.leg',
      contacts: 'kpi.contact',
      states: 'kpi.state',
      callers: 'vault.caller',
      accounts: `directory.account WHERE "operatorId" = 'demo'`,
    };
    const counts = Object.entries(tables).map(async ([name, from]): Promise<[string, number]> => {
      const [row]: { n: number }[] = await database.pipeline.query(`SELECT count(*) AS n FROM ${from}`);
      return [name, row?.n ?? -1];
    });
    return Object.fromEntries(await Promise.all(counts));
  } finally {
    await database.close();
  }
}
