// Which runtime codec? Static protobufjs code through our own edge, against JSON of the same events. Medians of seven interleaved runs.
// Build first: npx nx build @sightline/contracts; then: npm run bench -w @sightline/contracts
import { createRequire } from 'node:module';

const { decodeEventBytes, encodeEvent } = createRequire(import.meta.url)('../dist/index.js');
const events = Array.from({ length: 20_000 }, (_, index) => ({
  source: 'pbx',
  eventId: index.toString(16).padStart(32, '0'),
  revision: 1,
  tombstone: false,
  rank: 0,
  sequence: index * 64,
  occurredAt: 1_790_000_000_000 + index * 1_000,
  receivedAt: 1_790_000_000_500 + index * 1_000,
  schema: 1,
  call: { source: 'pbx', id: `1790000000.${index}` },
  queue: 'scheduling',
  login: `SIP/${100 + (index % 60)}`,
  reportedWaitMs: 12_000,
  attributes: { callerId: 'b1946ac9-2f6e-4f5c-9d0a-3c1f0a6f6c55', dialledNumber: '+12125550100' },
  fact: { kind: 'callAnswered' },
}));
const bytes = events.map(encodeEvent);
const texts = events.map((event) => JSON.stringify(event));
const subjects = {
  'protobufjs encode': () => events.forEach(encodeEvent),
  'JSON.stringify': () => events.forEach((event) => JSON.stringify(event)),
  'protobufjs decode': () => bytes.forEach(decodeEventBytes),
  'JSON.parse': () => texts.forEach((text) => JSON.parse(text)),
};
const rates = Object.fromEntries(Object.keys(subjects).map((name) => [name, []]));
for (let round = 0; round < 8; round += 1) {
  for (const [name, run] of Object.entries(subjects)) {
    const startedAt = performance.now();
    run();
    if (round > 0) rates[name].push(events.length / (performance.now() - startedAt));
  }
}
const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];
const size = (list) => Math.round(list.reduce((sum, one) => sum + one.length, 0) / list.length);
console.log(`n = ${events.length}; bytes per event: protobuf ${size(bytes)}, JSON ${size(texts)}`);
for (const [name, list] of Object.entries(rates)) console.log(`${name.padEnd(18)} ${median(list).toFixed(0).padStart(5)} k/s`);
