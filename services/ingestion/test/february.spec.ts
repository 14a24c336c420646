import type { CallEvent, Interpretation, VisitCell, VisitRow } from '@sightline/contracts';
import { addVisit, boundariesOf, emptyVisitCell, figureOf, formulaOf, mergeVisitCells, nearestRank } from '@sightline/core-kpi';
import { dataFile, dataJson, describeWithData } from '@sightline/testing';
import { directoryOf, eventsOf, foldInMemory, queueLogSource } from './real-data';

interface Reference {
  readonly offered: number;
  readonly answeredWithin: Record<string, number>;
  readonly abandonedWithin: Record<string, number>;
  readonly serviceLevel: Record<string, Record<string, { numerator: number; denominator: number; value: number | null }>>;
  readonly waitNearestRank: Record<string, number | null>;
  readonly talkNearestRank: Record<string, number | null>;
  readonly [name: string]: unknown;
}

const within = (seconds: Readonly<Record<number, number>>, bound: number): number =>
  Object.entries(seconds).reduce((total, [at, count]) => (Number(at) <= bound ? total + count : total), 0);

/** A cell in the words of the reference; every number of it is compared. */
function inWordsOf(reference: Reference, cell: VisitCell): unknown {
  const levels = Object.entries(reference.serviceLevel).map(([parameters, byFormula]) => {
    const [, threshold, short] = /^T=(\d+),short=(\d+)$/.exec(parameters) ?? [];
    return [
      parameters,
      Object.fromEntries(
        Object.keys(byFormula).map((id) => {
          const formula = formulaOf(id);
          if (!formula) throw new Error(id);
          const figure = figureOf('visit', 'serviceLevel', cell, {
            formula,
            thresholdSeconds: Number(threshold),
            shortSeconds: Number(short),
          });
          const value = figure.value === null ? null : Math.round(figure.value * 1e6) / 1e6;
          return [id, { numerator: figure.numerator, denominator: figure.denominator, value }];
        }),
      ),
    ];
  });
  const greatest = (seconds: Readonly<Record<number, number>>): number | null => Object.keys(seconds).map(Number).at(-1) ?? null;
  const ranks = (of: Record<string, unknown>, durations: VisitCell['talk']): unknown =>
    Object.fromEntries(Object.keys(of).map((percentile) => [percentile, nearestRank(durations.seconds, durations.n, Number(percentile))]));
  return {
    offered: figureOf('visit', 'offered', cell, { formula: formulaOf('SL6') as never, thresholdSeconds: 20, shortSeconds: 5 }).value,
    answered: cell.answered.n,
    abandoned: cell.abandoned.n,
    answeredWithin: Object.fromEntries(
      Object.keys(reference.answeredWithin).map((bound) => [bound, within(cell.answered.seconds, Number(bound))]),
    ),
    abandonedWithin: Object.fromEntries(
      Object.keys(reference.abandonedWithin).map((bound) => [bound, within(cell.abandoned.seconds, Number(bound))]),
    ),
    waitSecondsAnswered: cell.answered.sumMs / 1_000,
    waitSecondsAbandoned: cell.abandoned.sumMs / 1_000,
    waitMaxAnswered: greatest(cell.answered.seconds),
    waitMaxAbandoned: greatest(cell.abandoned.seconds),
    talkSeconds: cell.talk.sumMs / 1_000,
    answeredUnder10s: Object.values(cell.shortTalk).reduce((a, b) => a + b, 0),
    waitNearestRank: ranks(reference.waitNearestRank, cell.answered),
    talkNearestRank: ranks(reference.talkNearestRank, cell.talk),
    serviceLevel: Object.fromEntries(levels),
  };
}

const TYPES = ['IN', 'NE', 'NW', 'PE', 'PS', 'TT'];
const zone = 'Asia/Jerusalem';

function cellsBy(visits: readonly VisitRow[], keyOf: (visit: VisitRow) => string): Map<string, VisitCell> {
  const cells = new Map<string, VisitCell>();
  for (const visit of visits) {
    const key = keyOf(visit);
    const cell = cells.get(key) ?? emptyVisitCell();
    addVisit(cell, visit, 1, -Infinity);
    cells.set(key, cell);
  }
  return cells;
}

/** Small, seeded: the same disorder in every run. */
function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

function disorder(events: readonly CallEvent[], seed: number): CallEvent[] {
  const random = mulberry32(seed);
  const twice = events.flatMap((event) => (random() < 0.03 ? [event, { ...event, receivedAt: event.receivedAt + 5_000 }] : [event]));
  return twice
    .map((event) => ({ event, at: event.occurredAt + (random() * 2 - 1) * 20_000 }))
    .sort((a, b) => a.at - b.at)
    .map(({ event }) => event);
}

function inBatches(events: readonly CallEvent[], count: number): CallEvent[][] {
  const size = Math.ceil(events.length / count);
  return Array.from({ length: count }, (_, index) => events.slice(index * size, (index + 1) * size));
}

describeWithData('February 1999, a real call centre', () => {
  const rows = directoryOf([
    queueLogSource('bank', zone),
    ...TYPES.map((type) => ({ kind: 'mapping' as const, source: 'bank', by: 'queue' as const, value: type, clinicId: `clinic-${type}` })),
  ]);
  let events: CallEvent[];
  let visits: VisitRow[];
  let read: Map<string, Interpretation>;

  beforeAll(() => {
    const startedAt = performance.now();
    events = eventsOf(dataFile('anonymous-bank-1999/february-1999.queue_log'), 'bank');
    const decodedAt = performance.now();
    read = foldInMemory([events], rows);
    const foldedAt = performance.now();
    visits = [...read.values()].flatMap((one) => one.visits);
    const rate = (ms: number): string => Math.round(events.length / ms).toString();
    console.info(
      `february: ${events.length} events, decoded ${rate(decodedAt - startedAt)} k/s, hashed and folded ${rate(foldedAt - decodedAt)} k/s`,
    );
  });

  test('ING-Q3 six clinics by queue: every number of by-type.json', () => {
    const reference = dataJson<Record<string, Reference>>('anonymous-bank-1999/reference/by-type.json');
    const cells = cellsBy(visits, (visit) => visit.clinicId.replace('clinic-', ''));
    for (const [type, expected] of Object.entries(reference)) expect(inWordsOf(expected, cells.get(type) as VisitCell)).toEqual(expected);
    expect([...cells.keys()].sort()).toEqual(Object.keys(reference).sort());
  });

  test('ING-Q4 one clinic: every number of month.json, by-day.json and by-half-hour.json', () => {
    const month = dataJson<Reference>('anonymous-bank-1999/reference/month.json');
    const whole = [...cellsBy(visits, (visit) => visit.queue).values()].reduce(mergeVisitCells, emptyVisitCell());
    expect(inWordsOf(month, whole)).toEqual(month);
    const from = Math.min(...visits.map((visit) => visit.enteredAt));
    const to = Math.max(...visits.map((visit) => visit.enteredAt)) + 1;
    for (const [file, interval] of [['by-day', '1d'] as const, ['by-half-hour', '30min'] as const]) {
      const reference = dataJson<Record<string, Reference>>(`anonymous-bank-1999/reference/${file}.json`);
      const boundaries = boundariesOf({ from, to, interval, zone });
      const local = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'short' });
      const nameOf = (at: number): string => {
        let index = boundaries.findIndex((boundary) => boundary > at) - 1;
        // The first boundary is where the range begins, not where its interval does.
        if (index === 0) index = 0;
        const start =
          index === 0
            ? (boundaries[0] as number) - ((boundaries[0] as number) % (interval === '1d' ? 60_000 : 1_800_000))
            : (boundaries[index] as number);
        const text = local.format(start).replace(' ', 'T');
        return interval === '1d' ? text.slice(0, 10) : text;
      };
      const cells = cellsBy(visits, (visit) => nameOf(visit.enteredAt));
      expect([...cells.keys()].sort()).toEqual(Object.keys(reference).sort());
      for (const [name, expected] of Object.entries(reference)) expect(inWordsOf(expected, cells.get(name) as VisitCell)).toEqual(expected);
    }
  });

  test.each([
    [1, 1],
    [2, 1_000],
  ])('ING-Q5 shuffled within 20 s, 3 %% twice (seed %d), in %d batches: the very same rows', (seed, batches) => {
    const again = foldInMemory(inBatches(disorder(events, seed), batches), rows);
    expect(again.size).toBe(read.size);
    const strip = (one: Interpretation | undefined): string => JSON.stringify([one?.visits, one?.legs, one?.contacts]);
    for (const [key, expected] of read) if (strip(again.get(key)) !== strip(expected)) throw new Error(`differs: ${key}`);
  });
});
