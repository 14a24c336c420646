import type { ContactRow, Scope, VisitCell } from '@sightline/contracts';
import { endUnknownCutoffs, STATES_READ_MS } from '@sightline/core-kpi';
import type { ChangeCursor, KpiReader, KpiStore } from '@sightline/ports';
import { Day, MINUTE_MS } from '../day/day';
import type { LocalDays } from '../day/local-days';
import { termsOf } from '../day/tally';
import type { Known } from '../wall/scene';
import { clinicsOf, siteZone } from '../wall/scene';
import type { Around } from './surroundings';

/** More changed minutes than this are read as the whole day. */
const MANY_MINUTES = 240;
/** Clocks of sources may be so far ahead, ms. */
const AHEAD_MS = 10 * MINUTE_MS;
/** Waiting contacts read at most: beyond, a level's bounds are those of the first ones. */
const MAX_WAITING = 5_000;

type Cutoffs = Readonly<Record<string, number>>;

/** What stands in memory after a reading, and how to read on from there. */
export interface Reading {
  readonly known: Known;
  readonly cursors: readonly ChangeCursor[];
  /** Visits that entered before and still wait were counted as endUnknown. */
  readonly cutoffs: Cutoffs;
  /** Whether anything was read anew but the state of sources. */
  readonly moved: boolean;
}

interface Now {
  readonly scope: Scope;
  readonly around: Around;
  readonly days: LocalDays;
  readonly nowMs: number;
}

/** Reads what changed since `last`; everything, when there is none, the directory moved, or a partition changed hands. */
export async function read(store: KpiStore, last: Reading | null, now: Now): Promise<Reading> {
  const { scope, around } = now;
  const sameDirectory = last?.known.register === around.register ? last : null;
  const reading = await store.read(scope, (reader) => readOn(reader, sameDirectory, now));
  // What people do shows in all of their legs, also in those for clinics outside the grant: only counts of it leave.
  if (scope.clinics === 'all' || !reading.openRead) return reading;
  const floor = await store.read({ ...scope, clinics: 'all' }, (reader) => reader.open(now.nowMs - STATES_READ_MS));
  return { ...reading, known: { ...reading.known, floor } };
}

async function readOn(reader: KpiReader, last: Reading | null, now: Now): Promise<Reading & { readonly openRead: boolean }> {
  const { scope, around, nowMs } = now;
  const { register, importing } = around;
  const changes = await reader.changedSince(last?.cursors ?? []);
  const [sources, headers] = [await reader.sources(), await reader.headers()];
  const cutoffs = endUnknownCutoffs(sources, nowMs, (source) => ({
    live: register.sources.get(source)?.live ?? false,
    importing: importing.has(source),
  }));
  const base = changes.snapshot.length > 0 ? null : last;
  const openRead = base === null || changes.openChanged.includes(scope.operatorId);
  const minutes = new Set(changes.minutes.filter(({ family }) => family === 'contact').map(({ minute }) => minute));
  if (base && expired(base, cutoffs)) for (const minute of base.known.day.waitingMinutes()) minutes.add(minute);
  const from = earliestMidnight(now);
  const day = base?.known.day ?? new Day((clinicId, at) => termsOf(register.contractAt(clinicId, at)));
  day.forget(from);
  const wanted = [...minutes].filter((minute) => minute >= from).sort((a, b) => a - b);
  if (base === null || wanted.length > MANY_MINUTES) {
    await readMinutes(reader, day, everyMinute(from, nowMs + AHEAD_MS), cutoffs, base !== null);
  } else if (wanted.length > 0) await readMinutes(reader, day, wanted, cutoffs, true);
  const open = openRead ? await reader.open(nowMs - STATES_READ_MS) : null;
  return {
    known: {
      register,
      clinics: scope.clinics,
      day,
      visits: open?.visits ?? (base as Reading).known.visits,
      contacts: open ? await waitingContacts(reader, from, cutoffs, nowMs) : (base as Reading).known.contacts,
      floor: open ?? (base as Reading).known.floor,
      sources,
      importing,
      reattributing: headers.some((header) => header.directoryVersion < register.version),
    },
    cursors: changes.cursors,
    cutoffs,
    moved: openRead || wanted.length > 0,
    openRead,
  };
}

/** Whether time, a restart or the end of an import has given up a wait since the last reading. */
function expired({ known, cutoffs: before }: Reading, cutoffs: Cutoffs): boolean {
  const cutoffOf = (all: Cutoffs, source: string): number => all[source] ?? all['*'] ?? -Infinity;
  return known.visits.some(({ source, enteredAt }) => enteredAt < cutoffOf(cutoffs, source) !== enteredAt < cutoffOf(before, source));
}

/** Midnight of the clinic whose day began first; the bars begin with the site's day. */
function earliestMidnight({ scope, around: { register }, days, nowMs }: Now): number {
  const zones = new Set([siteZone(register), ...register.zonesOf(clinicsOf(register, scope.clinics))]);
  return Math.min(...[...zones].map((zone) => days.at(nowMs, zone).from));
}

function everyMinute(from: number, to: number): readonly number[] {
  return Array.from({ length: Math.ceil((to - from) / MINUTE_MS) }, (_, index) => from + index * MINUTE_MS);
}

/** Reads minutes, ascending, of all clinics in scope. `clear`: a minute in which nothing is found any more had something before. */
async function readMinutes(
  reader: KpiReader,
  day: Day,
  minutes: readonly number[],
  endUnknownBefore: Cutoffs,
  clear: boolean,
): Promise<void> {
  const boundaries: number[] = [];
  for (const minute of minutes) {
    if (boundaries.at(-1) !== minute) boundaries.push(minute);
    boundaries.push(minute + MINUTE_MS);
  }
  const wanted = new Set(minutes);
  const [from, to] = [boundaries[0] as number, boundaries.at(-1) as number];
  const rows = await reader.cells({ family: 'contact', from, to, boundaries, groupBy: ['clinic'], endUnknownBefore });
  if (clear) day.clear(minutes);
  for (const { key, interval, cell } of rows) {
    const minute = boundaries[interval] as number;
    // What lies between two wanted minutes is an interval of the query too.
    if (wanted.has(minute)) day.put(key[0] as string, minute, cell as VisitCell);
  }
}

/** Contacts of today of which a visit waits: their waits run from their first entry, which is not that of the visit. */
async function waitingContacts(reader: KpiReader, from: number, endUnknownBefore: Cutoffs, nowMs: number): Promise<readonly ContactRow[]> {
  const where = { outcomes: ['waiting'] };
  const page = await reader.rows({
    family: 'contact',
    from,
    to: nowMs + AHEAD_MS,
    where,
    endUnknownBefore,
    after: null,
    limit: MAX_WAITING,
  });
  return page.rows as readonly ContactRow[];
}
