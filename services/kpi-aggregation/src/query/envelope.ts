import type { Capability, ClinicGrant, Label } from '@sightline/contracts';
import { UNASSIGNED_CLINIC } from '@sightline/contracts';
import { labelOf, STALE_AFTER_MS } from '@sightline/core-kpi';
import type { Dimension } from '@sightline/ports';
import type { Moment } from './moment';
import type { Selection } from './selection';
import { clinicsInQuestion } from './selection';

/** What one row of an answer is about: an interval and the values it was grouped by. */
export interface Place {
  readonly from: number;
  readonly to: number;
  readonly key: Readonly<Partial<Record<Dimension, string>>>;
}

/** Clinics and sources that a place is about. */
export interface Concerned {
  readonly clinics: readonly string[];
  readonly sources: readonly string[];
}

/** How far figures can be trusted. */
export interface Freshness {
  /** Smallest watermark of the live sources concerned; null when none is or one has none yet. */
  readonly watermark: number | null;
  readonly ageMs: number | null;
  readonly coverage: number | null;
}

/**
 * Who serves a place: its queue's source, else the sources mapped to its clinics during the interval. Calls without a clinic may come from
 * every source that was ever heard of; one that was only declared has none.
 */
export function concernedBy(place: Place, selection: Selection, grant: ClinicGrant, { register, states }: Moment): Concerned {
  const clinics = place.key.clinic === undefined ? clinicsInQuestion(selection, grant, register) : [place.key.clinic];
  const queues = place.key.queue === undefined ? selection.queues : [place.key.queue];
  if (queues) return { clinics, sources: [...new Set(queues.map((queue) => queue.slice(0, queue.indexOf('/'))))] };
  const mapped = register.sourcesServing(
    clinics.filter((clinicId) => clinicId !== UNASSIGNED_CLINIC),
    place.from,
    place.to,
  );
  return { clinics, sources: clinics.includes(UNASSIGNED_CLINIC) ? [...new Set([...mapped, ...states.keys()])] : mapped };
}

/** What all sources concerned can report, of those heard of: the others have no calls. Undefined where there is none. */
export function capabilitiesOf(sources: readonly string[], { register, states }: Moment): ReadonlySet<Capability> | undefined {
  const heard = sources.filter((source) => states.has(source));
  if (heard.length === 0) return undefined;
  const [first, ...others] = heard.map((source) => register.sources.get(source)?.capabilities ?? []);
  return new Set(first?.filter((capability) => others.every((one) => one.includes(capability))));
}

/** Sources whose word is still awaited: live ones, and files being imported. */
function speaking(sources: readonly string[], { register, importing }: Moment): readonly string[] {
  return sources.filter((source) => importing.has(source) || register.sources.get(source)?.live === true);
}

/**
 * Watermark, its age, and the share of the interval (of its part up to now) before the smallest watermark of the live sources concerned.
 * A watermark not older than a feed may be without being stale counts as now. Null where no live source is concerned or the interval has
 * not begun: nobody keeps a record of what a file or a silent source left out.
 */
export function freshnessOf({ from, to }: Place, sources: readonly string[], moment: Moment): Freshness {
  const { nowMs, states } = moment;
  const watermarks = speaking(sources, moment).map((source) => states.get(source)?.watermark ?? null);
  const end = Math.min(to, nowMs);
  const known = watermarks.every((watermark) => watermark !== null) && watermarks.length > 0;
  const watermark = known ? Math.min(...(watermarks as number[])) : null;
  const ageMs = watermark === null ? null : Math.max(0, nowMs - watermark);
  if (watermarks.length === 0 || end <= from) return { watermark, ageMs, coverage: null };
  if (watermark === null) return { watermark, ageMs, coverage: 0 };
  const until = nowMs - watermark <= STALE_AFTER_MS ? nowMs : watermark;
  return { watermark, ageMs, coverage: Math.max(0, Math.min(end, until) - from) / (end - from) };
}

/** The label of a place, and since when it is revised. */
export function labelFor(
  { to }: Place,
  sources: readonly string[],
  moment: Moment,
  cell: { readonly waiting: number; readonly revisedAt: number | null },
): { readonly label: Label; readonly revisedSince?: number } {
  const awaited = speaking(sources, moment).map((source) => moment.states.get(source)?.watermark ?? null);
  const watermark = moment.isCatchingUp || awaited.includes(null) ? null : Math.min(Infinity, ...(awaited as number[]));
  // Nothing can be settled before it is over, whoever still speaks.
  const label = labelOf({ to, watermark: to > moment.nowMs ? null : watermark, ...cell, reattributing: moment.isReattributing });
  return { label, ...(label === 'revised' && cell.revisedAt !== null ? { revisedSince: cell.revisedAt } : {}) };
}
