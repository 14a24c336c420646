import type {
  CallEvent,
  ContactRow,
  FigureFamily,
  Interpretation,
  LegCell,
  Row,
  StoredFact,
  VisitCell,
  VisitRow,
} from '@sightline/contracts';
import fc from 'fast-check';
import {
  addContact,
  addLeg,
  addVisit,
  canonicalCell,
  DEFAULT_OPTIONS,
  diffRows,
  emptyLegCell,
  emptyVisitCell,
  figureOf,
  interpret,
  rowsOf,
  unionFacts,
} from '../src';
import { keyOf, MEANING, read, stored } from './facts';
import { makeCall } from './model/calls';
import { Feeds } from './model/feeds';
import { Chance } from './model/random';

/** A call with every fault the model knows, and revisions and retractions besides. */
function facts(seed: number): CallEvent[] {
  const chance = new Chance(seed);
  const tick = chance.of([1, 1_000] as const);
  const feeds = new Feeds(chance, tick, chance.of(['waits', 'nothing', 'visitIds'] as const));
  const call = makeCall(chance, tick, 'call', 1_772_802_000_000);
  return feeds.of(call).flatMap((event) => {
    if (chance.is(0.8)) return [event];
    const corrected = { ...event, revision: 2, occurredAt: event.occurredAt + chance.between(-3, 3) * 1_000 };
    return chance.is(0.5) ? [event, corrected] : [event, { ...corrected, tombstone: true }, { ...event, revision: 3, queue: 'front' }];
  });
}

/** Facts as they arrive: shuffled, some twice and later, in batches. */
function arrivals(events: readonly CallEvent[], seed: number): CallEvent[][] {
  const chance = new Chance(seed);
  const twice = events.flatMap((event) => (chance.is(0.2) ? [event, { ...event, receivedAt: event.receivedAt + 5_000 }] : [event]));
  const batches: CallEvent[][] = [[]];
  for (const event of chance.shuffled(twice)) {
    if (chance.is(0.4)) batches.push([]);
    batches.at(-1)?.push(event);
  }
  return batches;
}

type Cells = Map<string, VisitCell | LegCell>;

/** Adds or takes away a row where it counts: family, clinic, queue or agent, minute. */
function count(cells: Cells, row: Row, sign: 1 | -1): void {
  if (row.family === 'state') return;
  const at = row.family === 'leg' ? (row.answeredAt ?? row.startedAt) : row.enteredAt;
  const whose = row.family === 'leg' ? row.agentId : row.family === 'visit' ? row.queue : '';
  const key = [row.family, row.clinicId, whose, Math.floor(at / 60_000)].join();
  const cell = cells.get(key) ?? (row.family === 'leg' ? emptyLegCell() : emptyVisitCell());
  cells.set(key, cell);
  if (row.family === 'leg') addLeg(cell as LegCell, row, sign);
  else if (row.family === 'visit') addVisit(cell as VisitCell, row, sign, -Infinity);
  else addContact(cell as VisitCell, row, sign, -Infinity);
}

/** Every cell that holds anything, as text. */
function textOf(cells: Cells): string[] {
  const empty = [canonicalCell(emptyVisitCell()), canonicalCell(emptyLegCell())];
  return [...cells]
    .map(([key, cell]) => [key, canonicalCell(cell)] as const)
    .filter(([, text]) => !empty.includes(text))
    .map(([key, text]) => `${key} ${text}`)
    .sort();
}

const seeds = fc.integer({ min: 0, max: 2 ** 31 });
const conserved = ['offered', 'received', 'answered', 'abandoned', 'flowedOut', 'waiting', 'endUnknown', 'blocked'];

function conserves(family: FigureFamily, rows: readonly (VisitRow | ContactRow)[]): void {
  const cell = emptyVisitCell();
  for (const row of rows) {
    if (row.family === 'visit') addVisit(cell, row, 1, -Infinity);
    else addContact(cell, row, 1, -Infinity);
  }
  const value = (name: string): number => figureOf(family, name, cell, DEFAULT_OPTIONS).value as number;
  const [offered, received, ...parts] = conserved.map(value) as [number, number, ...number[]];
  const blocked = parts.pop() as number;
  expect(offered).toBe(parts.reduce((sum, part) => sum + part, 0));
  expect(received).toBe(offered + blocked);
  expect(received).toBe(rows.length);
}

const TERMINALS: ReadonlySet<string> = new Set(['callAnswered', 'callAbandoned', 'callFlowedOut']);

/** Terminals that are not listed are as many as stated ends of visits and answers by further agents. */
function accountsForTerminals(events: readonly CallEvent[], { visits, legs, sidelined }: Interpretation): void {
  const listed = new Set(sidelined.map(({ fact }) => `${fact.source}/${fact.eventId}`));
  const terminals = events.filter((event) => TERMINALS.has(event.fact.kind) && !listed.has(`${event.source}/${event.eventId}`));
  const ended = visits.filter(({ endedAt, outcome }) => endedAt !== null && outcome !== 'blocked').length;
  const answers = legs.filter(({ answeredAt }) => answeredAt !== null).length;
  const further = answers - visits.filter(({ outcome }) => outcome === 'answered').length;
  expect(terminals.length).toBe(ended + further);
}

/** The name of a row within its call. */
function nameOf(row: Row): string {
  return `${row.family} ${row.id} ${row.family === 'contact' ? row.clinicId : ''}`;
}

describe('properties of the fold', () => {
  test('KPI-F6 any order, doubling and batching: identical rows', () => {
    fc.assert(
      fc.property(seeds, seeds, (seed, other) => {
        const events = facts(seed);
        const key = keyOf(events[0] as CallEvent);
        const expected = JSON.stringify(interpret(key, stored(events), MEANING));
        let known: readonly StoredFact[] = [];
        for (const batch of arrivals(events, other)) known = unionFacts(known, stored(batch)).facts;
        expect(JSON.stringify(interpret(key, known, MEANING))).toBe(expected);
      }),
      { numRuns: 400 },
    );
  });

  test('KPI-F7 cells of differences are those computed from nothing, to the last bit', () => {
    fc.assert(
      fc.property(seeds, seeds, (seed, other) => {
        const events = facts(seed);
        const key = keyOf(events[0] as CallEvent);
        const kept: Cells = new Map();
        let known: readonly StoredFact[] = [];
        let rows: readonly Row[] = [];
        for (const batch of arrivals(events, other)) {
          known = unionFacts(known, stored(batch)).facts;
          const next = rowsOf(interpret(key, known, MEANING));
          const { upserts, removed } = diffRows(rows, next);
          const replaced = new Set([...removed, ...upserts].map(nameOf));
          for (const row of rows) if (replaced.has(nameOf(row))) count(kept, row, -1);
          for (const row of upserts) count(kept, row, 1);
          rows = next;
        }
        const anew: Cells = new Map();
        for (const row of rowsOf(interpret(key, stored(events), MEANING))) count(anew, row, 1);
        expect(textOf(kept)).toEqual(textOf(anew));
      }),
      { numRuns: 200 },
    );
  });

  test('KPI-F8 after every single fact nothing is lost and nothing counted twice', () => {
    fc.assert(
      fc.property(seeds, seeds, (seed, other) => {
        const events = facts(seed);
        const key = keyOf(events[0] as CallEvent);
        let known: readonly StoredFact[] = [];
        for (const event of new Chance(other).shuffled(events)) {
          known = unionFacts(known, stored([event])).facts;
          const { visits, contacts, legs } = interpret(key, known, MEANING);
          conserves('visit', visits);
          conserves('contact', contacts);
          const names = [...visits, ...legs, ...contacts].map(nameOf);
          expect(new Set(names).size).toBe(names.length);
          const ids = new Set(visits.map(({ id }) => id));
          for (const { visitId } of legs) expect(visitId === null || ids.has(visitId)).toBe(true);
        }
      }),
      { numRuns: 100 },
    );
  });

  test('KPI-F8 every terminal is the end of a visit, a further answer, or listed', () => {
    fc.assert(
      fc.property(seeds, seeds, (seed, other) => {
        const chance = new Chance(seed);
        const tick = chance.of([1, 1_000] as const);
        const feeds = new Feeds(chance, tick, chance.of(['waits', 'nothing', 'visitIds'] as const));
        const stated = feeds.of(makeCall(chance, tick, 'call', 1_772_802_000_000));
        // Ends of calls, records and reported talk infer milestones: then an end has no terminal of its own.
        const events = stated.flatMap(({ reportedTalkMs: _talk, ...event }) =>
          event.fact.kind === 'callEnded' || event.fact.kind === 'callRecorded' ? [] : [event],
        );
        const some = new Chance(other);
        const kept = events.filter(() => some.is(0.8));
        if (kept.length > 0) accountsForTerminals(kept, read(kept));
      }),
      { numRuns: 400 },
    );
  });
});
