import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Clock } from '@sightline/ports';
import { systemClock } from '@sightline/runtime';
import { describeWithPostgres } from '@sightline/testing';
import { Ingestion, OPERATOR, Store, until } from './harness';

jest.setTimeout(60_000);

let seconds = 1_772_460_000;

/** One call that enters, with its line end or without. */
function entry(end = '\n'): string {
  seconds += 1;
  return `${seconds}|${seconds}.1|sales|NONE|ENTERQUEUE||2125550142|1${end}`;
}

describeWithPostgres('following a queue log', (superuserUrl) => {
  let store: Store;
  let ingestion: Ingestion;
  let folder: string;
  let file: string;

  const start = (clock: Clock = systemClock) => Ingestion.start(store, { followFolders: [folder] }, { clock });
  const follow = (at = file, token = 'administrator') => ingestion.send('POST', '/v1/follows', token, { source: 'pbx', path: at });
  const spoken = async () => (await store.events()).filter((event) => event.fact.kind !== 'sourceHeartbeat');
  const entered = (count: number) =>
    until(`${count} calls have entered`, async () => new Set((await spoken()).map((event) => event.eventId)).size === count);
  const place = async () => (await store.intake.follows())[0];

  beforeEach(async () => {
    folder = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'sightline-follow-')));
    file = path.join(folder, 'queue_log');
    store = await Store.open(superuserUrl);
    ingestion = await start();
  });

  afterEach(async () => {
    await ingestion.stop();
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test('ING-F1 reads what is there and what comes, and half a line only when its other half has come', async () => {
    writeFileSync(file, entry() + entry());
    expect((await follow()).status).toBe(201);
    await entered(2);
    const line = entry();
    appendFileSync(file, line.slice(0, 25));
    appendFileSync(file, line.slice(25));
    await entered(3);
    appendFileSync(file, entry('').slice(0, 40));
    await until('its end is met', async () => (await ingestion.send('GET', '/v1/follows', 'administrator')).json[0].state === 'atEnd');
    expect((await spoken()).length).toBe(3);
    const where = await place();
    expect(readFileSync(file)[(where?.offset ?? 0) - 1]).toBe(0x0a);
  });

  test('ING-F2 a renamed file is read to its end, also what is still written to it, before the new one', async () => {
    writeFileSync(file, entry());
    await follow();
    await entered(1);
    renameSync(file, `${file}.1`);
    writeFileSync(file, '');
    appendFileSync(`${file}.1`, entry());
    await entered(2);
    appendFileSync(`${file}.1`, entry(''));
    appendFileSync(file, entry());
    await entered(4);
    await until('the new file is the one followed', async () => (await place())?.generation === 1);
    const sequences = (await spoken()).map((event) => event.sequence);
    expect(sequences.filter((sequence) => sequence >= 2 ** 40).length).toBe(1);
  });

  test('ING-F3 a file that was copied and cut is read again from its first byte', async () => {
    writeFileSync(file, entry() + entry() + entry());
    await follow();
    await entered(3);
    await until('the place is saved', async () => (await place())?.offset === readFileSync(file).length);
    truncateSync(file, 0);
    appendFileSync(file, entry());
    await entered(4);
    expect((await place())?.generation).toBe(1);
  });

  test('ING-F4 after a restart reading goes on where it stopped, also in a file renamed meanwhile', async () => {
    writeFileSync(file, entry() + entry());
    await follow();
    await entered(2);
    await until('the place is saved', async () => (await place())?.offset === readFileSync(file).length);
    await ingestion.stop();
    appendFileSync(file, entry());
    renameSync(file, `${file}.1`);
    writeFileSync(file, entry());
    ingestion = await start();
    await entered(4);
    const ids = (await spoken()).map((event) => event.eventId);
    expect(ids.length).toBe(new Set(ids).size);
    await until('the new file is the one followed', async () => (await place())?.generation === 1);
  });

  test('ING-F5 what was lost while nobody read is said aloud', async () => {
    writeFileSync(file, entry());
    await follow();
    await entered(1);
    await until('the place is saved', async () => (await place())?.offset === readFileSync(file).length);
    await ingestion.stop();
    rmSync(file);
    writeFileSync(file, `${'x'.repeat(200)}\n${entry()}`);
    ingestion = await start();
    await until('the new file is read', async () => (await place())?.generation === 1);
    await until('the loss is told', () => ingestion.output.some((line) => line.includes('its last lines may be lost')));
  });

  test('ING-F6 a missing file is waited for', async () => {
    writeFileSync(file, entry());
    await follow();
    await entered(1);
    await ingestion.stop();
    rmSync(file);
    ingestion = await start();
    const state = async () => (await ingestion.send('GET', '/v1/follows', 'administrator')).json[0].state;
    await until('it is found missing', async () => (await state()) === 'missing');
    writeFileSync(file, entry());
    await entered(2);
  });

  test('ING-F7 signs of life come every five seconds while the end of the file is in sight, and not otherwise', async () => {
    await ingestion.stop();
    let now = 1_772_500_000_000;
    ingestion = await start({ ...systemClock, nowMs: () => now });
    writeFileSync(file, entry());
    await follow();
    const beats = async () =>
      (await store.events()).filter((event) => event.fact.kind === 'sourceHeartbeat').map((event) => event.occurredAt);
    await until('the first', async () => (await beats()).length === 1);
    now += 4_999;
    appendFileSync(file, entry());
    await entered(2);
    expect(await beats()).toEqual([1_772_500_000_000]);
    now += 1;
    await until('the second', async () => (await beats()).length === 2);
    expect((await beats()).sort()).toEqual([1_772_500_000_000, 1_772_500_005_000]);
  });

  test('ING-F8 nothing outside the allowed folders is followed, whichever way leads there', async () => {
    const elsewhere = mkdtempSync(path.join(os.tmpdir(), 'sightline-elsewhere-'));
    const secret = path.join(elsewhere, 'secret');
    writeFileSync(secret, entry());
    symlinkSync(secret, path.join(folder, 'link'));
    symlinkSync(elsewhere, path.join(folder, 'linked'));
    const paths = [
      secret,
      path.join(folder, 'link'),
      path.join(folder, 'linked', 'secret'),
      `${folder}/../${path.basename(elsewhere)}/secret`,
      'queue_log',
      folder,
    ];
    for (const at of paths) expect((await follow(at)).json).toMatchObject({ status: 403, code: 'outside-folders' });
    mkdirSync(path.join(folder, 'queue_log.d'));
    expect((await follow(path.join(folder, 'queue_log.d'))).json).toMatchObject({ status: 422, code: 'not-a-file' });
    expect((await follow(path.join(folder, 'none'))).json).toMatchObject({ status: 422, code: 'no-such-file' });
    writeFileSync(file, entry());
    expect((await follow(file, 'manager')).json).toMatchObject({ status: 403, code: 'role-lacking' });
    expect(await store.intake.follows()).toEqual([]);
    rmSync(elsewhere, { recursive: true });
  });

  test('ING-F9 one file of a source at a time; stopped and followed again it is read on from where it was left', async () => {
    writeFileSync(file, entry());
    const { json: followed } = await follow();
    expect((await follow()).json).toMatchObject({ status: 409, code: 'already-followed' });
    await entered(1);
    expect((await ingestion.send('DELETE', `/v1/follows/${followed.followId}`, 'administrator')).status).toBe(204);
    expect((await ingestion.send('DELETE', `/v1/follows/${followed.followId}`, 'administrator')).status).toBe(404);
    appendFileSync(file, entry());
    expect((await follow()).json.followId).toBe(followed.followId);
    await entered(2);
    expect((await spoken()).length).toBe(2);
  });

  test('ING-F10 damaged lines of a followed file are kept sealed, with the byte where they begin', async () => {
    writeFileSync(file, `${entry()}2125550142|broken\n${entry()}`);
    await follow();
    await entered(2);
    await until('the letter is there', async () => (await store.intake.deadLetterCount(OPERATOR)) === 1);
    const [letter] = await store.intake.deadLetters(OPERATOR, 10);
    expect(letter).toMatchObject({ reason: 'too few fields', line: null });
    expect(letter?.place).toMatch(/^follow [\w-]+, file 0, byte \d+$/);
  });
});
