import type { WallFeed, WallPeople, WallRow } from '@sightline/contracts';
import { UNASSIGNED_CLINIC } from '@sightline/contracts';
import type { Contract, Pool } from '@sightline/core-kpi';
import { peopleAmong, waitingNow } from '@sightline/core-kpi';
import type { Tally, Terms } from '../day/tally';
import { add, NOTHING, sameTerms, termsOf } from '../day/tally';
import { worstOf } from './feeds';
import { levelOf, NO_DATA } from './level';
import type { Scene } from './scene';
import { judge } from './verdict';

/** A row and what is not shown of it. */
interface Subject {
  readonly id: string;
  readonly name: string;
  readonly clinics: readonly string[];
  readonly people: WallPeople | null;
}

/** A pool, as far as its clinics are among those shown. */
export function poolRow(scene: Scene, pool: Pool): WallRow {
  const people = reportsStates(scene, pool.clinics) ? peopleAmong(scene.activities, new Set(pool.agents)) : null;
  return rowOf(scene, { id: `pool/${pool.poolId}`, name: pool.name, clinics: pool.clinics, people });
}

/** A clinic; its agents are its pool's. */
export function clinicRow(scene: Scene, clinicId: string): WallRow {
  const name = clinicId === UNASSIGNED_CLINIC ? 'Unassigned' : (scene.known.register.clinic(clinicId)?.name ?? clinicId);
  return rowOf(scene, { id: `clinic/${clinicId}`, name, clinics: [clinicId], people: null });
}

function rowOf(scene: Scene, subject: Subject): WallRow {
  const { nowMs, known } = scene;
  const { register, day } = known;
  const { id, name, clinics } = subject;
  const feed = worstOf(feedsOf(scene, clinics));
  const dead = feed.state === 'dead';
  const zones = new Set(clinics.map(scene.zoneOf));
  const contracts = clinics.map((clinicId) => register.contractAt(clinicId, nowMs));
  const terms = agreed(contracts.map(termsOf), sameTerms);
  const contract = agreed(contracts, samePromise);
  const today = sum(clinics, (clinicId) => day.today(clinicId, scene.dayOf(scene.zoneOf(clinicId))));
  const { waiting, longestSince } = waitingNow(scene.visits, { clinics: new Set(clinics), thresholdSecondsOf: () => 0 }, scene.clock);
  const openWaits = clinics.flatMap((clinicId) => scene.contactWaits.get(clinicId) ?? []);
  const shown = {
    level: dead ? NO_DATA : levelOf(today, terms, openWaits),
    last30: dead
      ? NO_DATA
      : levelOf(
          sum(clinics, (clinicId) => day.last30(clinicId, nowMs)),
          terms,
        ),
    targetPercent: contract?.targetPercent ?? null,
    offered: today.offered,
    waiting: dead ? 0 : waiting,
    longestSince: dead ? null : longestSince,
    people: dead ? null : subject.people,
    feed: feed.state,
  };
  return {
    id,
    name,
    clinics,
    zone: zones.size === 1 ? ([...zones][0] ?? null) : null,
    open: clinics.some((clinicId) => register.isOpenAt(clinicId, nowMs)),
    contractName: contract?.name ?? null,
    lastReceivedAt: feed.lastReceivedAt,
    label: known.reattributing ? 're-attributing' : 'provisional',
    ...shown,
    ...judge({ ...shown, longestMs: shown.longestSince === null ? null : nowMs - shown.longestSince }),
  };
}

export function sum(clinics: readonly string[], of: (clinicId: string) => Tally): Tally {
  return clinics.reduce((total, clinicId) => add(total, of(clinicId)), NOTHING);
}

/** The terms that all clinics share now, null where they differ. */
export function sharedTerms(scene: Scene, clinics: readonly string[]): Terms | null {
  return agreed(
    clinics.map((clinicId) => termsOf(scene.known.register.contractAt(clinicId, scene.nowMs))),
    sameTerms,
  );
}

/** Feeds that serve some clinics today. */
export function feedsOf(scene: Scene, clinics: readonly string[]): readonly WallFeed[] {
  return sourcesOf(scene, clinics).flatMap((source) => scene.feeds.get(source) ?? []);
}

/** Whether anybody would tell what the people of these clinics do. */
export function reportsStates(scene: Scene, clinics: readonly string[]): boolean {
  const { sources } = scene.known.register;
  return sourcesOf(scene, clinics).some(
    (source) => scene.feeds.has(source) && (sources.get(source)?.capabilities.includes('agentStates') ?? false),
  );
}

function sourcesOf({ known, nowMs, zoneOf, dayOf }: Scene, clinics: readonly string[]): readonly string[] {
  const from = Math.min(nowMs, ...clinics.map((clinicId) => dayOf(zoneOf(clinicId)).from));
  return known.register.sourcesServing(clinics, from, nowMs + 1);
}

/** The value all have, null where two differ or there is none. */
function agreed<T>(values: readonly T[], same: (a: T, b: T) => boolean): T | null {
  const [first] = values;
  return first !== undefined && values.every((value) => same(value, first)) ? first : null;
}

/** Contracts that promise the same: then one name and one target stand for all of them. */
function samePromise(a: Contract | null, b: Contract | null): boolean {
  if (!a || !b) return a === b;
  return a.name === b.name && a.targetPercent === b.targetPercent && sameTerms(termsOf(a), termsOf(b));
}
