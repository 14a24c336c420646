import type { SourceRow } from '../directory/directory';
import { identifierOf, QUEUE_LOG_CAPABILITIES } from '../directory/directory';
import { ask } from '../server/request';

/** What a telephone system may report that states events itself. */
const EVENT_CAPABILITIES: SourceRow['capabilities'] = [
  'waits',
  'visitIds',
  'ringing',
  'hold',
  'wrapUp',
  'outbound',
  'agentStates',
  'dispositions',
  'surveys',
  'blocked',
  'endedBy',
];

/** Makes sure there is a live source of this name and system; resolves with its identifier. */
export async function ensureSource(
  sources: readonly SourceRow[],
  { name, system, zone }: Pick<SourceRow, 'name' | 'system' | 'zone'>,
): Promise<string> {
  const known = sources.find((row) => row.name === name && row.system === system);
  if (known?.live) return known.source;
  const source = known?.source ?? identifierOf(name, new Set(sources.map((row) => row.source)));
  const capabilities = known?.capabilities ?? (system === 'http' ? EVENT_CAPABILITIES : QUEUE_LOG_CAPABILITIES);
  // A file that was only imported becomes a live source once it is followed.
  const entry = { kind: 'source', source, name, system, zone: known?.zone ?? zone, capabilities, live: true };
  await ask('/v1/directory/changes', { method: 'POST', json: { changes: [entry] } });
  return source;
}
