import type { DirectoryEntry, DirectoryRow, FlowOutReason, SourceState, VisitCell } from '@sightline/contracts';
import { emptyVisitCell, Register } from '@sightline/core-kpi';
import { Day, MINUTE_MS } from '../src/day/day';
import { LocalDays } from '../src/day/local-days';
import { termsOf } from '../src/day/tally';
import type { Known, Scene } from '../src/wall/scene';
import { sceneAt } from '../src/wall/scene';

export const NOON = Date.parse('2026-11-24T17:00:00Z'); // 12:00 in New York, 11:00 in Chicago

type Entry = DirectoryEntry & { readonly validFrom?: number | null; readonly validTo?: number | null };

/** A directory of one operator, everything valid for ever unless said otherwise. */
export function registerOf(entries: readonly Entry[]): Register {
  const rows = entries.map((entry, index): DirectoryRow => {
    const dated = { id: `row-${index}`, operatorId: 'op', validFrom: null, validTo: null, version: 1, recordedAt: 0, removed: false };
    return { ...dated, ...entry } as DirectoryRow;
  });
  return new Register({ version: 1, rows }, 'op');
}

export const clinic = (clinicId: string, name: string, zone = 'America/New_York'): Entry => ({
  kind: 'clinic',
  clinicId,
  name,
  zone,
  weekStart: 1,
  opening: null,
});

export const source = (name: string, live = true): Entry => ({
  kind: 'source',
  source: name,
  name: `PBX ${name}`,
  system: 'http',
  zone: 'UTC',
  capabilities: ['agentStates', 'waits'],
  live,
});

export const mapping = (of: string, queue: string, clinicId: string): Entry => ({
  kind: 'mapping',
  source: of,
  by: 'queue',
  value: queue,
  clinicId,
});

export const contract = (clinicId: string, targetPercent = 80, thresholdSeconds = 20, name = '80/20'): Entry => ({
  kind: 'contract',
  clinicId,
  name,
  formula: 'SL2',
  thresholdSeconds,
  shortSeconds: 5,
  targetPercent,
});

/** So many contacts answered after so many seconds each. */
export function cellOf(waits: readonly number[], flowedOut: Partial<Record<FlowOutReason, number>> = {}, waiting = 0): VisitCell {
  const seconds: Record<number, number> = {};
  for (const wait of waits) seconds[wait] = (seconds[wait] ?? 0) + 1;
  const sumMs = waits.reduce((sum, wait) => sum + wait * 1_000, 0);
  return { ...emptyVisitCell(), answered: { n: waits.length, sumMs, seconds }, flowedOut, waiting };
}

export const heard = (name: string, lastReceivedAt: number): SourceState => ({
  source: name,
  watermark: lastReceivedAt,
  lastReceivedAt,
  restartedAt: null,
  clockAheadMs: null,
  clockAheadAt: null,
});

/** A scene at `nowMs` out of what is given; the rest is empty. */
export function sceneOf(register: Register, known: Partial<Known> = {}, nowMs = NOON): Scene {
  const day = new Day((clinicId, at) => termsOf(register.contractAt(clinicId, at)));
  const sources = [...register.sources.keys()].map((name) => heard(name, nowMs));
  const rest: Known = {
    register,
    clinics: 'all',
    day,
    visits: [],
    contacts: [],
    floor: { legs: [], states: [] },
    sources,
    importing: new Set(),
    reattributing: false,
  };
  return sceneAt({ ...rest, ...known }, new LocalDays(), nowMs);
}

export function dayOf(register: Register, cells: readonly (readonly [string, number, VisitCell])[]): Day {
  const day = new Day((clinicId, at) => termsOf(register.contractAt(clinicId, at)));
  for (const [clinicId, at, cell] of cells) day.put(clinicId, Math.floor(at / MINUTE_MS) * MINUTE_MS, cell);
  return day;
}

export function waitingVisit(clinicId: string, of: string, enteredAt: number, id = `${clinicId}-${enteredAt}`): Known['visits'][number] {
  return {
    family: 'visit',
    id,
    call: { source: of, id },
    operatorId: 'op',
    clinicId,
    source: of,
    callType: '',
    firstReceivedAt: enteredAt,
    changedByReceivedAt: enteredAt,
    queue: clinicId,
    enteredAt,
    outcome: 'waiting',
    flowOutReason: null,
    endedAt: null,
    waitMs: null,
    talkMs: 0,
    holdMs: 0,
    wrapMs: 0,
    legs: 0,
    legsEnded: 0,
    login: null,
    agentId: null,
    endedBy: null,
    disposition: null,
    dialledNumber: null,
    tag: null,
    callerId: null,
    inferred: false,
    surveyInvited: false,
    surveyScore: null,
    surveyScaleMax: null,
  };
}
