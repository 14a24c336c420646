import type { WallBar, WallHead, WallParts, WallRequest, WallRow } from '@sightline/contracts';
import { UNASSIGNED_CLINIC } from '@sightline/contracts';
import type { Pool } from '@sightline/core-kpi';
import { peopleAmong, waitingNow } from '@sightline/core-kpi';
import { levelOf } from './level';
import type { HeldOrder } from './order';
import { nextOrder } from './order';
import { clinicRow, feedsOf, poolRow, reportsStates, sharedTerms } from './rows';
import type { Scene } from './scene';
import { clinicsOf, siteZone } from './scene';

export type WallFilter = Pick<WallRequest, 'pool' | 'clinics'>;

export interface Wall {
  readonly parts: WallParts;
  readonly order: HeldOrder;
}

/** The clinics of a view, and its pools cut down to them. A pool none of whose clinics is shown is not there. */
interface Shown {
  readonly clinics: readonly string[];
  readonly pools: readonly Pool[];
}

function shownOf({ known, nowMs }: Scene, filter: WallFilter): Shown {
  const granted = clinicsOf(known.register, known.clinics);
  const all = known.register.poolsAt(nowMs);
  const asked = filter.clinics ?? (filter.pool === undefined ? granted : (all.find(({ poolId }) => poolId === filter.pool)?.clinics ?? []));
  const wanted = new Set(asked);
  const clinics = granted.filter((clinicId) => wanted.has(clinicId));
  const among = new Set(clinics);
  const pools = all
    .filter(({ poolId }) => filter.pool === undefined || poolId === filter.pool)
    .map((pool) => ({ ...pool, clinics: pool.clinics.filter((clinicId) => among.has(clinicId)) }))
    .filter((pool) => pool.clinics.length > 0);
  return { clinics, pools: filter.clinics ? [] : pools };
}

/**
 * The wall of one view. Every pool has a row. A clinic has one if it has no pool, if somebody has to look at it, or if the viewer asked for
 * a part of the wall only; where no data comes in, its pool's row and the feeds say so once for all.
 */
export function wallOf(scene: Scene, filter: WallFilter, held: HeldOrder | null): Wall {
  const { clinics, pools } = shownOf(scene, filter);
  const pooled = new Set(pools.flatMap((pool) => pool.clinics));
  const whole = filter.pool === undefined && filter.clinics === undefined;
  const rows = new Map<string, WallRow>();
  const deserving: WallRow[] = [];
  const keep = (row: WallRow, deserves: boolean): void => {
    rows.set(row.id, row);
    if (deserves) deserving.push(row);
  };
  for (const pool of pools) keep(poolRow(scene, pool), true);
  for (const clinicId of clinics) {
    const row = clinicRow(scene, clinicId);
    const idle = clinicId === UNASSIGNED_CLINIC && row.offered === 0 && row.waiting === 0;
    keep(row, !idle && (!whole || !pooled.has(clinicId) || (row.feed !== 'dead' && isException(row))));
  }
  const ranked = [...deserving].sort(
    (a, b) => b.badness - a.badness || (a.name < b.name ? -1 : a.name > b.name ? 1 : a.id < b.id ? -1 : 1),
  );
  const order = nextOrder(
    held,
    ranked.map(({ id }) => id),
    new Set(rows.keys()),
    scene.nowMs,
  );
  const parts: Record<string, WallParts[string]> = { head: headOf(scene, filter, { clinics, pools }, order, rows) };
  for (const id of order.ids) parts[`row/${id}`] = rows.get(id) as WallRow;
  for (const bar of barsOf(scene, clinics)) parts[`bar/${bar.from}`] = bar;
  return { parts, order };
}

/** Somebody has to look at it, or nobody can. */
const isException = (row: WallRow): boolean => (row.reasons?.length ?? 0) > 0;

function headOf(scene: Scene, filter: WallFilter, shown: Shown, order: HeldOrder, rows: ReadonlyMap<string, WallRow>): WallHead {
  const { known, clock } = scene;
  const { register } = known;
  const { clinics } = shown;
  const { waiting, longestSince } = waitingNow(scene.visits, { clinics: new Set(clinics), thresholdSecondsOf: () => 0 }, clock);
  const others = clinics
    .filter((clinicId) => clinicId !== UNASSIGNED_CLINIC && !order.ids.includes(`clinic/${clinicId}`))
    .map((clinicId) => rows.get(`clinic/${clinicId}`) as WallRow);
  const offTarget = others.filter(isException).length;
  const [site] = register.sites;
  const { from, to } = scene.dayOf(siteZone(register));
  return {
    operatorName: register.operator?.name ?? '',
    demo: register.operator?.demo ?? false,
    site: site ? { name: site.name, zone: site.zone } : null,
    waiting,
    longestSince,
    people: reportsStates(scene, clinics) ? peopleAmong(scene.activities, agentsOf(scene, filter, shown)) : null,
    feeds: known.clinics === 'all' && filter.pool === undefined && !filter.clinics ? [...scene.feeds.values()] : feedsOf(scene, clinics),
    order: order.ids.map((id) => id),
    othersOnTarget: others.length - offTarget,
    othersOffTarget: offTarget,
    dayFrom: from,
    dayTo: to,
  };
}

/** Who is counted: everybody on the whole wall of an operator, else the people of the pools that serve the clinics shown. */
function agentsOf(scene: Scene, filter: WallFilter, { clinics, pools }: Shown): ReadonlySet<string> | 'all' {
  if (scene.known.clinics === 'all' && filter.pool === undefined && !filter.clinics) return 'all';
  const among = new Set(clinics);
  const serving = filter.clinics
    ? scene.known.register.poolsAt(scene.nowMs).filter((pool) => pool.clinics.some((clinicId) => among.has(clinicId)))
    : pools;
  return new Set(serving.flatMap((pool) => pool.agents));
}

function barsOf(scene: Scene, clinics: readonly string[]): readonly WallBar[] {
  const { known, nowMs } = scene;
  const terms = sharedTerms(scene, clinics);
  return known.day
    .quarters(clinics, scene.dayOf(siteZone(known.register)), nowMs)
    .map(({ from, tally }) => ({ from, offered: tally.offered, level: levelOf(tally, terms) }));
}
