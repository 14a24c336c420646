import type { LegRow, StateRow, WallPeople } from '@sightline/contracts';
import type { LiveClock, OpenItems } from './open';
import { clockOfOpen, STATE_LASTS_MS } from './open';

/** What an agent does now: exactly one. `free` = signed in, available, no leg. */
export type Activity = 'onCall' | 'outbound' | 'ringing' | 'wrapUp' | 'free' | 'paused' | 'unknown';

/** An agent with several legs or logins does what stands first. */
const PRECEDENCE: readonly Activity[] = ['onCall', 'outbound', 'ringing', 'wrapUp', 'free', 'paused', 'unknown'];

function activityOfLeg(leg: LegRow): Activity | null {
  if (leg.endedAt !== null) return leg.inWrapSince === null ? null : 'wrapUp';
  if (leg.direction === 'outbound') return 'outbound';
  return leg.answeredAt === null ? 'ringing' : 'onCall';
}

const ACTIVITY_OF_STATE: Readonly<Record<StateRow['state'], Activity | null>> = {
  signedIn: 'free',
  available: 'free',
  busy: 'onCall',
  wrapUp: 'wrapUp',
  paused: 'paused',
  signedOut: null,
};

function isLater(a: StateRow, b: StateRow): boolean {
  return a.at === b.at ? a.id > b.id : a.at > b.at;
}

function latest(states: readonly StateRow[]): StateRow {
  return states.reduce((last, state) => (isLater(state, last) ? state : last));
}

/**
 * States that hold for a login, one per queue it is a member of; none when it is signed out. What was said without a queue holds in every
 * queue until something later is said there; for a login that is in no queue it holds alone, unless it left its last queue afterwards.
 */
function statesInForce(states: readonly StateRow[]): readonly StateRow[] {
  const general = states.find((state) => state.queue === null);
  const queues = states.filter((state) => state.queue !== null);
  const members = queues.filter((state) => state.state !== 'signedOut');
  if (!general) return members;
  if (general.state === 'signedOut') return members.filter((state) => isLater(state, general));
  if (members.length > 0) return members.map((state) => (isLater(general, state) ? general : state));
  return general.state === 'signedIn' || queues.every((state) => isLater(general, state)) ? [general] : [];
}

/** What a login does by its states alone: paused only when paused everywhere. Null when signed out. `states` = its latest per queue. */
function activityOfLogin(states: readonly StateRow[], clock: LiveClock): Activity | null {
  const own = clock.of((states[0] as StateRow).source);
  const inForce = own ? statesInForce(states) : [];
  if (!own || inForce.length === 0) return null;
  if (own.nowMs - latest(states).at > STATE_LASTS_MS) return 'unknown';
  return first(inForce.map(({ state }) => ACTIVITY_OF_STATE[state]));
}

function first(activities: readonly (Activity | null)[]): Activity | null {
  return PRECEDENCE.find((activity) => activities.includes(activity)) ?? null;
}

/**
 * What every agent does now, by agent id; who is signed out and has no leg is not in it. Legs speak before states: whoever talks is on a
 * call whatever the telephone says. Logins of one agent are united. Legs older than their source's `openSince` are not believed.
 */
export function activitiesNow(open: Pick<OpenItems, 'legs' | 'states'>, clock: LiveClock): ReadonlyMap<string, Activity> {
  const seen = new Map<string, Activity>();
  const say = (agentId: string, activity: Activity | null): void => {
    const known = seen.get(agentId);
    const next = first([activity, known ?? null]);
    if (next) seen.set(agentId, next);
  };
  for (const leg of open.legs) {
    const since = leg.endedAt === null ? leg.startedAt : (leg.inWrapSince ?? leg.startedAt);
    if (clockOfOpen(clock, leg.source, since)) say(leg.agentId, activityOfLeg(leg));
  }
  const logins = new Map<string, StateRow[]>();
  for (const state of open.states) {
    const key = `${state.source}\n${state.login}`;
    const known = logins.get(key);
    if (known) known.push(state);
    else logins.set(key, [state]);
  }
  for (const states of logins.values()) say(latest(states).agentId, activityOfLogin(states, clock));
  return seen;
}

/**
 * People by what they do: each of `agents` once, or everybody. `signedIn` = all but the unknown: somebody with a leg is there, even where
 * no state says so.
 */
export function peopleAmong(activities: ReadonlyMap<string, Activity>, agents: ReadonlySet<string> | 'all'): WallPeople {
  const people = { onCall: 0, outbound: 0, ringing: 0, wrapUp: 0, free: 0, paused: 0, unknown: 0 };
  let signedIn = 0;
  for (const [agentId, activity] of activities) {
    if (agents !== 'all' && !agents.has(agentId)) continue;
    people[activity] += 1;
    if (activity !== 'unknown') signedIn += 1;
  }
  return { ...people, signedIn };
}
