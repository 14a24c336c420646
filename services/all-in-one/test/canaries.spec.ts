import { createHash } from 'node:crypto';
import { appendFileSync, mkdirSync, readFileSync, realpathSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { createVault, openDatabase } from '@sightline/adapter-postgres';
import { io } from 'socket.io-client';
import { loadSecrets } from '../src/data-directory/secrets';
import type { Sent } from './canaries';
import { ALL_CANARIES, callEvent, Canaries, CANARIES, fileOf, formsOf, goodEvents, lines, refusedEvents } from './canaries';
import { Client } from './client';
import { newDataFolder, Product, sightline } from './product';
import { bytesAsText, everythingIn, filesBelow, hashedIn, numbersIn } from './traces';
import { until } from './waiting';

const MIB = 1_048_576;
const ZONE = 'America/New_York';
const SPAN = `from=2026-03-01&to=2026-03-05&zone=${ZONE}`;
/** A queue of the house that is called by a number, and an id made by hashing: what the search must find, and nothing else. */
const PLANTED = '8005550199';
const PLANTED_ID = createHash('sha256').update(PLANTED).digest('hex');
const NUMBERS = [...ALL_CANARIES, PLANTED];
jest.setTimeout(300_000);

/** What was printed, answered and kept, where each number was sent through every door. */
describe('a thousand callers', () => {
  const data = newDataFolder();
  const feeds = path.join(path.dirname(data.folder), 'feeds');
  const canaries = new Canaries();
  const written: string[] = [];
  const said: string[] = [];
  const frames: string[] = [];
  let answers: readonly string[] = [];
  let database: Awaited<ReturnType<typeof everythingIn>>;
  let logs: { readonly name: string; readonly text: string }[];
  let files: { readonly name: string; readonly numbers: readonly string[] }[];
  let revealed: (string | null)[];

  beforeAll(async () => {
    mkdirSync(feeds);
    const product = await Product.start(data.folder, {
      SIGHTLINE_LOG_LEVEL: 'debug',
      SIGHTLINE_FOLLOW_FOLDERS: realpathSync(feeds),
      SIGHTLINE_FOLLOW_POLL_MS: '50',
    });
    try {
      await product.declare([
        source('pbx'),
        source('branch'),
        { kind: 'queue', source: 'pbx', queue: PLANTED, name: 'Main line', callType: null },
      ]);
      const client = new Client(product.url, product.token);
      await throughImports(client);
      await throughFollowing(product);
      await throughTheCommandLine();
      await throughQuestions(client);
      await throughSignIn(client);
      await throughSockets(product);
      await throughEvents(client);
      await product.caughtUp();
      await readEverything(client);
      answers = client.heard;
      ({ database, revealed } = await opened(data.folder));
      await product.interrupt();
      said.push(product.output, product.errors);
      logs = ['sightline.log', 'postgres.log'].map((name) => ({ name, text: bytesAsText(readFileSync(path.join(data.folder, name))) }));
      files = [...filesBelow(data.folder)].map(({ name, text }) => ({ name, numbers: numbersIn(text, NUMBERS) }));
    } finally {
      await product.interrupt();
    }
  });
  afterAll(() => data.remove());

  const source = (name: string): object => ({
    kind: 'source',
    source: name,
    name,
    system: 'queueLog',
    zone: ZONE,
    capabilities: ['waits'],
    live: false,
  });

  /** Lines for one door; those that come in are accepted. */
  function file(accepted: boolean): Buffer {
    const made = lines(canaries);
    written.push(...made.map(({ what }) => what));
    if (accepted) canaries.accepted(made);
    return Buffer.from(fileOf(made));
  }

  async function confirmed(client: Client, bytes: Buffer): Promise<string> {
    const chunks = [0, 1].map((index) => bytes.subarray(index * MIB, (index + 1) * MIB)).filter((chunk) => chunk.length > 0);
    const hashes = chunks.map((chunk) => createHash('sha256').update(chunk).digest('hex'));
    const request = { source: 'pbx', format: 'queueLog', zone: ZONE, sizeBytes: bytes.length, chunks: hashes };
    const job = await client.send('POST', '/v1/imports', request);
    expect(job.status).toBe(201);
    const first = await client.send('PUT', `/v1/imports/${job.json.importId}/chunks/0`, chunks[0]);
    expect(first.status).toBe(200);
    return job.json.importId as string;
  }

  async function throughImports(client: Client): Promise<void> {
    const looked = await client.send('POST', `/v1/imports/preview?source=pbx&format=queueLog&zone=${ZONE}`, file(false));
    expect(looked.json.damaged.total).toBeGreaterThan(20);
    await confirmed(client, file(true));
    // The rest of a file that is given up never arrives; half a line of it was waiting.
    const begun = Buffer.concat([file(true), Buffer.from(`${'x'.repeat(5_000)}\n`.repeat(220)), file(false)]);
    expect(begun.length).toBeGreaterThan(MIB);
    const importId = await confirmed(client, begun);
    const wrong = await client.send('PUT', `/v1/imports/${importId}/chunks/1`, Buffer.from(canaries.next()));
    expect(wrong.json.code).toBe('chunk-differs');
    expect((await client.send('DELETE', `/v1/imports/${importId}`)).status).toBe(204);
    const number = (): string => canaries.next();
    await client.send('POST', '/v1/imports', { source: number() });
    await client.send('POST', '/v1/imports', { [number()]: number() });
    await client.send('GET', `/v1/imports/${encodeURIComponent(number())}`);
    await client.send('PUT', `/v1/imports/${encodeURIComponent(number())}/chunks/${encodeURIComponent(number())}`, Buffer.from(number()));
    await client.send(
      'POST',
      `/v1/imports/preview?source=${encodeURIComponent(number())}&zone=${encodeURIComponent(number())}`,
      file(false),
    );
  }

  async function throughFollowing(product: Product): Promise<void> {
    const log = path.join(realpathSync(feeds), 'queue_log');
    writeFileSync(log, file(true));
    await product.api('/v1/follows', { source: 'branch', path: log });
    const half = file(true);
    appendFileSync(log, half.subarray(0, -30));
    appendFileSync(log, half.subarray(-30));
    renameSync(log, `${log}.1`);
    const last: Sent<string> = { what: `1772460000|1772460000.99999|the-end|NONE|ENTERQUEUE||${canaries.next()}|1`, vaulted: [] };
    canaries.accepted([{ ...last, vaulted: [last.what.split('|')[6] as string] }]);
    writeFileSync(log, Buffer.concat([file(true), Buffer.from(`${last.what}\n`)]));
    await until('the followed file to be read', async () => {
      const { rows } = await product.api<{ rows: { key: { queue?: string } }[] }>(`/v1/figures?${SPAN}&groupBy=queue&figures=offered`);
      return rows.some(({ key }) => key.queue === 'branch/the-end');
    });
  }

  async function throughTheCommandLine(): Promise<void> {
    const run = async (...args: string[]): Promise<string> => {
      const { stdout, stderr } = await sightline(data.folder, args);
      said.push(stdout, stderr);
      return stdout + stderr;
    };
    const queueLog = path.join(path.dirname(data.folder), 'day.queue_log');
    writeFileSync(queueLog, file(true));
    expect(await run('import', queueLog, '--source', 'pbx', '--zone', ZONE, '--yes')).toContain('damaged lines');
    writeFileSync(queueLog, file(true));
    expect(await run('import', queueLog, '--source', 'pbx', '--zone', ZONE, '--yes', '--json')).toContain('damagedLines');
    const span = ['--from', '2026-03-01', '--to', '2026-03-05', '--zone', ZONE];
    await run('figures', ...span, '--queue', `pbx/${canaries.next()}`);
    await run('figures', '--from', canaries.next(), '--to', canaries.next());
    await run('calls', ...span, '--agent', canaries.next());
    await run('calls', ...span, '--csv');
    await run('doctor');
  }

  async function throughQuestions(client: Client): Promise<void> {
    const number = (): string => encodeURIComponent(canaries.next());
    const names = ['clinic', 'agent', 'callType', 'figures', 'groupBy', 'formula', 'cursor', 'class', 'figure', 'thresholdSeconds'];
    for (const where of ['/v1/figures', '/v1/calls']) {
      for (const name of names) await client.send('GET', `${where}?${SPAN}&family=leg&${name}=${number()}`);
      await client.send('GET', `${where}?${SPAN}&groupBy=queue&queue=${number()}`);
      await client.send('GET', `${where}?${SPAN}&groupBy=queue&queue=pbx/${number()}`);
      await client.send('GET', `${where}?${SPAN}&${number()}=${number()}`);
      await client.send('GET', `${where}?from=${number()}&to=${number()}`);
      await client.send('GET', `${where}?from=2026-03-01&to=2026-03-02&zone=${number()}`);
    }
    for (const where of ['follows', 'displays', 'sources', 'accounts', 'invitations', 'directory', 'wall', 'nowhere'])
      for (const method of ['GET', 'DELETE']) await client.send(method, `/v1/${where}/${number()}`);
    for (const where of ['dead-letters?limit=', 'access-log?before=', 'wall?pool=', 'wall?view='])
      await client.send('GET', `/v1/${where}${number()}`);
    await client.send('POST', `/v1/sources/${number()}/keys`, { [canaries.next()]: 1 });
    await client.send('POST', `/v1/sources/pbx/keys`, { kinds: [canaries.next()] });
    await client.send('POST', '/v1/follows', { source: 'branch', path: `${feeds}/../${canaries.next()}` });
    await client.send('POST', '/v1/follows', { source: canaries.next(), path: feeds });
    await client.send('POST', '/v1/directory/changes', { changes: [{ kind: canaries.next() }], [canaries.next()]: 1 });
    await client.send('POST', `/v1/directory/csv/${number()}?dryRun=${number()}`, Buffer.from(canaries.next()));
    await client.send(canaries.next().startsWith('+') ? 'PATCH' : 'PUT', `/${number()}`, { text: canaries.next() });
  }

  async function throughSignIn(client: Client): Promise<void> {
    const number = (): string => canaries.next();
    for (const body of [
      { name: number(), password: number() },
      { name: 'ada', password: number() },
      { name: number(), password: 7 },
      { name: 'ada', password: 'x', [number()]: 1 },
    ])
      await client.send('POST', '/v1/session', body, { token: '' });
    await client.send('GET', '/v1/session', undefined, { token: number().replace(/\s/g, '') });
    await client.send('GET', '/v1/session', undefined, { token: '', headers: { cookie: `sightline_session=${number()}` } });
    await client.send('GET', '/v1/session', undefined, {
      headers: { 'user-agent': number(), 'x-request-id': number(), referer: number() },
    });
  }

  async function throughSockets(product: Product): Promise<void> {
    const number = (): string => canaries.next();
    const connect = (token: string) => {
      const socket = io(`${product.url}/live`, {
        path: '/live/socket.io',
        transports: ['websocket'],
        reconnection: false,
        forceNew: true,
        auth: { token },
      });
      socket.onAny((...frame: unknown[]) => frames.push(JSON.stringify(frame)));
      socket.on('connect_error', (error) => frames.push(`connect_error ${JSON.stringify({ ...error, message: error.message })}`));
      return socket;
    };
    connect(number());
    await until('a stranger to be refused', () => frames.some((frame) => frame.startsWith('connect_error')));
    const socket = connect(await product.signInFirst());
    await until('a socket', () => socket.connected);
    const requests = [
      { view: number() },
      { view: 'wall', pool: number() },
      { view: 'wall', clinics: [number()] },
      { view: 'wall', [number()]: number() },
      { view: 'wall', since: { boot: number(), view: number(), number: 1 } },
      number(),
      [number()],
    ];
    for (const request of requests) socket.emit('subscribe', request);
    socket.emit('unsubscribe', { view: number() });
    socket.emit(number(), number());
    socket.emit('subscribe', { view: 'wall' });
    await until('the wall', () => frames.some((frame) => frame.startsWith('["snapshot"')));
    socket.close();
  }

  async function throughEvents(client: Client): Promise<void> {
    const granted = await client.send('POST', '/v1/sources/pbx/keys', { sources: ['branch'] });
    const { key } = granted.json as { key: string };
    const post = (body: unknown, headers: Record<string, string> = {}) =>
      client.send('POST', '/v1/events', body, { token: key, headers: { 'content-type': 'application/json', ...headers } });
    const good = (): Record<string, unknown>[] => {
      const sent = goodEvents(canaries);
      canaries.accepted(sent);
      return sent.map(({ what }) => what);
    };

    await post([callEvent({ queue: PLANTED, eventId: PLANTED_ID })]);
    const batch = good();
    const mixed = await post([...batch, ...refusedEvents(canaries)]);
    expect([mixed.status, mixed.json.accepted]).toEqual([200, batch.length]);
    for (const event of good()) expect((await post(event)).json).toEqual({ accepted: 1, rejected: [] });
    for (const event of refusedEvents(canaries)) expect([403, 422]).toContain((await post(event)).status);
    const packed = gzipSync(JSON.stringify(good()));
    expect((await post(packed, { 'content-encoding': 'gzip' })).status).toBe(200);

    const unread = (): string => JSON.stringify(goodEvents(canaries).map(({ what }) => what));
    const large = Buffer.from(unread().padEnd(9 * MIB, ' '));
    const refusals = [
      await post(large),
      await post(gzipSync(large), { 'content-encoding': 'gzip' }),
      await post(gzipSync(unread()).subarray(0, -20), { 'content-encoding': 'gzip' }),
      await post(Buffer.from(unread().slice(0, -9))),
      await post(Buffer.from(`${unread()}\xff`, 'latin1')),
      await post(Buffer.from(unread()), { 'content-type': 'text/xml' }),
      await post(Buffer.from(`{"__proto__": ${unread()}}`)),
      await post(canaries.next()),
      await client.send('POST', '/v1/events', Buffer.from(unread()), { token: canaries.next().replace(/\s/g, '') }),
    ];
    expect(refusals.map(({ status }) => status)).toEqual([413, 413, 400, 400, 400, 415, 400, 422, 401]);

    const rest = Array.from({ length: canaries.left }, (): Sent<Record<string, unknown>> => {
      const callerNumber = canaries.next();
      return { what: callEvent({ callerNumber }), vaulted: [callerNumber] };
    });
    canaries.accepted(rest);
    expect(rest.length).toBeGreaterThan(50);
    expect((await post(rest.map(({ what }) => what))).json).toEqual({ accepted: rest.length, rejected: [] });
  }

  /** Whatever can be read, as the administrator. */
  async function readEverything(client: Client): Promise<void> {
    const spans = ['visit', 'contact', 'leg'].map((family) => `${SPAN}&family=${family}`);
    const groups = { visit: 'clinic,queue,callType', contact: 'clinic', leg: 'agent,queue' };
    const wanted = [
      ...spans.map((span) => `/v1/calls?${span}&limit=1000`),
      ...Object.entries(groups).map(([family, groupBy]) => `/v1/figures?${SPAN}&family=${family}&groupBy=${groupBy}`),
      ...['imports', 'follows', 'feeds', 'directory', 'wall', 'accounts', 'displays', 'doors', 'openapi.json'].map((name) => `/v1/${name}`),
      '/v1/dead-letters?limit=1000',
      '/v1/access-log?limit=200',
      '/v1/sources/pbx/keys',
      '/metrics',
      '/health/ready',
    ];
    for (const where of wanted) expect([where, (await client.send('GET', where)).status]).toEqual([where, 200]);
    await client.send('GET', `/v1/calls?${SPAN}&limit=1000`, undefined, { headers: { accept: 'text/csv' } });
  }

  test('every door took them: what was sent where it belongs is in the vault, and nothing else', () => {
    expect(canaries.left).toBe(0);
    expect(revealed.sort()).toEqual([...canaries.vaulted].sort());
    console.log(`${CANARIES} numbers sent, ${revealed.length} of them (or other parties of theirs) in the vault`);
  });

  test('no number stands in the database, in clear, hex or base64', () => {
    console.log(`searched ${database.rows} rows of ${database.tables} tables, ${Math.round(database.text.length / 1_024)} KiB`);
    expect(numbersIn(database.text, NUMBERS)).toEqual([PLANTED]);
  });

  test('no file of the data folder holds one: logs, leftovers, and the files and journal of PostgreSQL', () => {
    for (const { text } of logs) expect(numbersIn(text, NUMBERS)).toEqual([]);
    expect(logs[0]?.text).toContain('import finished');
    console.log(`searched ${files.length} files`);
    const found = files.filter(({ numbers }) => numbers.length > 0);
    expect([...new Set(found.flatMap(({ numbers }) => numbers))]).toEqual([PLANTED]);
    expect(found.filter(({ name }) => !name.startsWith(`postgres${path.sep}`))).toEqual([]);
  });

  test('nobody was told one: answers, frames of sockets, what the programs printed', () => {
    console.log(`searched ${answers.length} answers, ${frames.length} frames, ${said.join('').length} characters printed`);
    expect(answers.filter((answer) => numbersIn(answer, ALL_CANARIES).length > 0)).toEqual([]);
    expect(numbersIn(answers.join('\n'), NUMBERS)).toEqual([PLANTED]);
    expect(answers.join('\n')).toContain('number-in-clear');
    expect(numbersIn(frames.join('\n'), ALL_CANARIES)).toEqual([]);
    expect(frames.join('\n')).toContain('"refused"');
    expect(numbersIn(said.join('\n'), ALL_CANARIES)).toEqual([]);
    expect(said.join('\n')).toContain('the-end');
  });

  test('no number can be found by hashing candidates without the key of the vault', () => {
    const texts = [...NUMBERS.flatMap(formsOf), ...written.flatMap((line) => [line, `${line}\n0`, `${line}\n1`])];
    const candidates = ['', 'main\n', 'pbx\n', 'name\n'].flatMap((before) => texts.map((text) => before + text));
    const everything = [database.text, ...answers, ...frames, ...said, ...logs.map(({ text }) => text)].join('\n');
    console.log(`hashed ${candidates.length} candidates, three ways each`);
    expect(hashedIn(everything, candidates)).toEqual([PLANTED]);
  });
});

test('the search finds a number however it is written or hashed', () => {
  const [number = ''] = ALL_CANARIES;
  const hash = (algorithm: string): Buffer => createHash(algorithm).update(number).digest();
  const clear = [...formsOf(number), Buffer.from(number).toString('hex'), Buffer.from(`to ${number}`).toString('base64')];
  expect(clear.filter((text) => numbersIn(`before ${text} behind`, ALL_CANARIES).join() !== number)).toEqual([]);
  const hashed = ['md5', 'sha1', 'sha256'].flatMap((algorithm) =>
    (['hex', 'base64', 'base64url', 'latin1'] as const).map((form) => hash(algorithm).toString(form)),
  );
  expect(hashed.filter((text) => hashedIn(`before${text}behind`, ALL_CANARIES).join() !== number)).toEqual([]);
});

/** The database of a running product, and what its vault gives back to whoever has the key. */
async function opened(folder: string): Promise<{ database: Awaited<ReturnType<typeof everythingIn>>; revealed: (string | null)[] }> {
  const { superuserPassword, masterKey } = loadSecrets(folder);
  const port = readFileSync(path.join(folder, 'postgres.port'), 'utf8');
  const url = `postgres://postgres:${superuserPassword}@127.0.0.1:${port}/sightline`;
  const database = await openDatabase({ intake: url, pipeline: url, api: url });
  try {
    const vault = createVault(database, masterKey);
    const callers: { operator_id: string; caller_id: string }[] = await database.pipeline.query(
      'SELECT operator_id, caller_id FROM vault.caller',
    );
    const revealed = await Promise.all(callers.map((caller) => vault.reveal(caller.operator_id, caller.caller_id)));
    return { database: await everythingIn(database), revealed };
  } finally {
    await database.close();
  }
}
