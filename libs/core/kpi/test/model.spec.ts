import { createMeaning, interpret } from '../src';
import { directoryOf, mappingEntry, sourceEntry } from './directory';
import { keyOf, stored } from './facts';
import type { Tick } from './model/calls';
import { makeCall, QUEUES } from './model/calls';
import type { Wrong } from './model/compare';
import { count } from './model/compare';
import type { Reports } from './model/feeds';
import { Feeds } from './model/feeds';
import { Chance } from './model/random';

const MEANING = createMeaning(
  directoryOf([
    sourceEntry('pbx'),
    sourceEntry('acd'),
    ...QUEUES.map((queue) => mappingEntry('queue', queue, queue.split('/')[0] as string)),
  ]),
);

/** Calls per kind of source; SIGHTLINE_MODEL_CALLS=100000 for a long run. */
const CALLS = Number(process.env['SIGHTLINE_MODEL_CALLS'] ?? 10_000);
const SEED = Number(process.env['SIGHTLINE_MODEL_SEED'] ?? 1999);

function run(reports: Reports, tick: Tick): Wrong {
  const chance = new Chance(SEED);
  const feeds = new Feeds(chance, tick, reports);
  const wrong: Wrong = { visits: 0, legs: 0, ofVisits: 0, ofLegs: 0 };
  for (let index = 0; index < CALLS; index += 1) {
    const call = makeCall(chance, tick, `c${index}`, 1_772_802_000_000 + index * 5_000);
    const events = feeds.of(call);
    const interpretation = interpret(keyOf(events[0] as never), stored(events), MEANING);
    const here = count(wrong, call, interpretation);
    if (process.env['SIGHTLINE_MODEL_SHOW'] !== undefined && here.visits + here.legs > 0) show(call, events, interpretation);
  }
  const percent = (part: number, whole: number): string => `${((100 * part) / whole).toFixed(3)} %`;
  console.info(
    `model, seed ${SEED}, ${tick === 1 ? 'milliseconds' : 'whole seconds'}, source reports ${reports}: ` +
      `${percent(wrong.visits, wrong.ofVisits)} of ${wrong.ofVisits} visits wrong, ${percent(wrong.legs, wrong.ofLegs)} of ${wrong.ofLegs} legs`,
  );
  return wrong;
}

let shown = 0;
function show(call: ReturnType<typeof makeCall>, events: ReturnType<Feeds['of']>, read: ReturnType<typeof interpret>): void {
  shown += 1;
  if (shown > Number(process.env['SIGHTLINE_MODEL_SHOW'])) return;
  const s = (ms: number | null): string => (ms === null ? '-' : String((ms - 1_772_802_000_000) / 1000));
  console.info(
    [
      ...[...events]
        .sort((a, b) => a.occurredAt - b.occurredAt || a.sequence - b.sequence)
        .map(
          (e) =>
            `${s(e.occurredAt)} ${e.source} ${e.eventId} ${e.fact.kind} ${e.queue} ${e.login ?? ''} w${e.reportedWaitMs ?? '-'} t${e.reportedTalkMs ?? '-'} ${e.fact.kind === 'callRecorded' ? JSON.stringify(e.fact) : ''}`,
        ),
      'TRUTH',
      ...call.visits.map((v) => `V ${v.queue} ${s(v.enteredAt)} ${v.outcome} ${s(v.endedAt)} ${v.login}`),
      ...call.legs.map((l) => `L ${l.queue} ${l.login} ${s(l.answeredAt)} ${s(l.endedAt)}`),
      'READ',
      ...read.visits.map((v) => `V ${v.queue} ${s(v.enteredAt)} ${v.outcome} ${s(v.endedAt)} ${v.login}`),
      ...read.legs.filter((l) => l.answeredAt !== null).map((l) => `L ${l.queue} ${l.login} ${s(l.answeredAt)} ${s(l.endedAt)}`),
      ...read.sidelined.map((x) => `${x.fact.eventId} ${x.reason}`),
    ].join('\n'),
  );
}

describe('against a model that knows what happened', () => {
  test.each<[Reports, Tick, number, number]>([
    ['waits', 1_000, 0.005, 0.05],
    ['waits', 1, 0.0005, 0.0005],
    ['nothing', 1_000, 0.03, 1],
    ['nothing', 1, 0.0005, 1],
    ['visitIds', 1_000, 0, 1],
    ['visitIds', 1, 0, 1],
  ])('KPI-M1 a source that reports %s, clock marks of %d ms', (reports, tick, visits, legs) => {
    const wrong = run(reports, tick);
    expect(wrong.visits / wrong.ofVisits).toBeLessThanOrEqual(visits);
    expect(wrong.legs / wrong.ofLegs).toBeLessThanOrEqual(legs);
  });
});
