import { createMeaning } from '../src';
import { directoryOf, mappingEntry, sourceEntry } from './directory';
import { read, T0 } from './facts';
import type { Tick } from './model/calls';
import { clinicOf, makeCall, QUEUES } from './model/calls';
import type { Wrong } from './model/compare';
import { count } from './model/compare';
import type { Reports } from './model/feeds';
import { Feeds } from './model/feeds';
import { Chance } from './model/random';

const MEANING = createMeaning(
  directoryOf([sourceEntry('pbx'), sourceEntry('acd'), ...QUEUES.map((queue) => mappingEntry('queue', queue, clinicOf(queue)))]),
);

/** Calls per kind of source; SIGHTLINE_MODEL_CALLS=100000 for a long run. */
const CALLS = Number(process.env['SIGHTLINE_MODEL_CALLS'] ?? 6_000);
const SEED = Number(process.env['SIGHTLINE_MODEL_SEED'] ?? 1999);

function run(reports: Reports, tick: Tick): Wrong {
  const chance = new Chance(SEED);
  const feeds = new Feeds(chance, tick, reports);
  const wrong: Wrong = { visits: 0, legs: 0, ofVisits: 0, ofLegs: 0 };
  for (let index = 0; index < CALLS; index += 1) {
    const call = makeCall(chance, tick, `c${index}`, T0 + index * 5_000);
    const events = feeds.of(call);
    count(wrong, call, read(events, MEANING));
  }
  const percent = (part: number, whole: number): string => `${((100 * part) / whole).toFixed(3)} %`;
  console.info(
    `model, seed ${SEED}, ${CALLS} calls, marks of ${tick} ms, source reports ${reports}: ` +
      `${percent(wrong.visits, wrong.ofVisits)} of ${wrong.ofVisits} visits wrong, ${percent(wrong.legs, wrong.ofLegs)} of ${wrong.ofLegs} legs`,
  );
  return wrong;
}

/** What a source reports, the marks of its clock, and the greatest shares of visits and legs that may be read wrong. */
const BOUNDS: readonly (readonly [Reports, Tick, number, number])[] = [
  ['waits', 1_000, 0.005, 0.05],
  ['waits', 1, 0.0005, 0.0005],
  ['nothing', 1_000, 0.03, 0.05],
  ['nothing', 1, 0.0005, 0.0005],
  ['visitIds', 1_000, 0, 0],
  ['visitIds', 1, 0, 0],
];

describe('against a model that knows what happened', () => {
  for (const [reports, tick, visits, legs] of BOUNDS) {
    test(`KPI-T1 a source that reports ${reports}, marks of ${tick} ms`, () => {
      const wrong = run(reports, tick);
      expect(wrong.ofVisits).toBeGreaterThan(1.5 * CALLS);
      expect(wrong.visits / wrong.ofVisits).toBeLessThanOrEqual(visits);
      expect(wrong.legs / wrong.ofLegs).toBeLessThanOrEqual(legs);
    });
  }
});
