// How fast a backlog goes through log and history store on PostgreSQL: append, read, fold, commit; each timed apart, all on one thread
// and one connection. Prints rates and the server's and our own time; judges nothing. Build first: npx tsc -b tsconfig.build.json
// usage: node bench/commit.mjs [--events 60000] [--batch 4000]
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { parseArgs } from 'node:util';
import { contentHashOf, entityKey, entityOf } from '@sightline/contracts';
import { createMeaning, diffRows, interpret, rowsOf, sidelinedCounts, unionFacts } from '@sightline/core-kpi';
import { createEventLog, createKpiStore, openDatabase, prepareDatabase } from '../dist/index.js';

const { values: options } = parseArgs({
  options: { events: { type: 'string', default: '60000' }, batch: { type: 'string', default: '4000' } },
});
const EVENTS = Number(options.events);
const BATCH = Number(options.batch);
const DAY = Date.UTC(2026, 2, 2);

const start = createRequire(import.meta.url)('../../../testing/jest-postgres.cjs').start;

/** Calls of a busy day: five events each, eight clinics, sixty people. */
function callDay(count) {
  const events = [];
  for (let call = 0; events.length < count; call += 1) {
    const at = DAY + 28_800_000 + call * 137;
    const queue = `40${10 + (call % 8)}`;
    const login = `agent ${call % 60}`;
    const base = {
      source: 'north',
      revision: 1,
      tombstone: false,
      rank: 0,
      schema: 1,
      call: { source: 'north', id: `call-${call}` },
      queue,
    };
    const say = (fact, offset, more = {}) =>
      events.push({
        ...base,
        eventId: `${call}-${events.length}`,
        sequence: events.length,
        occurredAt: at + offset,
        receivedAt: at + offset + 400,
        fact,
        ...more,
      });
    say({ kind: 'queueEntered' }, 0, { attributes: { dialledNumber: '100', callerId: `token-${call % 5_000}` } });
    if (call % 9 === 0) {
      say({ kind: 'callAbandoned' }, 21_000 + (call % 40) * 1_000);
      continue;
    }
    say({ kind: 'agentRinging' }, 9_000, { login });
    say({ kind: 'callAnswered' }, 12_000, { login });
    say({ kind: 'legEnded', by: 'caller' }, 200_000 + (call % 100) * 1_000, { login });
    say({ kind: 'wrapUpEnded' }, 230_000 + (call % 100) * 1_000, { login });
  }
  return events.slice(0, count);
}

function fold(header, batch, known, meaning) {
  const byKey = new Map();
  for (const { event } of batch.records) {
    const key = entityKey(entityOf(event));
    const list = byKey.get(key);
    if (list) list.push(event);
    else byKey.set(key, [event]);
  }
  const changes = [];
  for (const [key, events] of byKey) {
    const entity = known.get(key) ?? { facts: [], rows: [] };
    const union = unionFacts(
      entity.facts,
      events.map((event) => ({ event, contentHash: contentHashOf(event) })),
    );
    const interpretation = interpret(key, union.facts, meaning);
    const rows = rowsOf(interpretation);
    changes.push({
      key,
      facts: union.changed,
      ...diffRows(entity.rows, rows),
      sidelined: sidelinedCounts(interpretation),
      continued: false,
    });
    known.set(key, { facts: union.facts, rows });
  }
  const next = { ...header, nextOffset: batch.records.at(-1).offset + 1, commitNo: header.commitNo + 1 };
  return { expected: header, next, changes, sources: [], poison: [], gap: null };
}

/** CPU of the server's backends, ms, as /proc tells it. Rates depend on who else is busy, CPU does not. */
const backends = new Map();
function serverCpu() {
  for (const pid of backends.keys()) {
    try {
      const [user, system] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ').slice(11, 13).map(Number);
      backends.set(pid, (user + system) * 10);
    } catch {
      // Gone, or no /proc here: what was last seen of it stays.
    }
  }
  return [...backends.values()].reduce((sum, one) => sum + one, 0);
}

const spent = Object.fromEntries(['append', 'read', 'fold', 'commit'].map((what) => [what, { ms: 0, own: 0, server: 0 }]));
async function timed(what, work) {
  const before = { ms: performance.now(), own: process.cpuUsage(), server: serverCpu() };
  const result = await work();
  const own = process.cpuUsage(before.own);
  spent[what].ms += performance.now() - before.ms;
  spent[what].own += (own.user + own.system) / 1_000;
  spent[what].server += serverCpu() - before.server;
  return result;
}

const server = await start({ durable: true });
try {
  const passwords = Object.fromEntries(['migrator', 'intake', 'pipeline', 'api', 'backup'].map((role) => [role, `bench-password-${role}`]));
  const { urls } = await prepareDatabase(server.url, passwords, 'sightline_bench');
  const database = await openDatabase(urls);
  const log = createEventLog(database);
  const store = createKpiStore(database);
  const source = {
    kind: 'source',
    source: 'north',
    id: 's',
    operatorId: 'acme',
    version: 1,
    validFrom: null,
    validTo: null,
    capabilities: [],
  };
  const meaning = createMeaning({ version: 1, rows: [source] });
  const events = callDay(EVENTS);
  const meetBackends = async () => {
    for (const { pid } of await database.pipeline.query(`SELECT pid FROM pg_stat_activity WHERE application_name LIKE 'sightline-%'`))
      if (!backends.has(pid)) backends.set(pid, 0);
    serverCpu();
  };
  await log.append(events.slice(0, 1));
  await meetBackends();
  for (let at = 0; at < events.length; at += 2_000) await timed('append', () => log.append(events.slice(at, at + 2_000)));
  const consumer = await log.consumer('bench');
  await meetBackends();
  const headers = new Map();
  const known = new Map();
  for (const partition of consumer.assigned()) {
    headers.set(partition, await store.load(partition));
    consumer.seek(partition, 0);
  }
  const commits = [];
  for (;;) {
    const batches = await timed('read', () => consumer.poll(BATCH, 0));
    if (batches.length === 0) break;
    const folded = await timed('fold', async () => batches.map((batch) => fold(headers.get(batch.partition), batch, known, meaning)));
    const before = performance.now();
    await timed('commit', () => store.commit(folded));
    commits.push(performance.now() - before);
    for (const { next } of folded) headers.set(next.partition, next);
  }
  commits.sort((a, b) => a - b);
  const [{ rows }] = await database.pipeline.query(
    'SELECT (SELECT count(*) FROM kpi.visit) + (SELECT count(*) FROM kpi.leg) + (SELECT count(*) FROM kpi.contact) AS rows',
  );
  console.log(
    `${EVENTS} events, ${rows} rows, ${commits.length} commits of at most ${BATCH} events (median ${commits[commits.length >> 1].toFixed(0)} ms)`,
  );
  const rate = (ms) =>
    `${Math.round((EVENTS / ms) * 1_000)
      .toLocaleString('en')
      .padStart(10)} events/s`;
  const cpu = ({ own, server }) =>
    `CPU µs per event: own ${((own / EVENTS) * 1_000).toFixed(1)}, server ${((server / EVENTS) * 1_000).toFixed(1)}`;
  for (const [what, one] of Object.entries(spent)) console.log(`${what.padEnd(8)}${rate(one.ms)}   ${cpu(one)}`);
  console.log(`catch-up${rate(spent.read.ms + spent.fold.ms + spent.commit.ms)}   (read + fold + commit)`);
  await consumer.close();
  await log.close();
  await store.close();
  await database.close();
} finally {
  await server.stop();
}
