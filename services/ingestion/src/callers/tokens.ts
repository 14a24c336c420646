import type { CallEvent, Fact } from '@sightline/contracts';
import type { Vault } from '@sightline/ports';

/** An event and the numbers that came beside it, which never enter it. */
export interface NumberedEvent {
  readonly event: CallEvent;
  readonly callerNumber: string | null;
  /** The other party of a transfer, an outbound call or a callback. */
  readonly partyNumber: string | null;
}

/** Kinds of facts that know another party. */
export function hasParty(kind: Fact['kind']): boolean {
  return kind === 'callTransferred' || kind === 'callDialled' || kind === 'callbackRequested';
}

function withParty(fact: Fact, token: string | null): Fact {
  if (token === null) return fact;
  if (fact.kind === 'callTransferred' || fact.kind === 'callDialled') return { ...fact, toCallerId: token };
  return fact.kind === 'callbackRequested' ? { ...fact, callerId: token } : fact;
}

/** A recording leads to a voice: its reference goes to the vault like a number, written so that the vault keeps its case. */
function recordingOf(fact: Fact): string | null {
  return fact.kind === 'recordingAvailable' ? `recording ${Buffer.from(fact.recordingId).toString('hex')}` : null;
}

/** Events as they may stand in the log: received now, and with the vault's tokens where persons were. One question to the vault for all. */
export async function withTokens(
  vault: Vault,
  operatorId: string,
  numbered: readonly NumberedEvent[],
  nowMs: number,
): Promise<readonly CallEvent[]> {
  const secrets = numbered.flatMap(({ event, callerNumber, partyNumber }) => [callerNumber, partyNumber, recordingOf(event.fact)]);
  const asked = secrets.filter((secret) => secret !== null);
  const given = asked.length > 0 ? await vault.callerIds(operatorId, asked, nowMs) : [];
  let next = 0;
  const tokens = secrets.map((secret) => (secret === null ? null : (given[next++] ?? null)));
  return numbered.map(({ event }, index) => {
    const [callerId, partyId, recordingId] = tokens.slice(index * 3, index * 3 + 3) as (string | null)[];
    const fact = event.fact.kind === 'recordingAvailable' && recordingId ? { ...event.fact, recordingId } : event.fact;
    return {
      ...event,
      receivedAt: nowMs,
      ...(callerId ? { attributes: { ...event.attributes, callerId } } : {}),
      fact: withParty(fact, partyId ?? null),
    };
  });
}
