import type { Attributes, Fact } from '@sightline/contracts';

/** One thing the made-up telephone system says: an event of `POST /v1/events` before it is written as JSON. */
export interface Statement {
  readonly at: number;
  readonly fact: Fact;
  readonly callId?: string;
  readonly visitId?: string;
  readonly queue?: string;
  readonly login?: string;
  readonly callerNumber?: string;
  readonly partyNumber?: string;
  readonly attributes?: Attributes;
}

/** The JSON of one event of `POST /v1/events`. */
export type CentreEvent = Readonly<Record<string, unknown>> & { readonly eventId: string; readonly occurredAt: number };

export function eventOf(statement: Statement, eventId: string): CentreEvent {
  const { at, fact, callId, ...rest } = statement;
  const { kind, ...members } = fact;
  return { eventId, occurredAt: at, ...(callId === undefined ? {} : { call: { id: callId } }), ...rest, [kind]: members };
}
