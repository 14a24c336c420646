/** A made-up call in three events, as one command: it enters a queue, is answered after 12 s and is over after a minute. */
export function exampleOf(origin: string, key: string, nowMs: number): string {
  const at = (ms: number): string => new Date(nowMs - 90_000 + ms).toISOString().replace('.000Z', 'Z');
  const call = { id: `example-${Math.floor(nowMs / 1_000)}` };
  const events = [
    { eventId: `${call.id}-1`, occurredAt: at(0), call, queue: 'reception', queueEntered: {} },
    { eventId: `${call.id}-2`, occurredAt: at(12_000), call, queue: 'reception', login: 'desk-1', callAnswered: {} },
    { eventId: `${call.id}-3`, occurredAt: at(72_000), call, queue: 'reception', login: 'desk-1', legEnded: { by: 'caller' } },
  ];
  const body = `[\n  ${events.map((event) => JSON.stringify(event)).join(',\n  ')}\n]`;
  return [`curl ${origin}/v1/events`, `-H 'Authorization: Bearer ${key}'`, `-H 'Content-Type: application/json'`, `-d '${body}'`].join(
    ' \\\n  ',
  );
}
