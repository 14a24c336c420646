import type { WallPeople } from '@sightline/contracts';
import { END_UNKNOWN_AFTER_MS } from '../figures/labels';
import type { LiveClock, OpenItems } from './open';
import { clockOfOpen, STATE_LASTS_MS } from './open';
import { activitiesNow, peopleAmong } from './people';
import type { Waiting, WaitingScope } from './waiting';
import { waitingNow } from './waiting';

export interface ViewScope extends WaitingScope {
  /** The agents meant: a pool's members, or everybody in `open`. */
  readonly agents: ReadonlySet<string> | 'all';
}

export interface View extends Waiting {
  readonly people: WallPeople;
}

/**
 * What changes while no event arrives, at the instant of the clock. Pure: the same items and clock give the same numbers. Whoever views
 * many scopes at once calls `activitiesNow` once and `peopleAmong` and `waitingNow` for each.
 */
export function view(open: OpenItems, scope: ViewScope, clock: LiveClock): View {
  return { ...waitingNow(open.visits, scope, clock), people: peopleAmong(activitiesNow(open, clock), scope.agents) };
}

/**
 * The next instant, ms by the wall clock, at which a number of a view changes although no event arrives: a wait passes one of the whole
 * seconds of its clinic (`boundsOf`: threshold, short bound, warning levels), a wait or a leg becomes 4 h old, a state 16 h. Null when
 * there is none. What has just passed is not in it: asked again at that instant, the answer is a later one.
 */
export function nextCrossing(open: OpenItems, boundsOf: (clinicId: string) => readonly number[], clock: LiveClock): number | null {
  let next = Infinity;
  // Every bound is inclusive: the number changes one millisecond after it.
  const consider = (reached: number): void => {
    if (reached + 1 > clock.nowMs && reached + 1 < next) next = reached + 1;
  };
  for (const { source, enteredAt, clinicId } of open.visits) {
    if (!clockOfOpen(clock, source, enteredAt)?.runs) continue;
    for (const seconds of boundsOf(clinicId)) consider(enteredAt + seconds * 1_000);
    consider(enteredAt + END_UNKNOWN_AFTER_MS);
  }
  for (const { source, startedAt, endedAt, inWrapSince } of open.legs) {
    const since = endedAt === null ? startedAt : (inWrapSince ?? startedAt);
    if (clockOfOpen(clock, source, since)?.runs) consider(since + END_UNKNOWN_AFTER_MS);
  }
  for (const { source, at } of open.states) if (clock.of(source)?.runs) consider(at + STATE_LASTS_MS);
  return next === Infinity ? null : next;
}
