import type { Attributes, CallEvent, CallRef } from '@sightline/contracts';
import type { Meaning, Signs } from './meaning';
import type { Visit } from './visit';

/** What a row of a call is written from. */
export interface Context {
  readonly call: CallRef;
  readonly operatorId: string;
  readonly meaning: Meaning;
  readonly events: readonly CallEvent[];
  /** Whether a fact may say which clinic the call is for. */
  readonly mayPlace: (event: CallEvent) => boolean;
}

/** Tag and number that facts in fold order state first. */
export function signsOf(events: readonly CallEvent[]): Omit<Signs, 'queue'> {
  return { tag: attribute(events, 'tag'), dialledNumber: attribute(events, 'dialledNumber') };
}

/** The first that any of the facts states. */
export function attribute<K extends keyof Attributes>(events: readonly CallEvent[], name: K): NonNullable<Attributes[K]> | null {
  for (const event of events) {
    const value = event.attributes?.[name];
    if (value !== undefined) return value;
  }
  return null;
}

/** Facts that may lend a visit their attributes: its entry, then what was said of its queue or, by those who may, of the whole call. */
export function lenders({ events, mayPlace }: Context, visit: Visit): readonly CallEvent[] {
  const lend = events.filter((event) => event.attributes && (event.queue === undefined ? mayPlace(event) : event.queue === visit.queue));
  return [...visit.entries, ...lend];
}

/** Clinic of what happened in a queue at an instant. */
export function clinicOf({ call, meaning, mayPlace }: Context, facts: readonly CallEvent[], queue: string | null, at: number): string {
  return meaning.clinicOf(call.source, { ...signsOf(facts.filter(mayPlace)), queue }, at);
}

/** direction:reason where a reason is stated, else the queue's type at the instant, else ''. */
export function callType(context: Context, facts: readonly CallEvent[], queue: string | null, at: number, direction: string): string {
  const reason = attribute(facts, 'callReason');
  if (reason !== null) return `${attribute(facts, 'direction') ?? direction}:${reason}`;
  return queue === null ? '' : context.meaning.queueTypeOf(context.call.source, queue, at);
}

/** Smallest and greatest receipt of the facts that made a row. */
export function received(facts: readonly CallEvent[]): { firstReceivedAt: number; changedByReceivedAt: number } {
  let first = Infinity;
  let lastOne = -Infinity;
  for (const { receivedAt } of facts) {
    if (receivedAt < first) first = receivedAt;
    if (receivedAt > lastOne) lastOne = receivedAt;
  }
  return { firstReceivedAt: first, changedByReceivedAt: lastOne };
}
