import { createHash } from 'node:crypto';
import { once } from 'node:events';
import net from 'node:net';
import { gzipSync } from 'node:zlib';
import { io } from 'socket.io-client';
import type { Client } from './client';

/** What a request came to: a status, or what became of a socket, and the code of the reason. */
export type Outcome = readonly [status: number | 'refused' | 'closed', code: string | null];

/** Whom the bad requests are sent to, and with what. */
export interface Target {
  readonly client: Client;
  /** Token of the administrator. */
  readonly administrator: string;
  /** May look at one clinic only. */
  readonly viewer: string;
  /** Key that may say everything about its source `pbx`. */
  readonly key: string;
  /** Key of `crm` for `callDisposed` up to rank 2. */
  readonly narrowKey: string;
  /** An import that waits for its first chunk. */
  readonly importId: string;
}

export type BadRequest = readonly [what: string, send: (target: Target) => Promise<Outcome>, status: Outcome[0], code: string | null];

const MIB = 1_048_576;
const PATIENCE_MS = 20_000;
const good = (members: Record<string, unknown> = {}): Record<string, unknown> => ({
  eventId: 'never accepted',
  occurredAt: '2026-11-24T09:00:00Z',
  call: { id: 'never accepted' },
  queue: 'refused',
  queueEntered: {},
  ...members,
});
const deep = (depth: number): string => `${'[{"x":'.repeat(depth)}1${'}]'.repeat(depth)}`;

async function outcome(answer: Promise<{ status: number; json: { code?: string } | null }>): Promise<Outcome> {
  const { status, json } = await answer;
  return [status, json?.code ?? null];
}

const event = (members: Record<string, unknown>) => (target: Target) => events(good(members), {})(target);
const events =
  (body: unknown, headers: Record<string, string>) =>
  ({ client, key }: Target): Promise<Outcome> =>
    outcome(client.send('POST', '/v1/events', body, { token: key, headers: { 'content-type': 'application/json', ...headers } }));
const raw = (body: string | Buffer, headers: Record<string, string> = {}) => events(Buffer.from(body), headers);
const withToken = (token: (target: Target) => string, body: unknown) => (target: Target) =>
  outcome(target.client.send('POST', '/v1/events', body, { token: token(target) }));
const ask =
  (method: string, to: string, body?: unknown, headers: Record<string, string> = {}) =>
  ({ client }: Target): Promise<Outcome> =>
    outcome(client.send(method, to, body, { headers }));
const figures = (query: string) => ask('GET', `/v1/figures?${query}`);
const SPAN = 'from=2026-11-01&to=2026-11-02&zone=UTC';
const upload = (index: string, bytes: Buffer) => (target: Target) =>
  outcome(target.client.send('PUT', `/v1/imports/${target.importId}/chunks/${index}`, bytes));
const confirm = (members: Record<string, unknown>) =>
  ask('POST', '/v1/imports', { source: 'files', format: 'queueLog', zone: 'UTC', sizeBytes: 9, chunks: ['0'.repeat(64)], ...members });
const csv = (text: string) =>
  ask('POST', '/v1/directory/csv/queues?dryRun=false&source=pbx', Buffer.from(text), { 'content-type': 'text/csv' });

/** Writes bytes as they are, in the pieces given, and reads what comes until the other side or `hangUp` ends it. */
async function overTheWire({ client }: Target, pieces: Iterable<string>, hangUp = false): Promise<Outcome> {
  const { hostname, port } = new URL(client.url);
  const socket = net.connect(Number(port), hostname);
  socket.setTimeout(PATIENCE_MS, () => socket.destroy());
  let text = '';
  socket.on('data', (chunk) => (text += chunk.toString('latin1')));
  socket.on('error', () => {});
  await once(socket, 'connect');
  for (const piece of pieces) {
    if (socket.destroyed) break;
    await new Promise<void>((resolve) => void socket.write(piece, () => resolve()));
  }
  if (hangUp) socket.destroy();
  if (!socket.closed) await once(socket, 'close');
  const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1] ?? NaN);
  return Number.isNaN(status) ? ['closed', null] : [status, /"code":"([^"]+)"/.exec(text)?.[1] ?? null];
}

const head = (key: string, length: number, more = ''): string =>
  `POST /v1/events HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer ${key}\r\nContent-Type: application/json\r\nContent-Length: ${length}\r\n${more}\r\n`;

/** What a gateway says to a frame. */
async function frame({ client, administrator }: Target, name: string, payload: unknown, token: unknown = administrator): Promise<Outcome> {
  const options = { path: '/live/socket.io', transports: ['websocket'], reconnection: false, forceNew: true, timeout: PATIENCE_MS };
  const socket = io(`${client.url}/live`, { ...options, auth: { token } });
  try {
    return await new Promise<Outcome>((resolve) => {
      socket.on('connect_error', (error) => resolve(['closed', error.message]));
      socket.on('disconnect', () => resolve(['closed', null]));
      socket.on('refused', ({ code }: { code: string }) => resolve(['refused', code]));
      socket.emit(name, payload);
    });
  } finally {
    socket.close();
  }
}

const subscribing = (payload: unknown) => (target: Target) => frame(target, 'subscribe', payload);

/** Bad input by every way in, and what must come of it. Sending it again changes nothing. */
export const BAD_REQUESTS: readonly BadRequest[] = [
  // Bodies that cannot be read.
  ['no body', events(undefined, {}), 400, 'no-body'],
  ['half a JSON', raw('{"eventId":'), 400, 'bad-json'],
  ['an empty text', raw(' '), 400, 'bad-json'],
  ['invalid UTF-8', raw(Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d])), 400, 'bad-utf8'],
  ['__proto__', raw('{"__proto__": {"eventId": "1"}}'), 400, 'bad-key'],
  ['__proto__ in disguise', raw('[{"\\u005f_proto__": {}}]'), 400, 'bad-key'],
  ['constructor', raw('{"constructor": {"prototype": {}}}'), 422, 'unknown-member'],
  ['nesting of 66', raw(deep(33)), 400, 'too-deep'],
  ['nesting of 200,000', raw(deep(100_000)), 400, 'too-deep'],
  ['truncated gzip', raw(gzipSync(JSON.stringify(good())).subarray(0, 60), { 'content-encoding': 'gzip' }), 400, 'bad-gzip'],
  ['no gzip at all', raw('{}', { 'content-encoding': 'gzip' }), 400, 'bad-gzip'],
  ['a gzip bomb', raw(gzipSync(Buffer.alloc(64 * MIB, 32)), { 'content-encoding': 'gzip' }), 413, 'too-large'],
  ['another packing', raw('{}', { 'content-encoding': 'br' }), 415, 'bad-encoding'],
  ['another type', raw('<a/>', { 'content-type': 'text/xml' }), 415, 'bad-media-type'],
  ['9 MiB', raw(Buffer.alloc(9 * MIB, 32)), 413, 'too-large'],
  ['5,001 events', events(Array(5_001).fill(0), {}), 413, 'too-many-events'],
  // Who may say what.
  ['a wrong key', withToken(() => 'wrong', good()), 401, 'not-signed-in'],
  ['the session of a person', withToken(({ administrator }) => administrator, good()), 403, 'not-a-source'],
  ['a call of a foreign source', event({ call: { source: 'crm', id: '1' } }), 403, 'foreign-source'],
  ['a kind beyond the grant', withToken(({ narrowKey }) => narrowKey, good()), 403, 'kind-not-granted'],
  [
    'a rank beyond the grant',
    withToken(({ narrowKey }) => narrowKey, good({ queueEntered: undefined, callDisposed: { disposition: 'sold' }, rank: 3 })),
    403,
    'rank-not-granted',
  ],
  [
    'a source asks for figures',
    ({ client, key }) => outcome(client.send('GET', `/v1/figures?${SPAN}`, undefined, { token: key })),
    403,
    'not-a-person',
  ],
  // Types, sizes, times.
  ['null', events(null, {}), 422, 'not-an-object'],
  ['no eventId', event({ eventId: undefined }), 422, 'missing'],
  ['an eventId of 129 characters', event({ eventId: 'x'.repeat(129) }), 422, 'bad-length'],
  ['a number for a text', event({ queue: 7 }), 422, 'not-a-text'],
  ['a control character', event({ queue: 'a\u0000b' }), 422, 'bad-text'],
  ['half a surrogate', raw(JSON.stringify(good()).replace('"refused"', '"\\ud800"')), 422, 'bad-text'],
  ['a time without offset', event({ occurredAt: '2026-11-24T09:00:00' }), 422, 'bad-time'],
  ['a day that does not exist', event({ occurredAt: '2026-02-30T09:00:00Z' }), 422, 'bad-time'],
  ['seconds for milliseconds', event({ occurredAt: 1_772_460_000 }), 422, 'out-of-range'],
  ['half a millisecond', event({ occurredAt: 1_772_460_000_000.5 }), 422, 'not-an-integer'],
  ['a revision beyond all integers', event({ revision: 1e300 }), 422, 'not-an-integer'],
  ['a wait below zero', event({ reportedWaitMs: -1 }), 422, 'out-of-range'],
  ['two facts', event({ callAnswered: {} }), 422, 'one-fact'],
  ['a misspelt member', event({ callerNumbr: 'x' }), 422, 'unknown-member'],
  ['a number in clear', event({ queue: '2125550142' }), 422, 'number-in-clear'],
  // Files.
  ['an import into a zone that does not exist', confirm({ zone: 'Mars/Olympus' }), 422, 'bad-member'],
  ['an import with a hash that is none', confirm({ chunks: ['x'] }), 422, 'bad-member'],
  ['an import with fewer chunks than bytes', confirm({ sizeBytes: 3 * MIB }), 422, 'bad-member'],
  ['an import into an unknown source', confirm({ source: 'nowhere' }), 404, 'unknown-source'],
  ['a second import of one source', confirm({}), 409, 'import-open'],
  ['a chunk out of turn', upload('1', Buffer.from('line')), 409, 'chunk-out-of-order'],
  ['a chunk of other bytes', upload('0', Buffer.from('half a li')), 422, 'chunk-differs'],
  ['a chunk of 2 MiB', upload('0', Buffer.alloc(2 * MIB)), 413, 'too-large'],
  ['a chunk without number', upload('x', Buffer.from('line')), 400, 'bad-request'],
  [
    'a preview of half a gzip',
    ask('POST', '/v1/imports/preview?format=queueLog&zone=UTC', gzipSync(Buffer.alloc(999)).subarray(0, 20), {
      'content-encoding': 'gzip',
    }),
    400,
    'bad-gzip',
  ],
  ['a preview without zone', ask('POST', '/v1/imports/preview?format=queueLog', Buffer.from('line')), 422, 'bad-member'],
  ['a CSV without its columns', csv('what,ever\n1,2\n'), 422, 'bad-lines'],
  ['a CSV with an open quote', csv('queue,name\n"sales,Sales\n'), 422, 'bad-lines'],
  [
    'a CSV that is not UTF-8',
    ask('POST', '/v1/directory/csv/queues?dryRun=false&source=pbx', Buffer.from([0xff, 0xfe]), { 'content-type': 'text/csv' }),
    400,
    'bad-utf8',
  ],
  [
    'a CSV of something else',
    ask('POST', '/v1/directory/csv/planets?dryRun=true', Buffer.from('x'), { 'content-type': 'text/csv' }),
    404,
    'unknown-format',
  ],
  ['a file outside the folders', ask('POST', '/v1/follows', { source: 'files', path: '/etc/passwd' }), 403, 'outside-folders'],
  // Questions.
  ['a zone that does not exist', figures('from=2026-11-01&to=2026-11-02&zone=Mars/Olympus'), 400, 'bad-parameter'],
  ['a local time that the clocks skipped', figures('from=2026-03-08T02:30&to=2026-03-09&zone=America/New_York'), 400, 'bad-parameter'],
  ['a local time that was twice', figures('from=2026-11-01T01:30&to=2026-11-02&zone=America/New_York'), 400, 'bad-parameter'],
  ['an end before its beginning', figures('from=2026-11-02&to=2026-11-01&zone=UTC'), 400, 'bad-parameter'],
  ['a century by the minute', figures('from=2026-01-01&to=2027-01-01&zone=UTC&interval=1min'), 400, 'bad-parameter'],
  ['a parameter nobody knows', figures(`${SPAN}&thresold=20`), 400, 'unknown-parameter'],
  ['a figure nobody knows', figures(`${SPAN}&figures=happiness`), 400, 'bad-parameter'],
  ['a control character in a question', figures(`${SPAN}&callType=%00`), 400, 'bad-parameter'],
  ['a cursor of somebody else', ask('GET', `/v1/calls?${SPAN}&cursor=AAAA`), 400, 'bad-parameter'],
  [
    'a foreign clinic',
    ({ client, viewer }) => outcome(client.send('GET', `/v1/figures?${SPAN}&clinic=beta`, undefined, { token: viewer })),
    403,
    'foreign-clinic',
  ],
  ['a foreign queue', figures(`${SPAN}&queue=nowhere/sales`), 403, 'foreign-queue'],
  [
    'agents by name, for a clinic',
    ({ client, viewer }) => outcome(client.send('GET', `/v1/figures?${SPAN}&family=leg&groupBy=agent`, undefined, { token: viewer })),
    403,
    'agents-hidden',
  ],
  [
    'a change by a clinic',
    ({ client, viewer }) => outcome(client.send('POST', '/v1/directory/changes', { changes: [{}] }, { token: viewer })),
    403,
    'role-lacking',
  ],
  ['a change that is none', ask('POST', '/v1/directory/changes', { changes: [{ kind: 'planet' }] }), 422, 'bad-changes'],
  // The wire.
  ['an unknown route', ask('GET', '/v1/nowhere'), 404, 'not-found'],
  ['a method that is not for this', ask('DELETE', '/v1/figures'), 404, 'not-found'],
  ['a path that cannot be decoded', ask('GET', '/v1/imports/%E0%A4%A'), 400, 'bad-request'],
  [
    'a write by the cookie from another site',
    ({ client, administrator }) =>
      outcome(
        client.send(
          'POST',
          '/v1/imports',
          {},
          { token: '', headers: { cookie: `sightline_session=${administrator}`, origin: 'http://evil.example' } },
        ),
      ),
    403,
    'foreign-origin',
  ],
  [
    'headers of 64 KiB',
    (target) => overTheWire(target, [`GET /health/live HTTP/1.1\r\nHost: x\r\nX-Flood: ${'x'.repeat(65_536)}\r\n\r\n`]),
    431,
    'headers-too-large',
  ],
  [
    'two thousand headers',
    (target) => overTheWire(target, [`GET /health/live HTTP/1.1\r\nHost: x\r\n${'A: 123456789\r\n'.repeat(2_000)}\r\n`]),
    431,
    'headers-too-large',
  ],
  ['no HTTP', (target) => overTheWire(target, ['\u0016\u0003\u0001 hello\r\n\r\n']), 400, 'bad-request'],
  ['two lengths', (target) => overTheWire(target, [head(target.key, 2, 'Content-Length: 5\r\n'), '{}']), 400, 'bad-request'],
  ['a body cut in the middle', (target) => overTheWire(target, [head(target.key, 1_000), '[{"eventId":'], true), 'closed', null],
  ['a body in drops', (target) => overTheWire(target, [head(target.key, 11), ...'{"eventId":']), 400, 'bad-json'],
  [
    'a chunked body with bad sizes',
    (target) => overTheWire(target, [head(target.key, 0).replace('Content-Length: 0', 'Transfer-Encoding: chunked'), 'zz\r\n']),
    400,
    'bad-request',
  ],
  // Sockets.
  ['a socket without sign-in', (target) => frame(target, 'subscribe', { view: 'wall' }, 'wrong'), 'closed', 'not-signed-in'],
  ['a socket with an object for a token', (target) => frame(target, 'subscribe', { view: 'wall' }, { $gt: '' }), 'closed', 'not-signed-in'],
  ['a frame that is no request', subscribing('wall'), 'refused', 'bad-member'],
  ['a frame of nothing', subscribing(null), 'refused', 'bad-member'],
  ['a view nobody knows', subscribing({ view: 'planets' }), 'refused', 'bad-member'],
  ['a misspelt subscription', subscribing({ view: 'wall', pol: 'x' }), 'refused', 'bad-member'],
  ['a frame of 64 KiB', subscribing({ view: 'wall', pool: 'x'.repeat(65_536) }), 'closed', null],
];

/** A confirmed import of which nothing has come. */
export async function openImport(client: Client): Promise<string> {
  const chunks = ['half a line'].map((text) => createHash('sha256').update(text).digest('hex'));
  const { json } = await client.send('POST', '/v1/imports', { source: 'files', format: 'queueLog', zone: 'UTC', sizeBytes: 11, chunks });
  return json.importId as string;
}
