import { gzipSync } from 'node:zlib';
import { describeWithPostgres } from '@sightline/testing';
import type { Answer } from './harness';
import { goodEvent, Ingestion, Store } from './harness';
import { callsLog, importOf } from './queue-log';

jest.setTimeout(60_000);

const MIB = 1_048_576;
const JSON_TYPE = { 'content-type': 'application/json' };
const file = Buffer.from(callsLog(3));

describeWithPostgres('bad input', (superuserUrl) => {
  let store: Store;
  let ingestion: Ingestion;

  beforeAll(async () => {
    store = await Store.open(superuserUrl);
    ingestion = await Ingestion.start(store);
  });

  afterAll(async () => {
    await ingestion.stop();
    await store.close();
  });

  const event = (members: Record<string, unknown>, token = 'pbx-key') => ingestion.post(goodEvent(members), token);
  const raw = (body: string | Buffer, headers: Record<string, string> = {}) =>
    ingestion.send('POST', '/v1/events', 'pbx-key', Buffer.from(body), { ...JSON_TYPE, ...headers });
  const packed = (bytes: Buffer) => raw(bytes, { 'content-encoding': 'gzip' });
  const confirm = (members: Record<string, unknown>) => ingestion.send('POST', '/v1/imports', 'manager', importOf(file, members));
  const preview = (query: string, body: Buffer | undefined = file, headers = {}) =>
    ingestion.send('POST', `/v1/imports/preview?${query}`, 'manager', body, headers);
  const deep = (depth: number) => `${'[{"x":'.repeat(depth)}1${'}]'.repeat(depth)}`;

  type Case = readonly [what: string, send: () => Promise<Answer>, status: number, code: string];
  const cases: readonly Case[] = [
    ['no body', () => ingestion.send('POST', '/v1/events', 'pbx-key', undefined, JSON_TYPE), 400, 'no-body'],
    ['no JSON', () => raw('{"eventId":'), 400, 'bad-json'],
    ['an empty text', () => raw(' '), 400, 'bad-json'],
    ['invalid UTF-8', () => raw(Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d])), 400, 'bad-utf8'],
    ['__proto__', () => raw('{"__proto__": {"eventId": "1"}}'), 400, 'bad-key'],
    ['__proto__ in disguise', () => raw('[{"\\u005f_proto__": {}}]'), 400, 'bad-key'],
    ['nesting of 100', () => raw(deep(50)), 400, 'too-deep'],
    ['nesting of 200,000', () => raw(deep(100_000)), 400, 'too-deep'],
    ['truncated gzip', () => packed(gzipSync(JSON.stringify(goodEvent())).subarray(0, 60)), 400, 'bad-gzip'],
    ['no gzip at all', () => packed(Buffer.from('{}')), 400, 'bad-gzip'],
    ['a gzip bomb', () => packed(gzipSync(Buffer.alloc(9 * MIB, 32))), 413, 'too-large'],
    ['another packing', () => raw('{}', { 'content-encoding': 'br' }), 415, 'bad-encoding'],
    ['another type of body', () => raw('<a/>', { 'content-type': 'text/xml' }), 415, 'bad-media-type'],
    ['9 MiB', () => raw(Buffer.alloc(9 * MIB, 32)), 413, 'too-large'],
    ['5,001 events', () => ingestion.post(Array.from({ length: 5_001 }, () => 0)), 413, 'too-many-events'],
    ['a wrong key', () => event({}, 'wrong'), 401, 'not-signed-in'],
    ['the session of a person', () => event({}, 'manager'), 403, 'not-a-source'],
    ['an undeclared source', () => event({}, 'undeclared-key'), 403, 'unknown-source'],
    ['a call of a foreign source', () => event({ call: { source: 'other-pbx', id: '1' } }), 403, 'foreign-source'],
    ['a kind beyond the grant', () => event({}, 'narrow-key'), 403, 'kind-not-granted'],
    ['a rank beyond the grant', () => event({ rank: 1 }), 403, 'rank-not-granted'],
    ['null', () => ingestion.post(null), 422, 'not-an-object'],
    ['a text for an event', () => raw('"event"'), 422, 'not-an-object'],
    ['no eventId', () => event({ eventId: undefined }), 422, 'missing'],
    ['an empty eventId', () => event({ eventId: '' }), 422, 'bad-length'],
    ['an eventId of 129 characters', () => event({ eventId: 'x'.repeat(129) }), 422, 'bad-length'],
    ['a number for a text', () => event({ queue: 7 }), 422, 'not-a-text'],
    ['a control character', () => event({ queue: 'a\u0000b' }), 422, 'bad-text'],
    [
      'half a surrogate',
      () => raw('{"eventId":"1","occurredAt":1772460000000,"queue":"\\ud800","queueEntered":{},"call":{"id":"1"}}'),
      422,
      'bad-text',
    ],
    ['no time', () => event({ occurredAt: undefined }), 422, 'missing'],
    ['a time without offset', () => event({ occurredAt: '2026-11-24T09:00:00' }), 422, 'bad-time'],
    ['a day that does not exist', () => event({ occurredAt: '2026-13-45T09:00:00Z' }), 422, 'bad-time'],
    ['a time of 1889', () => event({ occurredAt: '1889-01-01T00:00:00Z' }), 422, 'out-of-range'],
    ['seconds for milliseconds', () => event({ occurredAt: 1_772_460_000 }), 422, 'out-of-range'],
    ['half a millisecond', () => event({ occurredAt: 1_772_460_000_000.5 }), 422, 'not-an-integer'],
    ['revision 0', () => event({ revision: 0 }), 422, 'out-of-range'],
    ['a revision beyond all integers', () => event({ revision: 1e300 }), 422, 'not-an-integer'],
    ['a wait below zero', () => event({ reportedWaitMs: -1 }), 422, 'out-of-range'],
    ['two facts', () => event({ queueEntered: {}, callAnswered: {} }), 422, 'one-fact'],
    ['a misspelt member', () => event({ callerNumbr: '2125550142' }), 422, 'unknown-member'],
    ['constructor as a member', () => raw('{"constructor": {"prototype": {}}}'), 422, 'unknown-member'],
    ['a reason nobody knows', () => event({ callFlowedOut: { reason: 'bored' } }), 422, 'unknown-value'],
    ['a token of the vault', () => event({ attributes: { callerId: 'mine' } }), 422, 'unknown-member'],
    ['a call for a heartbeat', () => event({ sourceHeartbeat: {} }), 422, 'no-call'],
    ['no queue where one is needed', () => event({ queue: undefined }), 422, 'missing'],
    ['a party where there is none', () => event({ partyNumber: '2125550142' }), 422, 'no-party'],
    ['a number in clear', () => event({ queue: '2125550142' }), 422, 'number-in-clear'],
    ['a zone that does not exist', () => confirm({ zone: 'Mars/Olympus' }), 422, 'bad-member'],
    ['an import of nothing', () => confirm({ sizeBytes: 0 }), 422, 'bad-member'],
    ['fewer chunks than bytes', () => confirm({ sizeBytes: 3 * MIB }), 422, 'bad-member'],
    ['a hash that is none', () => confirm({ chunks: ['x'] }), 422, 'bad-member'],
    ['an import into a source without files', () => confirm({ source: 'crm' }), 422, 'not-a-queue-log'],
    ['an import into an unknown source', () => confirm({ source: 'nowhere' }), 404, 'unknown-source'],
    ['a chunk of no import', () => ingestion.send('PUT', '/v1/imports/none/chunks/0', 'manager', file), 404, 'unknown-import'],
    ['a chunk without number', () => ingestion.send('PUT', '/v1/imports/none/chunks/x', 'manager', file), 400, 'bad-request'],
    ['a chunk of 2 MiB', () => ingestion.send('PUT', '/v1/imports/none/chunks/0', 'manager', Buffer.alloc(2 * MIB)), 413, 'too-large'],
    ['a preview without zone', () => preview('format=queueLog'), 422, 'bad-member'],
    ['a preview of another format', () => preview('format=xls&zone=UTC'), 422, 'bad-member'],
    [
      'a preview of half a gzip',
      () => preview('format=queueLog&zone=UTC', gzipSync(file).subarray(0, 40), { 'content-encoding': 'gzip' }),
      400,
      'bad-gzip',
    ],
    ['a preview of JSON', () => ingestion.send('POST', '/v1/imports/preview?format=queueLog&zone=UTC', 'manager', {}), 400, 'no-body'],
    [
      'a follow with a path that is none',
      () => ingestion.send('POST', '/v1/follows', 'administrator', { source: 'pbx', path: '' }),
      422,
      'bad-member',
    ],
    ['a thousand and one dead letters', () => ingestion.send('GET', '/v1/dead-letters?limit=1001', 'manager'), 422, 'bad-member'],
  ];

  test.each(cases)('ING-B1 %s', async (_, send, status, code) => {
    const before = (await store.events()).length;
    const answer = await send();
    expect([answer.status, answer.json?.code]).toEqual([status, code]);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect(answer.json).toMatchObject({
      type: `urn:sightline:problem:${code}`,
      status,
      title: expect.any(String),
      detail: expect.any(String),
    });
    expect((await store.events()).length).toBe(before);
    const good = await ingestion.post(goodEvent());
    expect([good.status, good.json]).toEqual([200, { accepted: 1, rejected: [] }]);
  });

  test('ING-B2 memory stays flat under refused bodies', async () => {
    // Each is read and inflated up to the limit of 8 MiB before it is refused: 240 MiB if they were kept.
    const bomb = gzipSync(Buffer.alloc(9 * MIB, 32));
    const bombs = async (count: number) => {
      for (let sent = 0; sent < count; sent += 1) expect((await packed(bomb)).status).toBe(413);
    };
    await bombs(8);
    const before = process.memoryUsage().rss;
    await bombs(30);
    expect(process.memoryUsage().rss - before).toBeLessThan(128 * MIB);
  });
});
