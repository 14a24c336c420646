import type { CallEvent, DirectoryEntry, DirectoryRow, Interpretation, StoredFact } from '@sightline/contracts';
import { contentHashOf, entityKey, entityOf } from '@sightline/contracts';
import { createMeaning, interpret, unionFacts } from '@sightline/core-kpi';
import { LineCutter } from '../src/queue-log/cutter';
import { eventsOfLine } from '../src/queue-log/events';
import { keyedNames } from '../src/queue-log/names';

/** Every event of a log, as if received when it occurred. */
export function eventsOf(log: Buffer, source: string): CallEvent[] {
  const key = Buffer.alloc(32, 7);
  const names = keyedNames({ queues: new Set(), logins: new Set(), tags: new Set() }, key);
  const events: CallEvent[] = [];
  for (const { line, offset } of new LineCutter().push(log)) {
    const result = eventsOfLine(line, offset, { source, key, localTime: () => null, names });
    if (result.type === 'damaged') throw new Error(`line at ${offset}: ${result.reason}`);
    if (result.type === 'events') for (const { event } of result.events) events.push({ ...event, receivedAt: event.occurredAt + 1_000 });
  }
  return events;
}

/** A directory in which `rows` have always held, unless they say otherwise. */
export function directoryOf(
  rows: readonly (DirectoryEntry & { validFrom?: number | null; validTo?: number | null })[],
): readonly DirectoryRow[] {
  return rows.map((row, index) => ({
    validFrom: null,
    validTo: null,
    ...row,
    id: String(index),
    operatorId: 'op',
    version: 1,
    recordedAt: 0,
    removed: false,
  }));
}

export function queueLogSource(source: string, zone: string): DirectoryEntry {
  return {
    kind: 'source',
    source,
    name: source,
    system: 'queueLog',
    zone,
    capabilities: ['waits', 'ringing', 'agentStates', 'blocked', 'endedBy'],
    live: false,
  };
}

/** The whole fold in memory: facts gathered in the batches given, every touched entity interpreted anew after each. */
export function foldInMemory(batches: readonly (readonly CallEvent[])[], rows: readonly DirectoryRow[]): Map<string, Interpretation> {
  const meaning = createMeaning({ version: 1, rows });
  const facts = new Map<string, readonly StoredFact[]>();
  const read = new Map<string, Interpretation>();
  for (const batch of batches) {
    const incoming = new Map<string, StoredFact[]>();
    for (const event of batch) {
      const entity = entityOf(event);
      if (!entity) continue;
      const key = entityKey(entity);
      const fact = { event, contentHash: contentHashOf(event) };
      const list = incoming.get(key);
      if (list) list.push(fact);
      else incoming.set(key, [fact]);
    }
    for (const [key, list] of incoming) {
      const union = unionFacts(facts.get(key) ?? [], list).facts;
      facts.set(key, union);
      read.set(key, interpret(key, union, meaning));
    }
  }
  return read;
}
