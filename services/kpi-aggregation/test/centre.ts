import type { CallEvent, DirectoryEntry, Fact } from '@sightline/contracts';
import { EVENT_SCHEMA } from '@sightline/contracts';
import type { DirectoryChange } from '@sightline/ports';

/** 1999-02-01T08:00:00Z: a Monday. */
export const MONDAY = Date.UTC(1999, 1, 1, 8);
export const SOURCE = 'pbx';
export const QUEUES = ['north', 'south', 'billing', 'lobby'] as const;
const LOGINS = ['a1', 'a2', 'a3', 'a4', 'a5', 'stranger'] as const;

/** Small and seeded: the same calls in every run. */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

let made = 0;

/** An event of the source, received a second after it happened unless it says otherwise. */
export function event(at: number, fact: Fact, members: Partial<CallEvent> = {}): CallEvent {
  made += 1;
  return {
    source: SOURCE,
    eventId: `e${made}`,
    revision: 1,
    tombstone: false,
    rank: 0,
    sequence: made,
    occurredAt: at,
    receivedAt: at + 1_000,
    schema: EVENT_SCHEMA,
    fact,
    ...members,
  };
}

/** One inbound call that has ended, one way or another: answered, abandoned, flowed out into another queue, blocked. */
export function callOf(id: string, at: number, random: () => number): CallEvent[] {
  const call = { source: SOURCE, id };
  const pick = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)] as T;
  const queue = pick(QUEUES);
  const wait = Math.floor(random() ** 2 * 90_000);
  const attributes = random() < 0.3 ? { callReason: pick(['visit', 'lenses']), callerId: `caller-${Math.floor(random() * 50)}` } : {};
  const entry = event(at, { kind: 'queueEntered' }, { call, queue, attributes: { direction: 'inbound', ...attributes } });
  const fate = random();
  if (fate < 0.03) return [event(at, { kind: 'callBlocked' }, { call, queue })];
  if (fate < 0.18) return [entry, event(at + wait, { kind: 'callAbandoned' }, { call, queue, reportedWaitMs: wait })];
  const answers = (from: number, where: string): CallEvent[] => {
    const login = pick(LOGINS);
    const talk = Math.floor(random() * 240_000);
    const events = [
      event(from, { kind: 'agentRinging' }, { call, queue: where, login }),
      event(from + 2_000, { kind: 'callAnswered' }, { call, queue: where, login }),
    ];
    if (random() < 0.3) {
      events.push(event(from + 2_000 + talk / 3, { kind: 'callHeld' }, { call, login }));
      events.push(event(from + 2_000 + talk / 2, { kind: 'callRetrieved' }, { call, login }));
    }
    if (random() < 0.5)
      events.push(event(from + 2_000 + talk, { kind: 'callDisposed', disposition: pick(['booked', 'none']) }, { call, login }));
    events.push(event(from + 2_000 + talk, { kind: 'callEnded', by: pick(['agent', 'caller'] as const) }, { call, queue: where, login }));
    return events.map((one) => ({ ...one, occurredAt: Math.floor(one.occurredAt), receivedAt: Math.floor(one.receivedAt) }));
  };
  if (fate < 0.28) {
    const next = pick(QUEUES);
    const out = event(at + wait, { kind: 'callFlowedOut', reason: 'timeout' }, { call, queue });
    const again = event(at + wait + 1_000, { kind: 'queueEntered' }, { call, queue: next });
    return [entry, out, again, ...answers(at + wait + 5_000, next)];
  }
  if (fate < 0.34) {
    const missed = event(at + 1_500, { kind: 'ringMissed', ringMs: 1_500 }, { call, queue, login: pick(LOGINS) });
    return [entry, missed, ...answers(at + wait, queue)];
  }
  return [entry, ...answers(at + wait, queue)];
}

/** Calls of some days in the order of their events, the working hours filled evenly. */
export function callsOf(count: number, days: number, seed = 1): CallEvent[] {
  const random = seeded(seed);
  const events: CallEvent[] = [];
  for (let index = 0; index < count; index += 1) {
    const day = Math.floor((index * days) / count);
    events.push(...callOf(`c${seed}-${index}`, MONDAY + day * 86_400_000 + Math.floor(random() * 36_000_000), random));
  }
  return events.sort((a, b) => a.occurredAt - b.occurredAt || a.sequence - b.sequence);
}

/** The source's word that it has nothing more to say up to `at`. */
export function heartbeat(at: number): CallEvent {
  return event(at, { kind: 'sourceHeartbeat' });
}

type Said = DirectoryEntry & { readonly id: string; readonly validFrom?: number; readonly validTo?: number; readonly removed?: boolean };

/** Rows that have always held, unless they say otherwise. */
export function saying(...rows: readonly Said[]): readonly DirectoryChange[] {
  return rows.map((row) => ({ validFrom: null, validTo: null, ...row }));
}

export function mapping(queue: string, clinicId: string, dates: { validFrom?: number; validTo?: number } = {}): Said {
  return { id: `mapping-${queue}`, kind: 'mapping', source: SOURCE, by: 'queue', value: queue, clinicId, ...dates };
}

/** An operator with three clinics in two zones; the queue lobby is nobody's, the login stranger nobody's. */
export function centre(members: { readonly live?: boolean } = {}): readonly DirectoryChange[] {
  const clinic = (clinicId: string, name: string, zone: string): Said => ({
    id: `clinic-${clinicId}`,
    kind: 'clinic',
    clinicId,
    name,
    zone,
    weekStart: 1,
    opening: null,
  });
  const contract = (clinicId: string, formula: string, thresholdSeconds: number, dates: { validFrom?: number } = {}): Said => ({
    id: `contract-${clinicId}-${thresholdSeconds}`,
    kind: 'contract',
    clinicId,
    name: `${formula} ${thresholdSeconds}`,
    formula,
    thresholdSeconds,
    shortSeconds: 5,
    targetPercent: 80,
    ...dates,
  });
  return saying(
    { id: 'operator', kind: 'operator', name: 'Operator', demo: false },
    {
      id: 'source',
      kind: 'source',
      source: SOURCE,
      name: 'Telephones',
      system: 'http',
      zone: 'America/New_York',
      capabilities: ['waits', 'ringing', 'hold', 'dispositions', 'blocked', 'endedBy', 'outbound'],
      live: members.live ?? true,
    },
    clinic('lake', 'Lakeside Eye', 'America/New_York'),
    clinic('hill', 'Hill Optics', 'America/New_York'),
    clinic('bay', 'Bay Vision', 'America/Los_Angeles'),
    contract('lake', 'SL3', 30),
    contract('hill', 'SL3', 30),
    contract('bay', 'SL1', 60),
    mapping('north', 'lake'),
    mapping('south', 'hill'),
    mapping('billing', 'bay'),
    ...QUEUES.map((queue): Said => ({
      id: `queue-${queue}`,
      kind: 'queue',
      source: SOURCE,
      queue,
      name: `Queue ${queue}`,
      callType: queue === 'billing' ? 'bills' : null,
    })),
    ...LOGINS.filter((login) => login !== 'stranger').flatMap((login): Said[] => [
      { id: `agent-${login}`, kind: 'agent', agentId: `agent-${login}`, name: `Agent ${login}`, siteId: null },
      { id: `login-${login}`, kind: 'login', source: SOURCE, login, agentId: `agent-${login}` },
    ]),
  );
}
