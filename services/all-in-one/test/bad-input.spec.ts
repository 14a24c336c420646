import type { Outcome, Target } from './bad-requests';
import { BAD_REQUESTS, openImport } from './bad-requests';
import { Client } from './client';
import { collectGarbage, INSPECTED } from './garbage';
import { newDataFolder, Product } from './product';

jest.setTimeout(300_000);

/** Rounds of the whole table while good events arrive: at most so many, and no more are begun after so long. */
const ROUNDS_MAX = 30;
const ROUNDS_MS = 60_000;
const WARM_UP_ROUNDS = 3;
/** Calls in one request of the good stream. */
const BATCH = 10;
const MIB = 1_048_576;

interface Memory {
  /** Of JavaScript, garbage collected. */
  readonly heapMiB: number;
  readonly residentMiB: number;
  readonly startedAt: number;
}

describe('bad input against the running product', () => {
  const data = newDataFolder();
  let product: Product;
  let target: Target;
  let sent = 0;

  beforeAll(async () => {
    // Without the calls that the fold keeps at hand, up to its limit, nothing is meant to grow.
    product = await Product.start(data.folder, { ...INSPECTED, SIGHTLINE_FOLD_CACHE_FACTS: '0' });
    const row = { zone: 'America/New_York', capabilities: ['waits'], live: false };
    const clinic = { kind: 'clinic', zone: 'America/New_York', weekStart: 1, opening: null };
    await product.declare([
      ...['alpha', 'beta'].map((clinicId) => ({ ...clinic, clinicId, name: clinicId })),
      { ...row, kind: 'source', source: 'pbx', name: 'Phones', system: 'http' },
      { ...row, kind: 'source', source: 'crm', name: 'Records', system: 'http' },
      { ...row, kind: 'source', source: 'files', name: 'Files', system: 'queueLog' },
    ]);
    const client = new Client(product.url, product.token);
    const key = async (source: string, grant: object): Promise<string> =>
      (await product.api<{ key: string }>(`/v1/sources/${source}/keys`, grant)).key;
    target = {
      client,
      administrator: await product.signInFirst(),
      viewer: await viewerOf(client, 'alpha'),
      key: await key('pbx', {}),
      narrowKey: await key('crm', { kinds: ['callDisposed'], maxRank: 2 }),
      importId: await openImport(client),
    };
  });
  afterAll(async () => {
    await product?.interrupt();
    data.remove();
  });

  /** Somebody of one clinic, signed in. */
  async function viewerOf(client: Client, clinic: string): Promise<string> {
    const account = { name: 'visitor', displayName: 'Visitor', role: 'clinicViewer', clinics: [clinic] };
    const { invitation } = await product.api<{ invitation: { token: string } }>('/v1/accounts', account);
    const answer = await client.send('POST', `/v1/invitations/${invitation.token}`, { password: 'twelve clinics at noon' }, { token: '' });
    return /sightline_session=([\w-]+)/.exec(answer.headers.get('set-cookie') ?? '')?.[1] ?? '';
  }

  /** Calls that came and were given up, whole: nothing of them stays open. */
  async function goodBatch(): Promise<void> {
    const calls = Array.from({ length: BATCH }, () => `good ${++sent}`);
    const about = (call: string): object => ({ call: { id: call }, queue: 'sales' });
    const events = [
      ...calls.map((call) => ({ ...about(call), eventId: `${call} in`, occurredAt: '2026-11-24T09:00:00Z', queueEntered: {} })),
      ...calls.map((call) => ({ ...about(call), eventId: `${call} out`, occurredAt: '2026-11-24T09:00:30Z', callAbandoned: {} })),
    ];
    const { json } = await target.client.send('POST', '/v1/events', events, { token: target.key });
    expect(json).toEqual({ accepted: 2 * BATCH, rejected: [] });
  }

  async function memory(): Promise<Memory> {
    await collectGarbage(product.errors);
    const { text } = await target.client.send('GET', '/metrics');
    const value = (name: string): number => Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1] ?? NaN);
    return {
      heapMiB: Math.round(value('nodejs_heap_size_used_bytes') / MIB),
      residentMiB: Math.round(value('process_resident_memory_bytes') / MIB),
      startedAt: value('process_start_time_seconds'),
    };
  }

  const round = async (): Promise<readonly [string, Outcome][]> => {
    const outcomes: [string, Outcome][] = [];
    for (const [what, send] of BAD_REQUESTS) outcomes.push([what, await send(target)]);
    target.client.heard.length = 0;
    return outcomes;
  };
  const expected = BAD_REQUESTS.map(([what, , status, code]) => [what, [status, code]]);

  test.each(BAD_REQUESTS)('%s', async (_, send, status, code) => {
    expect(await send(target)).toEqual([status, code]);
    await goodBatch();
  });

  test('refusals over HTTP are problem documents that quote nothing', async () => {
    const secret = 'xyzzy';
    const { headers, json } = await target.client.send(
      'POST',
      '/v1/events',
      { [secret]: secret, eventId: [secret] },
      { token: target.key },
    );
    expect(headers.get('content-type')).toContain('application/problem+json');
    expect(json).toMatchObject({
      type: `urn:sightline:problem:${json.code}`,
      status: 422,
      title: expect.any(String),
      detail: expect.any(String),
    });
    expect(JSON.stringify(json.detail)).not.toContain(secret);
  });

  test('the table over and over while good events arrive: all are taken, the process stays, memory stays flat', async () => {
    let ended = false;
    const stream = (async () => {
      while (!ended) await goodBatch();
    })();
    // A failed batch is told at the end, not as an unhandled rejection.
    stream.catch(() => {});
    const startedAt = performance.now();
    for (let warm = 0; warm < WARM_UP_ROUNDS; warm += 1) expect(await round()).toEqual(expected);
    const before = await memory();
    const after: Memory[] = [];
    for (let done = 0; done < ROUNDS_MAX && performance.now() - startedAt < ROUNDS_MS; done += 1) {
      expect(await round()).toEqual(expected);
      after.push(await memory());
    }
    ended = true;
    await stream;
    const kept = Math.max(...after.map(({ heapMiB }) => heapMiB));
    const resident = Math.max(...after.map(({ residentMiB }) => residentMiB));
    console.log(
      `${BAD_REQUESTS.length} cases, ${WARM_UP_ROUNDS} + ${after.length} rounds, ${2 * sent} good events: ` +
        `heap ${before.heapMiB} → ${kept} MiB (${after.map(({ heapMiB }) => heapMiB).join(' ')}), resident ${before.residentMiB} → ${resident} MiB`,
    );
    expect(after.length).toBeGreaterThan(0);
    expect(kept).toBeLessThanOrEqual(before.heapMiB * 1.1 + 5);
    expect(resident).toBeLessThanOrEqual(before.residentMiB * 1.3 + 60);
    expect(after.at(-1)?.startedAt).toBe(before.startedAt);
    await product.caughtUp();
    const { rows } = await product.api<{ rows: { key: Record<string, string>; figures: { value: number }[] }[] }>(
      '/v1/figures?from=2026-11-24&to=2026-11-25&zone=UTC&groupBy=queue&figures=offered,abandoned',
    );
    expect(rows.map(({ key, figures }) => [key['queue'], ...figures.map(({ value }) => value)])).toEqual([['pbx/sales', sent, sent]]);
    expect(await product.interrupt()).toBe(0);
  });
});
