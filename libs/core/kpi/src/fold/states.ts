import type { CallEvent, StateRow } from '@sightline/contracts';
import type { Meaning } from './meaning';
import type { Aside } from './visit';

function stateOf(event: CallEvent): { state: StateRow['state']; reason: string | null } | null {
  switch (event.fact.kind) {
    case 'agentSignedIn':
      return { state: 'signedIn', reason: null };
    case 'agentSignedOut':
      return { state: 'signedOut', reason: null };
    case 'agentStateChanged':
      return { state: event.fact.state, reason: event.fact.reason ?? null };
    default:
      return null;
  }
}

/** The states of one login on one UTC day, as rows (login, at). Spans and what they mean together are read, not folded. */
export function interpretLoginDay(events: readonly CallEvent[], meaning: Meaning, aside: Aside): StateRow[] {
  const rows: StateRow[] = [];
  for (const event of events) {
    const said = stateOf(event);
    const operatorId = meaning.operatorOf(event.source);
    if (said === null || event.login === undefined || operatorId === null) {
      aside.put(event, 'inert');
      continue;
    }
    rows.push({
      family: 'state',
      id: `${event.source}/${event.eventId}`,
      operatorId,
      source: event.source,
      login: event.login,
      agentId: meaning.agentOf(event.source, event.login, event.occurredAt),
      at: event.occurredAt,
      ...said,
      queue: event.queue ?? null,
      firstReceivedAt: event.receivedAt,
      changedByReceivedAt: event.receivedAt,
    });
  }
  return rows;
}
