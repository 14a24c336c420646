import { createHash } from 'node:crypto';
import { appendFileSync, mkdtempSync, realpathSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { openDatabase } from '@sightline/adapter-postgres';
import { describeWithPostgres } from '@sightline/testing';
import { goodEvent, Ingestion, OPERATOR, Store, until } from './harness';
import { importFile } from './queue-log';

jest.setTimeout(120_000);

const used: string[] = [];
const written: string[] = [];

/** A telephone number that occurs nowhere else, in one of the forms people write. */
function canary(): string {
  const digits = String(7_310_000_000 + used.length * 7_919);
  used.push(digits);
  const forms = [digits, `+1${digits}`, `(${digits.slice(0, 3)}) ${digits.slice(3, 6)}-${digits.slice(6)}`, `00${digits}`];
  return forms[used.length % forms.length] ?? digits;
}

const AT = 1_772_460_000;

/** Lines of a queue log with a number in every place where one can stand, rightly or by damage. */
function lines(): string {
  const call = `${AT}|${AT}.${used.length}`;
  const right = [
    `${call}|sales|NONE|ENTERQUEUE||${canary()}|1`,
    `${call}|sales|NONE|ENTERQUEUE|https://crm/?phone=${canary()}|${canary()}|1`,
    `${call}|sales|SIP/1|BLINDTRANSFER|${canary()}|from-internal|3|57|1`,
    `${call}|sales|SIP/1|TRANSFER|SIP/${canary()}@trunk|out|3|57|1`,
    `${call}|sales|SIP/1|BLINDTRANSFER|jane.${canary()}@example.com|out|3|57|1`,
    `${call}|sales|SIP/1|ATTENDEDTRANSFER|APP|${canary()}|3|57|1`,
    `${call}|sales|Local/${canary()}@agents/n|CONNECT|3|${canary()}|2`,
    `${call}|sales|${canary()}|RINGNOANSWER|5000`,
    `${AT}|NONE|sales|SIP/${canary()}|ADDMEMBER`,
    `${AT}|NONE|sales|SIP/1|PAUSE|call ${canary()}`,
    `${call}|sales|NONE|INFO|${canary()}`,
    `${call}|sales|NONE|CALLSTATUS|${canary()}|${canary()}`,
  ];
  const fields = () => [String(AT), `${AT}.${used.length}`, 'sales', 'NONE', 'ENTERQUEUE', '', canary(), '1'];
  const shifted = [0, 1, 2, 3, 4, 5].flatMap((place) => {
    const without = fields();
    without.splice(place, 1);
    const replaced = fields();
    replaced[place] = canary();
    const inserted = fields();
    inserted.splice(place, 0, canary());
    return [without, replaced, inserted].map((parts) => parts.join('|'));
  });
  const abandoned = [0, 1, 2].map((place) => {
    const data = ['1', '1', '7'];
    data[place] = canary();
    return `${call}|${place === 0 ? canary() : 'sales'}|${canary()}|ABANDON|${data.join('|')}`;
  });
  const whole = `${call}|sales|NONE|ENTERQUEUE||${canary()}|1`;
  const truncated = [5, 12, 25, 40, 52, whole.length - 3].map((length) => whole.slice(-length));
  const odd = [
    `${call}|sales|NONE|ENTERQUEUE||${canary()}|1|${'x'.repeat(9_000)}${canary()}`,
    `${call}|sales|NONE|ENTERQUEUE||${canary()}\u0007|1`,
    `${call}|sales|NONE|ENTERQUEUE||${canary().padEnd(140, ' ')}|1`,
    `${AT}|${canary()}|sales|NONE|ENTERQUEUE||${canary()}|1`,
    `${AT}|NONE|NONE|NONE|${canary()}`,
    `2026-11-01 01:30:00|${AT}.1|sales|NONE|ENTERQUEUE||${canary()}|1`,
    canary(),
  ];
  const made = [...right, ...shifted, ...abandoned, ...truncated, ...odd];
  written.push(...made);
  return `${made.join('\n')}\n`;
}

/** Events with a number in every member where one can stand. */
function events(): Record<string, unknown>[] {
  return [
    goodEvent({ callerNumber: canary() }),
    goodEvent({ callTransferred: { mode: 'cold' }, partyNumber: canary(), callerNumber: canary() }),
    goodEvent({ callDialled: {}, partyNumber: canary() }),
    goodEvent({ callbackRequested: {}, partyNumber: canary() }),
    goodEvent({ recordingAvailable: { recordingId: `in-${canary()}.wav` } }),
    goodEvent({ callerNumbr: canary() }),
    goodEvent({ [canary()]: 1 }),
    goodEvent({ attributes: { [canary()]: 1 } }),
    goodEvent({ attributes: { callerId: canary() } }),
    goodEvent({ attributes: { tag: canary() } }),
    goodEvent({ attributes: { callReason: `wants ${canary()}` } }),
    goodEvent({ queue: canary() }),
    goodEvent({ login: `SIP/${canary()}` }),
    goodEvent({ callDisposed: { disposition: `call ${canary()}` } }),
    goodEvent({ callTransferred: { mode: 'warm', toLogin: canary() } }),
    goodEvent({ callTransferred: { mode: canary() } }),
    goodEvent({ occurredAt: canary() }),
    goodEvent({ queueEntered: { number: canary() } }),
    goodEvent({ callerNumber: [canary()] }),
    goodEvent({ partyNumber: canary() }),
  ].concat(
    ['eventId', 'visitId'].map((name) => repeated((number) => ({ [name]: `x${number}` }))),
    [
      repeated((number) => ({ call: { id: `${number}-1` } })),
      repeated((number) => ({ callLinked: { to: { source: 'pbx', id: number } } })),
    ],
  );
}

/** A number where it belongs and again in another member. */
function repeated(elsewhere: (number: string) => Record<string, unknown>): Record<string, unknown> {
  const number = canary();
  return goodEvent({ callerNumber: number, ...elsewhere(number) });
}

describeWithPostgres('canary numbers', (superuserUrl) => {
  let store: Store;
  let ingestion: Ingestion;
  let folder: string;

  beforeAll(async () => {
    folder = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'sightline-canary-')));
    store = await Store.open(superuserUrl);
    ingestion = await Ingestion.start(store, { followFolders: [folder] });
  });

  afterAll(async () => {
    await ingestion.stop();
    await store.close();
    rmSync(folder, { recursive: true });
  });

  /** Every row of every table, as text; bytes as hex and as the characters they may be. */
  async function everything(): Promise<string> {
    const { pipeline, close } = await openDatabase({ intake: store.superuserUrl, pipeline: store.superuserUrl, api: store.superuserUrl });
    const tables: { name: string }[] = await pipeline.query(
      `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')`,
    );
    const dumps: string[] = [];
    for (const { name } of tables) {
      const rows: { row: string }[] = await pipeline.query(`SELECT t::text AS row FROM ${name} t`);
      for (const { row } of rows) {
        dumps.push(row);
        for (const [, hex = ''] of row.matchAll(/\\x([0-9a-f]+)/g)) dumps.push(Buffer.from(hex, 'hex').toString('latin1'));
      }
    }
    await close();
    return dumps.join('\n');
  }

  async function sendThroughEveryDoor(): Promise<void> {
    await ingestion.post(events());
    for (const event of events()) await ingestion.post(event);
    const file = Buffer.from(lines());
    await ingestion.send('POST', '/v1/imports/preview?format=queueLog&zone=America/New_York&source=pbx', 'manager', file);
    await importFile(ingestion, file);
    await ingestion.send('POST', '/v1/imports', 'manager', { source: canary(), [canary()]: canary() });
    await ingestion.send('POST', '/v1/follows', 'administrator', { source: 'pbx', path: `${folder}/../${canary()}` });
    const log = path.join(folder, 'queue_log');
    writeFileSync(log, lines());
    await ingestion.send('POST', '/v1/follows', 'administrator', { source: 'pbx', path: log });
    const half = lines();
    appendFileSync(log, half.slice(0, -30));
    appendFileSync(log, half.slice(-30));
    renameSync(log, `${log}.1`);
    writeFileSync(log, `${lines()}${AT}|${AT}.99999|the-end|NONE|ENTERQUEUE||${canary()}|1\n`);
    await until('all of it is read', async () => (await store.events()).some((event) => event.queue === 'the-end'));
    for (const where of ['/v1/dead-letters?limit=1000', '/v1/imports', '/v1/openapi.json']) await ingestion.send('GET', where, 'manager');
    await ingestion.send('GET', '/v1/follows', 'administrator');
    ingestion.answers.push(await ingestion.metrics());
  }

  test('ING-N8 numbers sent through every door are nowhere in clear and cannot be found by hashing candidates', async () => {
    await sendThroughEveryDoor();
    expect(used.length).toBeGreaterThan(200);
    const database = await everything();
    const told = [...ingestion.answers, ...ingestion.output].join('\n');
    // The search itself sees what is there: in rows of text, in bytes of the log, in answers, in output.
    expect(database).toContain('number as queue');
    expect(database).toContain(Buffer.from('the-end').toString('hex'));
    expect(told).toContain('number-in-clear');
    expect(told).toContain('import finished');

    const found: string[] = [];
    for (const digits of used) {
      const clear = [digits, Buffer.from(digits).toString('hex'), Buffer.from(digits).toString('base64').slice(1, -3)];
      const grouped = `${digits.slice(0, 3)}) ${digits.slice(3, 6)}-${digits.slice(6)}`;
      for (const needle of [...clear, grouped, Buffer.from(grouped).toString('hex')]) {
        if (database.includes(needle) || told.includes(needle)) found.push(needle);
      }
    }
    expect(found).toEqual([]);

    const candidates = [
      ...used.flatMap((digits) => [digits, `+1${digits}`, `1${digits}`, `+${digits}`]),
      ...written.flatMap((line) => [line, `${line}\n0`]),
    ];
    const hashes = candidates.flatMap((text) =>
      ['sha256', 'sha1', 'md5'].map((kind) => createHash(kind).update(text).digest('hex').slice(0, 32)),
    );
    const windows = hexWindows(`${database}\n${told}`);
    expect(hashes.filter((hash) => windows.has(hash.slice(0, 16)))).toEqual([]);
  });

  test('ING-N9 whoever has the vault finds every number that was sent where it belongs', async () => {
    const numbers: (string | null)[] = [];
    for (const event of await store.events()) {
      const fact = event.fact as { toCallerId?: string; callerId?: string };
      for (const token of [event.attributes?.callerId, fact.toCallerId, fact.callerId]) {
        if (token !== undefined) numbers.push(await store.vault.reveal(OPERATOR, token));
      }
    }
    expect(numbers.length).toBeGreaterThan(20);
    expect(numbers.every((number) => number !== null && (used.some((digits) => number.includes(digits)) || number === '1'))).toBe(true);
  });
});

/** The first 64 bits at every byte of every run of hex digits. */
function hexWindows(text: string): Set<string> {
  const windows = new Set<string>();
  for (const [run] of text.matchAll(/[0-9a-f]{16,}/g)) for (let at = 0; at + 16 <= run.length; at += 1) windows.add(run.slice(at, at + 16));
  return windows;
}
