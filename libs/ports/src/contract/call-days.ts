import type { CallEvent, Fact, FlowOutReason } from '@sightline/contracts';
import type { DirectoryChange } from '../directory-store';

/** Start of the days that the suites tell of, ms. */
export const DAY = Date.UTC(2026, 2, 2);
const HOUR_MS = 3_600_000;

/** Integers in [0, n), the same ones for the same seed. */
export type Dice = (n: number) => number;

export function dice(seed: number): Dice {
  let state = seed;
  return (n) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296) * n);
  };
}

export const QUEUES = ['4011', '4012', '4013'] as const;
export const LOGINS = ['anna', 'bela', 'carl'] as const;
const REASONS: readonly FlowOutReason[] = ['callback', 'voicemail', 'timeout'];
const DISPOSITIONS = ['booked', 'question', 'other'] as const;

function pick<T>(roll: Dice, values: readonly T[]): T {
  return values[roll(values.length)] as T;
}

/** Tells the events of one call, in order, each some seconds after the one before. */
class CallTale {
  readonly events: CallEvent[] = [];
  private at: number;

  constructor(
    private readonly roll: Dice,
    private readonly source: string,
    private readonly call: string,
  ) {
    this.at = DAY + 8 * HOUR_MS + roll(4 * HOUR_MS);
  }

  say(fact: Fact, more: Partial<CallEvent> = {}): void {
    const number = this.events.length;
    this.events.push({
      source: this.source,
      eventId: `${this.call}-${number}`,
      revision: 1,
      tombstone: false,
      rank: 0,
      sequence: number,
      occurredAt: this.at,
      receivedAt: this.at + this.roll(2_000) + (this.roll(12) === 0 ? 40 * HOUR_MS : 0),
      schema: 1,
      call: { source: this.source, id: this.call },
      fact,
      ...more,
    });
    this.at += this.roll(45_000);
  }

  visit(): void {
    const { roll } = this;
    const queue = pick(roll, QUEUES);
    if (roll(12) === 0) return this.say({ kind: 'callBlocked', reason: 'closed' }, { queue });
    const attributes = {
      ...(roll(3) === 0 ? { dialledNumber: pick(roll, ['100', '200']) } : {}),
      ...(roll(4) === 0 ? { tag: pick(roll, ['gold', 'silver']) } : {}),
      ...(roll(6) === 0 ? { callReason: 'billing' } : {}),
    };
    this.say({ kind: 'queueEntered' }, { queue, attributes });
    const fate = roll(10);
    if (fate <= 1) return;
    if (fate === 2) return this.say({ kind: 'callFlowedOut', reason: pick(roll, REASONS) }, { queue });
    if (fate <= 4) return this.say({ kind: 'callAbandoned' }, { queue });
    this.talk(queue);
  }

  private talk(queue: string): void {
    const { roll } = this;
    const login = pick(roll, LOGINS);
    if (roll(3) === 0) {
      const other = pick(roll, LOGINS);
      this.say({ kind: 'agentRinging' }, { queue, login: other });
      this.say({ kind: 'ringMissed' }, { queue, login: other });
    }
    this.say({ kind: 'agentRinging' }, { queue, login });
    this.say({ kind: 'callAnswered' }, { queue, login });
    if (roll(4) === 0) {
      this.say({ kind: 'callHeld' }, { queue, login });
      this.say({ kind: 'callRetrieved' }, { queue, login });
    }
    if (roll(8) === 0) return;
    this.say({ kind: 'legEnded', ...(roll(2) === 0 ? { by: pick(roll, ['agent', 'caller', 'system'] as const) } : {}) }, { queue, login });
    if (roll(3) === 0) this.say({ kind: 'wrapUpStarted' }, { queue, login });
    if (roll(3) === 0) this.say({ kind: 'wrapUpEnded' }, { queue, login });
    if (roll(2) === 0) this.say({ kind: 'callDisposed', disposition: pick(roll, DISPOSITIONS) }, { queue });
    if (roll(5) === 0) this.say({ kind: 'surveyInvited' }, { queue });
    if (roll(5) === 0) this.say({ kind: 'surveyAnswered', score: 1 + roll(5), scaleMax: 5 }, { queue });
  }

  outbound(): void {
    const login = pick(this.roll, LOGINS);
    const queue = this.roll(2) === 0 ? { queue: pick(this.roll, QUEUES) } : {};
    this.say({ kind: 'callDialled' }, { login, ...queue, attributes: { dialledNumber: pick(this.roll, ['100', '200']) } });
    if (this.roll(2) === 0) this.say({ kind: 'partyReached' }, { login });
    if (this.roll(2) === 0) this.say({ kind: 'legEnded', by: 'agent' }, { login });
  }
}

/** Calls of a source as they may come: visits one after another, outbound ones, answers out of the blue, links, doubled lines. */
export function callsOf(source: string, count: number, seed: number): CallEvent[] {
  const roll = dice(seed);
  const events: CallEvent[] = [];
  for (let number = 0; number < count; number += 1) {
    const tale = new CallTale(roll, source, `call ${seed} ${number}`);
    if (roll(6) === 0) tale.outbound();
    else for (let visits = 1 + roll(3); visits > 0; visits -= 1) tale.visit();
    if (roll(15) === 0) tale.say({ kind: 'callAnswered' }, { queue: pick(roll, QUEUES), login: pick(roll, LOGINS) });
    if (roll(25) === 0) tale.say({ kind: 'callLinked', to: { source, id: 'an earlier one' } });
    if (roll(2) === 0) tale.say({ kind: 'callEnded', by: 'caller' });
    events.push(...tale.events, ...tale.events.filter(() => roll(20) === 0));
  }
  return events;
}

/** What logins say of themselves. */
export function statesOf(source: string, count: number, seed: number): CallEvent[] {
  const roll = dice(seed);
  return Array.from({ length: count }, (_none, number) => {
    const at = DAY + roll(36 * HOUR_MS);
    return {
      source,
      eventId: `state ${seed} ${number}`,
      revision: 1,
      tombstone: false,
      rank: 0,
      sequence: number,
      occurredAt: at,
      receivedAt: at + 500,
      schema: 1,
      login: pick(roll, LOGINS),
      fact:
        roll(3) === 0
          ? ({ kind: 'agentSignedIn' } as const)
          : ({ kind: 'agentStateChanged', state: pick(roll, ['available', 'paused'] as const) } as const),
    };
  });
}

const ALWAYS = { validFrom: null, validTo: null };

/** An operator, not a demo, with a source and two clinics mapped by queue. */
export function declare(source: string, operator: { readonly name: string; readonly demo: boolean }): DirectoryChange[] {
  return [
    { ...ALWAYS, id: 'operator', kind: 'operator', ...operator },
    {
      ...ALWAYS,
      id: `source ${source}`,
      kind: 'source',
      source,
      name: source,
      system: 'http',
      zone: 'UTC',
      capabilities: ['waits'],
      live: true,
    },
    ...['lake', 'hill'].map((clinicId): DirectoryChange => ({
      ...ALWAYS,
      id: `clinic ${clinicId}`,
      kind: 'clinic',
      clinicId,
      name: clinicId,
      zone: 'UTC',
      weekStart: 1,
      opening: null,
    })),
    mapping(source, 'queue', '4011', 'lake'),
    mapping(source, 'queue', '4012', 'hill'),
    { ...ALWAYS, id: `${source} anna`, kind: 'login', source, login: 'anna', agentId: 'a-1' },
    { ...ALWAYS, id: `${source} 4011`, kind: 'queue', source, queue: '4011', name: 'Main', callType: 'inbound:scheduling' },
  ];
}

/** A mapping row, for ever or within [from, to). */
export function mapping(
  source: string,
  by: 'queue' | 'dialledNumber' | 'tag',
  value: string,
  clinicId: string,
  dated: { readonly from?: number; readonly to?: number } = {},
): DirectoryChange {
  return {
    id: `${source} ${by} ${value} ${dated.from ?? ''}`,
    kind: 'mapping',
    source,
    by,
    value,
    clinicId,
    validFrom: dated.from ?? null,
    validTo: dated.to ?? null,
  };
}
