import type { ClinicGrant, ContactRow, SourceState, VisitRow, WallFeed } from '@sightline/contracts';
import { UNASSIGNED_CLINIC } from '@sightline/contracts';
import type { Activity, LiveClock, OpenItems, Register } from '@sightline/core-kpi';
import { activitiesNow, clockOfOpen, liveClock } from '@sightline/core-kpi';
import type { Day } from '../day/day';
import type { LocalDay, LocalDays } from '../day/local-days';
import { feedOf } from './feeds';

/** What was last read about the clinics of one grant. Nothing in it depends on the time. */
export interface Known {
  readonly register: Register;
  readonly clinics: ClinicGrant;
  readonly day: Day;
  /** Visits still waiting, and contacts of which one does. */
  readonly visits: readonly VisitRow[];
  readonly contacts: readonly ContactRow[];
  /** What people do, by all of their legs: also those for clinics that the grant does not cover. Leaves as counts only. */
  readonly floor: Pick<OpenItems, 'legs' | 'states'>;
  readonly sources: readonly SourceState[];
  readonly importing: ReadonlySet<string>;
  readonly reattributing: boolean;
}

/** What is known, at an instant: shared by all views of one grant. */
export interface Scene {
  readonly known: Known;
  readonly nowMs: number;
  readonly clock: LiveClock;
  readonly activities: ReadonlyMap<string, Activity>;
  /** Feeds by source, of the sources that are meant to be heard of now. */
  readonly feeds: ReadonlyMap<string, WallFeed>;
  /** Visits still waiting, without those of dead feeds: nobody knows about them. */
  readonly visits: readonly VisitRow[];
  /** How long the contacts of a clinic's today have waited that still do, ms. */
  readonly contactWaits: ReadonlyMap<string, readonly number[]>;
  readonly zoneOf: (clinicId: string) => string;
  readonly dayOf: (zone: string) => LocalDay;
}

export function sceneAt(known: Known, days: LocalDays, nowMs: number): Scene {
  const { register, sources, importing } = known;
  const roleOf = (source: string) => ({ live: register.sources.get(source)?.live ?? false, importing: importing.has(source) });
  const clock = liveClock(sources, nowMs, roleOf);
  const states = new Map(sources.map((state) => [state.source, state]));
  const feeds = new Map<string, WallFeed>();
  for (const { source, name } of register.sources.values()) {
    const { live, importing: isImporting } = roleOf(source);
    if (live || isImporting) feeds.set(source, feedOf(source, name, states.get(source), nowMs));
  }
  const home = siteZone(register);
  const zoneOf = (clinicId: string): string => register.clinic(clinicId)?.zone ?? home;
  const dayOf = (zone: string): LocalDay => days.at(nowMs, zone);
  const ofToday = known.contacts.filter(({ clinicId, enteredAt }) => enteredAt >= dayOf(zoneOf(clinicId)).from);
  return {
    known,
    nowMs,
    clock,
    activities: activitiesNow(known.floor, clock),
    feeds,
    visits: known.visits.filter((visit) => feeds.get(visit.source)?.state !== 'dead'),
    contactWaits: waitsOf(ofToday, clock),
    zoneOf,
    dayOf,
  };
}

function waitsOf(contacts: readonly ContactRow[], clock: LiveClock): ReadonlyMap<string, readonly number[]> {
  const waits = new Map<string, number[]>();
  for (const { clinicId, source, enteredAt, waitingSince } of contacts) {
    const own = clockOfOpen(clock, source, waitingSince ?? enteredAt);
    if (!own) continue;
    const known = waits.get(clinicId);
    const waitMs = Math.max(0, own.nowMs - enteredAt);
    if (known) known.push(waitMs);
    else waits.set(clinicId, [waitMs]);
  }
  return waits;
}

/** The clock on the wall: the site's, else that of the clinics, else UTC. */
export function siteZone(register: Register): string {
  return register.sites[0]?.zone ?? register.zonesOf(register.clinicsOf('all'))[0] ?? 'UTC';
}

/** Clinics a grant covers; with an operator-wide one also where calls without a clinic are counted. */
export function clinicsOf(register: Register, grant: ClinicGrant): readonly string[] {
  return grant === 'all' ? [...register.clinicsOf(grant), UNASSIGNED_CLINIC] : register.clinicsOf(grant);
}
