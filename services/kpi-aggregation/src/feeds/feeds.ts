import type { SourceState, Viewer } from '@sightline/contracts';
import { UNASSIGNED_CLINIC } from '@sightline/contracts';
import { CLOCK_AHEAD_MS, DEFAULT_OPTIONS, feedState } from '@sightline/core-kpi';
import type { KpiReader, LogGap, SidelinedCount } from '@sightline/ports';
import { countInClass } from '../query/contribution';
import type { Moment } from '../query/moment';
import type { Snapshots } from '../query/snapshots';

/** How long a clock that was ahead is shown, ms after it was last seen. */
const AHEAD_SHOWN_MS = 3_600_000;
/** Logins are looked for in so much time before the newest word of any source, ms. */
const LOGINS_WITHIN_MS = 31 * 86_400_000;
/** Unassigned queues and unknown logins shown at most, those with most calls first. */
const MAX_UNMAPPED = 200;
const LATEST_MS = 4_102_444_800_000;
const UNKNOWN_AGENT = 'unknown:';

/** One telephone system and how it does. */
export interface Feed {
  readonly source: string;
  readonly name: string;
  readonly system: 'http' | 'queueLog';
  /** Whether it is meant to speak all the time. */
  readonly live: boolean;
  readonly importing: boolean;
  readonly state: 'live' | 'stale' | 'dead' | 'silent';
  /** Since its last word was received, ms. */
  readonly ageMs: number | null;
  readonly watermark: number | null;
  readonly restartedAt: number | null;
  /** How far its clock was ahead, ms, while that is not long ago. */
  readonly clockAheadMs: number | null;
  /** Facts that made no figure, by reason. */
  readonly sidelined: Readonly<Record<string, number>>;
  /** Calls that go on with an earlier one and are a contact in no clinic. */
  readonly continuedCalls: number;
}

/** What the telephone systems of an operator are up to, and what of their word has no place in a clinic. */
export interface FeedsAnswer {
  readonly at: number;
  readonly feeds: readonly Feed[];
  /** Records accepted and not yet in the figures. */
  readonly behind: number;
  /** Rows are being folded anew after a directory change; share of partitions that are done. */
  readonly refold: { readonly running: boolean; readonly done: number };
  readonly gaps: readonly LogGap[];
  /** Queues whose calls belong to no clinic. With a grant for the whole operator only; else null. */
  readonly unassigned: readonly { readonly source: string; readonly queue: string; readonly visits: number }[] | null;
  /** Logins that are nobody's, by legs of the last 31 days. With a grant for the whole operator only; else null. */
  readonly unknownLogins: readonly { readonly source: string; readonly login: string; readonly legs: number }[] | null;
}

/** Answers GET /v1/feeds from one snapshot. */
export class FeedQueries {
  constructor(private readonly snapshots: Snapshots) {}

  async answer(viewer: Viewer): Promise<FeedsAnswer> {
    const register = await this.snapshots.registerOf(viewer);
    return this.snapshots.read(viewer, register, async (reader, moment) => {
      const whole = viewer.clinics === 'all';
      const sidelined = bySource(await reader.sidelined());
      return {
        at: moment.nowMs,
        feeds: [...register.sources.values()].map((source) => feedOf(source, sidelined.get(source.source) ?? {}, moment)),
        behind: moment.behind,
        refold: refoldOf(moment),
        gaps: await reader.gaps(),
        unassigned: whole ? await unassignedQueues(reader, moment) : null,
        unknownLogins: whole ? await unknownLogins(reader, moment) : null,
      };
    });
  }
}

function bySource(counts: readonly SidelinedCount[]): ReadonlyMap<string, Readonly<Record<string, number>>> {
  const sources = new Map<string, Record<string, number>>();
  for (const { source, reason, count } of counts) {
    const known = sources.get(source);
    if (known) known[reason] = count;
    else sources.set(source, { [reason]: count });
  }
  return sources;
}

type SourceEntry = Moment['register']['sources'] extends ReadonlyMap<string, infer S> ? S : never;

function feedOf(entry: SourceEntry, counts: Readonly<Record<string, number>>, { states, importing, nowMs }: Moment): Feed {
  const { source, name, system, live } = entry;
  const state = states.get(source);
  const { continued = 0, ...sidelined } = counts;
  return {
    source,
    name,
    system,
    live,
    importing: importing.has(source),
    ...feedState(state, nowMs),
    watermark: state?.watermark ?? null,
    restartedAt: state?.restartedAt ?? null,
    clockAheadMs: clockAhead(state, nowMs),
    sidelined,
    continuedCalls: continued,
  };
}

function clockAhead(state: SourceState | undefined, nowMs: number): number | null {
  if (!state || state.clockAheadMs === null || state.clockAheadMs <= CLOCK_AHEAD_MS) return null;
  return nowMs - (state.clockAheadAt ?? 0) <= AHEAD_SHOWN_MS ? state.clockAheadMs : null;
}

function refoldOf({ headers, isReattributing, register }: Moment): FeedsAnswer['refold'] {
  if (!isReattributing) return { running: false, done: 1 };
  const done = headers.filter((header) => header.directoryVersion >= register.version).length;
  return { running: true, done: headers.length === 0 ? 0 : done / headers.length };
}

async function unassignedQueues(reader: KpiReader, moment: Moment): Promise<NonNullable<FeedsAnswer['unassigned']>> {
  const span = { from: 0, to: LATEST_MS, boundaries: [0, LATEST_MS], endUnknownBefore: moment.endUnknownBefore };
  const rows = await reader.cells({ family: 'visit', clinics: [UNASSIGNED_CLINIC], groupBy: ['queue'], ...span });
  const queues = rows.map(({ key, cell }) => {
    const [source, queue] = divided(key[0] ?? '');
    return { source, queue, visits: countInClass('visit', 'all', cell, DEFAULT_OPTIONS) };
  });
  return queues.sort((a, b) => b.visits - a.visits || (a.queue < b.queue ? -1 : 1)).slice(0, MAX_UNMAPPED);
}

async function unknownLogins(reader: KpiReader, moment: Moment): Promise<NonNullable<FeedsAnswer['unknownLogins']>> {
  const newest = Math.max(0, ...[...moment.states.values()].map(({ watermark }) => watermark ?? 0));
  const from = Math.max(0, newest - LOGINS_WITHIN_MS);
  const span = { from, to: newest + 1, boundaries: [from, newest + 1], endUnknownBefore: moment.endUnknownBefore };
  const rows = await reader.cells({ family: 'leg', groupBy: ['agent'], ...span });
  const logins = rows.flatMap(({ key: [agent = ''], cell }) => {
    if (!agent.startsWith(UNKNOWN_AGENT)) return [];
    const [source, login] = divided(agent.slice(UNKNOWN_AGENT.length));
    return [{ source, login, legs: countInClass('leg', 'all', cell, DEFAULT_OPTIONS) }];
  });
  return logins.sort((a, b) => b.legs - a.legs || (a.login < b.login ? -1 : 1)).slice(0, MAX_UNMAPPED);
}

/** source/rest, at the first slash: a source's name holds none. */
function divided(text: string): readonly [string, string] {
  const slash = text.indexOf('/');
  return [text.slice(0, slash), text.slice(slash + 1)];
}
