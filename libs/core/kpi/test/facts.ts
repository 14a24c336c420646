import type { CallEvent, Fact, Interpretation, StoredFact } from '@sightline/contracts';
import { contentHashOf, entityKey, entityOf, EVENT_SCHEMA } from '@sightline/contracts';
import type { Meaning } from '../src';
import { createMeaning, interpret } from '../src';
import { directoryOf, mappingEntry, sourceEntry } from './directory';

/** Facts of one call of `pbx`: times in seconds since an arbitrary instant. */
export const T0 = 1_772_802_000_000;
export const at = (seconds: number): number => T0 + seconds * 1_000;

let last = 0;

type More = Partial<Omit<CallEvent, 'fact' | 'occurredAt'>> & { wait?: number; talk?: number };

/** One event; ids and sequences count up. `wait` and `talk` are the reported ones, seconds. */
export function event(seconds: number, fact: Fact, { wait, talk, ...more }: More = {}): CallEvent {
  last += 1;
  return {
    source: 'pbx',
    eventId: `e${String(last).padStart(6, '0')}`,
    revision: 1,
    tombstone: false,
    rank: 0,
    sequence: last,
    occurredAt: at(seconds),
    receivedAt: at(seconds) + 500,
    schema: EVENT_SCHEMA,
    call: { source: 'pbx', id: 'call' },
    ...(wait === undefined ? {} : { reportedWaitMs: wait * 1_000 }),
    ...(talk === undefined ? {} : { reportedTalkMs: talk * 1_000 }),
    fact,
    ...more,
  };
}

export const entered = (seconds: number, queue = 'front', more: More = {}): CallEvent =>
  event(seconds, { kind: 'queueEntered' }, { queue, ...more });
export const answered = (seconds: number, login = 'ana', more: More = {}): CallEvent =>
  event(seconds, { kind: 'callAnswered' }, { queue: 'front', login, ...more });
export const abandoned = (seconds: number, more: More = {}): CallEvent =>
  event(seconds, { kind: 'callAbandoned' }, { queue: 'front', ...more });
export const flowedOut = (seconds: number, more: More = {}): CallEvent =>
  event(seconds, { kind: 'callFlowedOut', reason: 'timeout' }, { queue: 'front', ...more });
export const legEnded = (seconds: number, login = 'ana', more: More = {}): CallEvent =>
  event(seconds, { kind: 'legEnded', by: 'agent' }, { queue: 'front', login, ...more });

/** `pbx`, `acd` and `crm` are sources; queue `front` is of clinic lake, `back` of hill, nothing else is mapped. */
export const MEANING: Meaning = createMeaning(
  directoryOf([
    ...['pbx', 'acd', 'crm'].map(sourceEntry),
    mappingEntry('queue', 'front', 'lake'),
    mappingEntry('queue', 'back', 'hill'),
    { kind: 'login', source: 'pbx', login: 'ana', agentId: 'agent-ana' },
  ]),
);

export function stored(events: readonly CallEvent[]): StoredFact[] {
  return events.map((one) => ({ event: one, contentHash: contentHashOf(one) }));
}

export function keyOf(one: CallEvent): string {
  const entity = entityOf(one);
  if (!entity) throw new Error('an event of its source');
  return entityKey(entity);
}

/** What the facts of one call or login day mean. */
export function read(events: readonly CallEvent[], meaning: Meaning = MEANING): Interpretation {
  return interpret(keyOf(events[0] as CallEvent), stored(events), meaning);
}

const seconds = (ms: number | null): string => (ms === null ? '…' : String((ms - T0) / 1_000));

/** Visits in few words: `front 0-8 answered ana`. */
export function visitsIn(interpretation: Interpretation): string[] {
  return interpretation.visits.map(({ queue, enteredAt, endedAt, outcome, login }) =>
    [queue, `${seconds(enteredAt)}-${seconds(endedAt)}`, outcome, ...(login === null ? [] : [login])].join(' '),
  );
}

/** Legs in few words: `ana 8-20 answered agent` (by whom it ended); from the answer, of an attempt from its start. */
export function legsIn(interpretation: Interpretation): string[] {
  return interpretation.legs.map(({ login, startedAt, answeredAt, endedAt, outcome, endedBy }) =>
    [login, `${seconds(answeredAt ?? startedAt)}-${seconds(endedAt)}`, outcome, ...(endedBy === null ? [] : [endedBy])].join(' '),
  );
}

/** Reasons for which an event is listed. */
export function reasonsOf(interpretation: Interpretation, { source, eventId }: CallEvent): string[] {
  return interpretation.sidelined.filter(({ fact }) => fact.source === source && fact.eventId === eventId).map(({ reason }) => reason);
}
