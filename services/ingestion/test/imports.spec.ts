import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { createEventLog } from '@sightline/adapter-postgres';
import { describeWithPostgres } from '@sightline/testing';
import { LineCutter } from '../src/queue-log/cutter';
import { eventsOfLine } from '../src/queue-log/events';
import { keyedNames } from '../src/queue-log/names';
import { Ingestion, OPERATOR, Store } from './harness';
import { callsLog, chunksOf, importFile, importOf, sendRest } from './queue-log';

jest.setTimeout(60_000);

/** The ids of all facts of a file, read in one go. */
function idsOf(file: Buffer, key: Uint8Array): string[] {
  const names = keyedNames({ queues: new Set(), logins: new Set(), tags: new Set() }, key);
  const ids: string[] = [];
  for (const { line, offset } of new LineCutter().push(file)) {
    const read = eventsOfLine(line, offset, { source: 'pbx', key, localTime: () => null, names });
    if (read.type === 'events') ids.push(...read.events.map(({ event }) => event.eventId));
  }
  return ids.sort();
}

describeWithPostgres('imports of queue logs', (superuserUrl) => {
  let store: Store;
  let ingestion: Ingestion;
  const preview = (file: Buffer, query = 'format=queueLog&zone=America/New_York&source=pbx', headers = {}) =>
    ingestion.send('POST', `/v1/imports/preview?${query}`, 'manager', file, headers);
  const send = (importId: string, index: number, bytes: Buffer | undefined) =>
    ingestion.send('PUT', `/v1/imports/${importId}/chunks/${index}`, 'manager', bytes);

  beforeEach(async () => {
    store = await Store.open(superuserUrl);
    ingestion = await Ingestion.start(store);
  });

  afterEach(async () => {
    await ingestion.stop();
    await store.close();
  });

  const MIXED = [
    callsLog(2).trimEnd(),
    '1772460100|1772460100.9|support|NONE|ENTERQUEUE||2125550142|1',
    '1772460101|1772460100.9|support|NONE|ABANDON|1|1|900000000',
    'garbage',
    '1772460102|NONE|sales|PJSIP/3001|QUEUEPENALTY|3',
    '1772460102|1772460102.1|2125550142|NONE|ENTERQUEUE||2125550142|1',
    '1772460103|1772460100.1|sales|Local/2125550143@agents|CONNECT|1|x|',
    '2026-11-01 01:30:00|1772460104.1|sales|NONE|ENTERQUEUE||2125550142|1',
    '1772460105|1772460105.1|sales|NONE|ENTERQUEUE||2125550142|1',
  ].join('\n');

  test('ING-P1 a preview counts lines, damage by number, queues, logins, days, and keeps nothing', async () => {
    const file = Buffer.from(MIXED);
    const { status, json } = await preview(file);
    expect(status).toBe(200);
    expect(json).toMatchObject({
      sizeBytes: file.length,
      chunks: [createHash('sha256').update(file).digest('hex')],
      lines: 14,
      damaged: {
        total: 4,
        byReason: { 'bad fields': 1, 'too few fields': 1, 'number as queue': 1, 'ambiguous local time': 1 },
        first: [
          { line: 8, reason: 'bad fields' },
          { line: 9, reason: 'too few fields' },
          { line: 11, reason: 'number as queue' },
          { line: 13, reason: 'ambiguous local time' },
        ],
      },
      ambiguousLocalTimes: 1,
      ignored: [{ event: 'QUEUEPENALTY', lines: 1 }],
      queues: [
        { queue: 'sales', entries: 3 },
        { queue: 'support', entries: 1 },
      ],
      days: [{ day: '2026-03-02', entries: 4 }],
      firstAt: 1_772_460_000_000,
      lastAt: 1_772_460_105_000,
      cut: false,
      warnings: [],
    });
    expect(json.logins).toEqual(
      expect.arrayContaining([
        { login: 'PJSIP/3000', lines: 2 },
        { login: 'number', lines: 1 },
      ]),
    );
    expect(await store.events()).toEqual([]);
    expect(await store.intake.imports(OPERATOR)).toEqual([]);
    expect(await store.intake.deadLetterCount(OPERATOR)).toBe(0);
  });

  test('ING-P2 a preview of a packed file names the hashes of the file itself, MiB by MiB, and reads a named ambiguous time', async () => {
    const file = Buffer.concat([Buffer.from(MIXED), Buffer.from('\n'), Buffer.from(callsLog(7_000))]);
    const { json } = await preview(gzipSync(file), 'format=queueLog&zone=America/New_York&whenAmbiguous=later', {
      'content-encoding': 'gzip',
    });
    expect(json.chunks).toEqual(importOf(file).chunks);
    expect(json.chunks.length).toBe(2);
    expect(json.ambiguousLocalTimes).toBe(0);
    expect(json.lastAt).toBe(Date.parse('2026-11-01T06:30:00Z'));
  });

  test('ING-P1 what an import will call damage a preview does too: a time beyond every clock', async () => {
    const { json } = await preview(Buffer.from('3055550142|1772460105.1|sales|NONE|ENTERQUEUE||2125550142|1\n'));
    expect(json).toMatchObject({ lines: 1, events: 0, damaged: { total: 1, byReason: { 'bad time': 1 } }, lastAt: null });
  });

  test('ING-P3 a preview lists the first hundred damaged lines and counts them all', async () => {
    const { json } = await preview(Buffer.from('x\n'.repeat(5_000)));
    expect(json.damaged.total).toBe(5_000);
    expect(json.damaged.first.length).toBe(100);
    expect(json.damaged.first[99]).toEqual({ line: 100, reason: 'too few fields' });
  });

  test('ING-P4 a preview warns when the same lines were imported before, above all under another source', async () => {
    const file = Buffer.from(MIXED);
    const { json: done } = await importFile(ingestion, file);
    const warnings = async (source: string) => (await preview(file, `format=queueLog&zone=UTC&source=${source}`)).json.warnings;
    expect(await warnings('pbx')).toEqual([{ code: 'already-imported', source: 'pbx', importId: done.importId }]);
    expect(await warnings('other-pbx')).toEqual([{ code: 'same-lines-elsewhere', source: 'pbx', importId: done.importId }]);
  });

  test('ING-I1 an import goes chunk by chunk, cut anywhere, and counts lines, damage and events', async () => {
    const file = Buffer.from(`${MIXED}\n${callsLog(7_000, 10)}`);
    const { json } = await importFile(ingestion, file);
    expect(json).toMatchObject({ state: 'finished', acceptedBytes: file.length, lines: 21_014, damagedLines: 4, nextChunk: null });
    const events = await store.events();
    const spoken = events.filter((event) => event.fact.kind !== 'sourceHeartbeat');
    expect(json.events).toBe(spoken.length);
    expect(spoken.filter((event) => event.fact.kind === 'queueEntered').length).toBe(7_004);
    expect(spoken.every((event) => event.sequence < file.length)).toBe(true);
    const callers = new Set(spoken.map((event) => event.attributes?.callerId).filter((token) => token !== undefined));
    expect(callers.size).toBe(7_003);
  });

  test('ING-I2 a chunk that is not next is refused with the one that is, and one that differs changes nothing', async () => {
    const file = Buffer.from(callsLog(7_000));
    const [first = Buffer.alloc(0), second = Buffer.alloc(0)] = chunksOf(file);
    const { json: job } = await ingestion.send('POST', '/v1/imports', 'manager', importOf(file));
    expect(job.nextChunk).toBe(0);
    expect((await send(job.importId, 1, second)).json).toMatchObject({ status: 409, code: 'chunk-out-of-order', nextChunk: 0 });
    expect((await send(job.importId, 0, second)).json).toMatchObject({ status: 422, code: 'chunk-differs' });
    expect((await send(job.importId, 0, first)).json.nextChunk).toBe(1);
    expect((await send(job.importId, 0, first)).json).toMatchObject({ status: 409, nextChunk: 1 });
    const flipped = Buffer.from(second);
    flipped[10] = (flipped[10] ?? 0) ^ 1;
    expect((await send(job.importId, 1, flipped)).json).toMatchObject({ status: 422, code: 'chunk-differs' });
    expect((await send(job.importId, 1, second)).json.state).toBe('finished');
    expect((await send(job.importId, 1, second)).json).toMatchObject({ status: 409, code: 'import-closed' });
  });

  test('ING-I2 of two who send the next chunk at once, one is heard', async () => {
    const file = Buffer.from(callsLog(300));
    const { json: job } = await ingestion.send('POST', '/v1/imports', 'manager', importOf(file));
    const answers = await Promise.all([send(job.importId, 0, file), send(job.importId, 0, file)]);
    const [heard, other] = answers.sort((a, b) => a.status - b.status);
    expect(heard?.json).toMatchObject({ state: 'finished', lines: 900 });
    expect(['import-busy', 'import-closed', 'chunk-out-of-order']).toContain(other?.json.code);
    expect((await store.intake.import(job.importId))?.lines).toBe(900);
  });

  test('ING-I3 a chunk whose events the log does not take counts for nothing, and is sent again', async () => {
    const file = Buffer.from(callsLog(300));
    const { json: job } = await ingestion.send('POST', '/v1/imports', 'manager', importOf(file));
    await ingestion.stop();
    const full = createEventLog(store.database, { backlogMax: -1 });
    ingestion = await Ingestion.start(store, {}, { log: full });
    expect((await send(job.importId, 0, file)).json).toMatchObject({ status: 503, code: 'backlog', retriable: true });
    expect(await store.intake.import(job.importId)).toMatchObject({ state: 'open', acceptedBytes: 0, lines: 0 });
    await ingestion.stop();
    await full.close();
    ingestion = await Ingestion.start(store);
    expect((await sendRest(ingestion, job.importId, file)).json).toMatchObject({ state: 'finished', lines: 900, events: 1_200 });
  });

  test('ING-I3 after a crash an import goes on at the start of a line, and the facts are the same', async () => {
    const file = Buffer.from(callsLog(7_000));
    const { json: job } = await ingestion.send('POST', '/v1/imports', 'manager', importOf(file));
    const { json: half } = await send(job.importId, 0, chunksOf(file)[0]);
    expect(half.nextChunk).toBe(1);
    expect(half.acceptedBytes).toBeLessThan(1_048_576);
    expect(file[half.acceptedBytes - 1]).toBe(0x0a);
    await ingestion.stop();
    ingestion = await Ingestion.start(store);
    expect((await send(job.importId, 1, chunksOf(file)[1])).json).toMatchObject({ status: 409, nextChunk: 0 });
    const { json: done } = await sendRest(ingestion, job.importId, file);
    expect(done).toMatchObject({ state: 'finished', lines: 21_000, events: 28_000, damagedLines: 0 });
    const ids = (await store.events()).map((event) => event.eventId).filter((id) => !id.startsWith('import '));
    expect(ids.sort()).toEqual(idsOf(file, await store.vault.sourceKey('pbx')));
  });

  test('ING-I3 a crash between the log and the job sends lines twice, which makes no fact twice', async () => {
    const file = Buffer.from(callsLog(300));
    const { json: job } = await ingestion.send('POST', '/v1/imports', 'manager', importOf(file));
    const before = await store.intake.import(job.importId);
    await send(job.importId, 0, file);
    if (before) await store.intake.putImport(before);
    await ingestion.stop();
    ingestion = await Ingestion.start(store);
    expect((await sendRest(ingestion, job.importId, file)).json).toMatchObject({ state: 'finished', lines: 900, events: 1_200 });
    const ids = (await store.events()).map((event) => event.eventId).filter((id) => !id.startsWith('import '));
    expect(ids.length).toBe(2_400);
    expect([...new Set(ids)].sort()).toEqual(idsOf(file, await store.vault.sourceKey('pbx')));
  });

  test('ING-I4 a second import of the same file adds no fact', async () => {
    const file = Buffer.from(callsLog(300));
    await importFile(ingestion, file);
    const withoutBeats = async () => (await store.facts()).filter((fact) => !fact.includes(' import '));
    const once = await withoutBeats();
    await importFile(ingestion, file);
    expect(await withoutBeats()).toEqual(once);
    expect(once.length).toBe(1_200);
  });

  test('ING-I5 one import of a source at a time; a cancelled one makes room and takes no more', async () => {
    const file = Buffer.from(callsLog(10));
    const { json: job } = await ingestion.send('POST', '/v1/imports', 'manager', importOf(file));
    const second = await ingestion.send('POST', '/v1/imports', 'manager', importOf(file));
    expect(second.json).toMatchObject({ status: 409, code: 'import-open', importId: job.importId });
    expect((await ingestion.send('POST', '/v1/imports', 'manager', importOf(file, { source: 'other-pbx' }))).status).toBe(201);
    expect((await ingestion.send('DELETE', `/v1/imports/${job.importId}`, 'manager')).status).toBe(204);
    expect((await send(job.importId, 0, file)).json).toMatchObject({ status: 409, code: 'import-closed' });
    expect((await importFile(ingestion, file)).json.state).toBe('finished');
    const { json: list } = await ingestion.send('GET', '/v1/imports', 'manager');
    expect(list.map((one: { state: string }) => one.state).sort()).toEqual(['cancelled', 'finished', 'open']);
    expect(list[0].chunks).toBeUndefined();
  });

  test('ING-I6 a finished file vouches for its source until five minutes after its last line, never beyond now', async () => {
    const beats = async () =>
      (await store.events()).filter((event) => event.fact.kind === 'sourceHeartbeat').map((event) => event.occurredAt);
    await importFile(ingestion, Buffer.from('1772460000|1772460000.1|sales|NONE|ENTERQUEUE||1|1'));
    expect(await beats()).toEqual([1_772_460_300_000]);
    const seconds = Math.floor(Date.now() / 1_000);
    await importFile(ingestion, Buffer.from(`${seconds}|${seconds}.1|sales|NONE|ENTERQUEUE||1|1`));
    const [, later = 0] = (await beats()).sort((a, b) => a - b);
    expect(later).toBeGreaterThanOrEqual(seconds * 1_000);
    expect(later).toBeLessThanOrEqual(Date.now());
  });

  test('ING-I7 damaged lines are kept sealed, with reason and number in clear, once however often they are read', async () => {
    const { json: job } = await importFile(ingestion, Buffer.from(MIXED));
    const { json } = await ingestion.send('GET', '/v1/dead-letters', 'manager');
    expect(json.total).toBe(4);
    expect(json.deadLetters.map((letter: { line: number; reason: string }) => [letter.line, letter.reason]).sort()).toEqual([
      [11, 'number as queue'],
      [13, 'ambiguous local time'],
      [8, 'bad fields'],
      [9, 'too few fields'],
    ]);
    expect(json.deadLetters[0]).toMatchObject({ source: 'pbx', place: `import ${job.importId}` });
    expect(Object.keys(json.deadLetters[0])).not.toContain('sealed');
    const letters = await store.intake.deadLetters(OPERATOR, 10);
    const garbage = letters.find((letter) => letter.line === 9)?.sealed ?? new Uint8Array();
    expect(Buffer.from(await store.vault.open('pbx', garbage)).toString()).toBe('garbage');
  });

  test('ING-I8 imports belong to their operator, and are for administrators and managers', async () => {
    const { json: job } = await ingestion.send('POST', '/v1/imports', 'manager', importOf(Buffer.from(callsLog(1))));
    expect((await ingestion.send('GET', `/v1/imports/${job.importId}`, 'stranger')).json).toMatchObject({
      status: 404,
      code: 'unknown-import',
    });
    expect((await ingestion.send('GET', '/v1/imports', 'stranger')).json).toEqual([]);
    expect((await ingestion.send('GET', '/v1/imports', 'agent')).status).toBe(403);
    const foreign = await ingestion.send('POST', '/v1/imports', 'stranger', importOf(Buffer.from(callsLog(1))));
    expect(foreign.json).toMatchObject({ status: 404, code: 'unknown-source' });
  });
});
