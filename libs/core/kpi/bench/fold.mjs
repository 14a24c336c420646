// How many facts a second one thread folds: hashed, united, interpreted, compared with what stood and added to cells. Each call arrives in
// as many batches as a live feed would bring it. Medians of seven runs, per
// second of CPU time: what else the machine does counts less.
// Build first: npx nx build @sightline/core-kpi; then: npm run bench -w @sightline/core-kpi
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const { contentHashOf, entityKey, entityOf } = require('@sightline/contracts');
const {
  addLeg,
  addVisit,
  createMeaning,
  diffRows,
  emptyLegCell,
  emptyVisitCell,
  interpret,
  rowsOf,
  unionFacts,
} = require('../dist/index.js');

const CALLS = 20_000;
const said = { operatorId: 'op', validFrom: null, validTo: null, version: 1, recordedAt: 0, removed: false };
const meaning = createMeaning({
  version: 1,
  rows: [
    { ...said, id: '1', kind: 'source', source: 'pbx', name: 'pbx', system: 'queueLog', zone: 'UTC', capabilities: ['waits'], live: true },
    { ...said, id: '2', kind: 'mapping', source: 'pbx', by: 'queue', value: 'front', clinicId: 'lake' },
  ],
});

/** A call as a queue log tells it: entered, rang and answered, ended. */
function call(index) {
  const at = 1_790_000_000_000 + index * 3_000;
  const event = (line, occurredAt, more) => ({
    source: 'pbx',
    eventId: `${index}-${line}`.padStart(32, '0'),
    revision: 1,
    tombstone: false,
    rank: 0,
    sequence: index * 400 + line * 90,
    occurredAt,
    receivedAt: occurredAt + 500,
    schema: 1,
    call: { source: 'pbx', id: `1790000000.${index}` },
    queue: 'front',
    ...more,
  });
  const login = `SIP/${100 + (index % 60)}`;
  const wait = (index % 40) * 1_000;
  return [
    event(0, at, { fact: { kind: 'queueEntered' } }),
    event(1, at + wait, { login, reportedWaitMs: wait, fact: { kind: 'callAnswered' } }),
    event(2, at + wait + 90_000, { login, reportedWaitMs: wait, reportedTalkMs: 90_000, fact: { kind: 'legEnded', by: 'agent' } }),
  ];
}

const calls = Array.from({ length: CALLS }, (_, index) => call(index));

function fold(batches) {
  const visits = emptyVisitCell();
  const legs = emptyLegCell();
  const count = (row, sign) => {
    if (row.family === 'visit') addVisit(visits, row, sign, -Infinity);
    if (row.family === 'leg') addLeg(legs, row, sign);
  };
  for (const events of calls) {
    const key = entityKey(entityOf(events[0]));
    let facts = [];
    let rows = [];
    const size = Math.ceil(events.length / batches);
    for (let from = 0; from < events.length; from += size) {
      const incoming = events.slice(from, from + size).map((event) => ({ event, contentHash: contentHashOf(event) }));
      facts = unionFacts(facts, incoming).facts;
      const next = rowsOf(interpret(key, facts, meaning));
      const kept = new Set(next.map((row) => row.id + row.family));
      const { upserts, removed } = diffRows(rows, next);
      const changed = new Set([...upserts, ...removed].map((row) => row.id + row.family));
      for (const row of rows) if (changed.has(row.id + row.family) || !kept.has(row.id + row.family)) count(row, -1);
      for (const row of upserts) count(row, 1);
      rows = next;
    }
  }
  if (visits.answered.n !== CALLS || legs.talk.n !== CALLS) throw new Error('the bench folds wrongly');
}

for (const [title, batches] of [
  ['whole calls (an import)', 1],
  ['fact by fact (live)', 3],
]) {
  const rates = [];
  for (let round = 0; round < 8; round += 1) {
    const before = process.cpuUsage();
    fold(batches);
    const { user, system } = process.cpuUsage(before);
    if (round > 0) rates.push((CALLS * 3) / ((user + system) / 1_000));
  }
  rates.sort((a, b) => a - b);
  console.log(`${title.padEnd(26)} ${rates[3].toFixed(0).padStart(4)} k facts per CPU second, n = ${CALLS * 3}`);
}
