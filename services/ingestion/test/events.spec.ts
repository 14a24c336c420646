import { request } from 'node:http';
import { createEventLog } from '@sightline/adapter-postgres';
import { describeWithPostgres } from '@sightline/testing';
import { goodEvent, Ingestion, OPERATOR, Store, until } from './harness';

jest.setTimeout(60_000);

describeWithPostgres('POST /v1/events', (superuserUrl) => {
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

  const stored = async (eventId: unknown) => (await store.events()).find((event) => event.eventId === eventId);

  test('ING-E1 answers a batch when what is accepted is in the log, and names what is refused by its place', async () => {
    const [first, second] = [goodEvent(), goodEvent()];
    const answer = await ingestion.post([first, { ...goodEvent(), occurredAt: 'noon' }, second, 7]);
    expect(answer.status).toBe(200);
    expect(answer.json.accepted).toBe(2);
    expect(answer.json.rejected).toMatchObject([
      { index: 1, problem: { type: 'urn:sightline:problem:bad-time', status: 422, code: 'bad-time', pointer: '/occurredAt' } },
      { index: 3, problem: { status: 422, code: 'not-an-object', pointer: '' } },
    ]);
    expect((await stored(first['eventId']))?.fact.kind).toBe('queueEntered');
    expect(await stored(second['eventId'])).toBeDefined();
  });

  test('ING-E2 one refused event alone is a problem of its own, and nothing of it is stored but the count', async () => {
    const before = (await store.events()).length;
    const answer = await ingestion.post(goodEvent({ occurredAt: 'noon' }));
    expect(answer.status).toBe(422);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect(answer.json).toMatchObject({ code: 'bad-time', pointer: '/occurredAt', retriable: false });
    expect((await store.events()).length).toBe(before);
    expect(await ingestion.metrics()).toMatch(/sightline_events_refused_total\{code="bad-time"\} 2/);
  });

  test('ING-E3 sets the time of receipt itself', async () => {
    const event = goodEvent();
    const before = Date.now();
    await ingestion.post(event);
    const receivedAt = (await stored(event['eventId']))?.receivedAt ?? 0;
    expect(receivedAt).toBeGreaterThanOrEqual(before);
    expect(receivedAt).toBeLessThanOrEqual(Date.now());
    expect((await ingestion.post(goodEvent({ receivedAt: 1 }))).json.code).toBe('unknown-member');
  });

  test('ING-E4 puts tokens of the vault where numbers were: caller, transfer, outbound call, callback, recording', async () => {
    const entered = goodEvent({ callerNumber: '+1 (212) 555-0142' });
    const again = goodEvent({ callerNumber: '+12125550142' });
    const withheld = goodEvent({ callerNumber: 'anonymous' });
    const transferred = goodEvent({ callTransferred: { mode: 'cold' }, partyNumber: '2125550143' });
    const dialled = goodEvent({ callDialled: {}, partyNumber: '2125550143' });
    const callback = goodEvent({ callbackRequested: {}, partyNumber: '+12125550142' });
    const recording = goodEvent({ recordingAvailable: { recordingId: 'Rec-Ab/2125550142.wav' } });
    const answer = await ingestion.post([entered, again, withheld, transferred, dialled, callback, recording]);
    expect(answer.json).toEqual({ accepted: 7, rejected: [] });
    const callerId = (await stored(entered['eventId']))?.attributes?.callerId ?? '';
    expect(await store.vault.reveal(OPERATOR, callerId)).toBe('+12125550142');
    expect((await stored(again['eventId']))?.attributes?.callerId).toBe(callerId);
    expect((await stored(withheld['eventId']))?.attributes).toBeUndefined();
    const partyId = ((await stored(transferred['eventId']))?.fact as { toCallerId: string }).toCallerId;
    expect(await store.vault.reveal(OPERATOR, partyId)).toBe('2125550143');
    expect((await stored(dialled['eventId']))?.fact).toEqual({ kind: 'callDialled', toCallerId: partyId });
    expect((await stored(callback['eventId']))?.fact).toEqual({ kind: 'callbackRequested', callerId });
    const { recordingId } = (await stored(recording['eventId']))?.fact as { recordingId: string };
    const kept = (await store.vault.reveal(OPERATOR, recordingId)) ?? '';
    expect(Buffer.from(kept.replace('recording ', ''), 'hex').toString()).toBe('Rec-Ab/2125550142.wav');
  });

  test.each([
    ['a kind', goodEvent(), 'kind-not-granted'],
    ['a rank', goodEvent({ callDisposed: { disposition: 'booked' }, rank: 3 }), 'rank-not-granted'],
    ['a source', goodEvent({ callDisposed: { disposition: 'booked' }, call: { source: 'pbx', id: '1' } }), 'foreign-source'],
  ])('ING-E5 a key states only what its grant allows: %s', async (_, event, code) => {
    const answer = await ingestion.post(event, 'narrow-key');
    expect([answer.status, answer.json.code]).toEqual([403, code]);
  });

  test('ING-E6 a source speaks when its operator has declared it, about calls of sources granted and declared', async () => {
    expect((await ingestion.post(goodEvent(), 'undeclared-key')).json).toMatchObject({ status: 403, code: 'unknown-source' });
    const about = (source: string) => ingestion.post(goodEvent({ call: { source, id: '1' } }));
    expect((await about('crm')).status).toBe(200);
    expect((await about('undeclared')).json).toMatchObject({ status: 403, code: 'foreign-source' });
    const linked = goodEvent({ callLinked: { to: { source: 'elsewhere', id: '1' } } });
    expect((await ingestion.post(linked)).json).toMatchObject({ code: 'foreign-source', pointer: '/callLinked/to/source' });
  });

  test.each([
    ['in a queue', { queue: '(212) 555-0142' }, '/queue'],
    ['in a login', { login: 'SIP/+12125550142' }, '/login'],
    ['in the target of a transfer', { callTransferred: { mode: 'cold', toQueue: '2125550142' } }, '/callTransferred/toQueue'],
    ['in a code', { callDisposed: { disposition: 'call back 212 555 0142' } }, '/callDisposed/disposition'],
    ['in an id, when it came beside it', { call: { id: 'x-2125550142-7' }, callerNumber: '+1 212 555 0142' }, '/call/id'],
    [
      'as dialled number, when it came beside it',
      { attributes: { dialledNumber: '2125550142' }, callerNumber: '2125550142' },
      '/attributes/dialledNumber',
    ],
  ])('ING-N1 a telephone number elsewhere than in its member is refused: %s', async (_, members, pointer) => {
    const answer = await ingestion.post(goodEvent(members));
    expect(answer.json).toMatchObject({ status: 422, code: 'number-in-clear', pointer });
  });

  test('ING-N1 extensions are names, and so are numbers that the directory declares', async () => {
    expect((await ingestion.post(goodEvent({ queue: '104022', login: 'SIP/3023' }))).status).toBe(200);
    expect((await ingestion.post(goodEvent({ login: '550e8400-e29b-41d4-a716-446655440000' }))).status).toBe(200);
    expect((await ingestion.post(goodEvent({ queue: '8005550199' }))).status).toBe(200);
  });

  test.each([
    ['an event', 'POST', '/v1/events', 'pbx-key', 'application/json'],
    ['a chunk of a file', 'PUT', '/v1/imports/any/chunks/0', 'manager', 'application/octet-stream'],
  ])(
    'ING-E7 while %s fills the bytes that may be on their way, a sender is asked to wait, and then heard',
    async (_, method, path, token, type) => {
      const small = await Ingestion.start(store, { intakeBytes: 500_000 });
      const headers = { authorization: `Bearer ${token}`, 'content-type': type, 'content-length': '400000' };
      const slow = request({ port: small.port, path, method, headers });
      const closed = new Promise((resolve) => slow.on('error', () => {}).on('close', resolve));
      slow.write('[');
      await until('it is on its way', async () => (await small.metrics()).includes('intake_bytes_in_flight 400000'));
      const large = goodEvent({ padding: 'x'.repeat(200_000) });
      const answer = await small.post(large);
      expect(answer.status).toBe(503);
      expect(answer.json).toMatchObject({ code: 'intake-full', retriable: true });
      expect(answer.headers.get('retry-after')).toBe('1');
      slow.destroy();
      await closed;
      await until('there is room again', async () => (await small.post(large)).status === 422);
      expect((await small.post(goodEvent())).status).toBe(200);
      await small.stop();
    },
  );

  test('ING-E8 when the log takes no more, the whole batch is to be sent again later', async () => {
    const full = createEventLog(store.database, { backlogMax: -1 });
    const busy = await Ingestion.start(store, {}, { log: full });
    const answer = await busy.post([goodEvent()]);
    expect([answer.status, answer.json.code, answer.headers.get('retry-after')]).toEqual([503, 'backlog', '5']);
    await busy.stop();
    await full.close();
  });

  test('ING-E9 OpenAPI describes every kind of fact, without the tokens that only the vault gives', async () => {
    const { json } = await ingestion.send('GET', '/v1/openapi.json', 'manager');
    const [one] = json.paths['/v1/events'].post.requestBody.content['application/json'].schema.oneOf;
    expect(Object.keys(one.properties)).toEqual(expect.arrayContaining(['queueEntered', 'callTransferred', 'sourceHeartbeat']));
    expect(Object.keys(one.properties.callTransferred.properties)).toEqual(['mode', 'toQueue', 'toLogin']);
  });
});
