import type { DirectoryRow } from '@sightline/contracts';
import { Statements } from './statements';
import type { Columns, Line } from './table';

export const QUEUE_COLUMNS: Columns = { needed: ['queue'], optional: ['source', 'name', 'callType'] };

/** Queues by name and call type. An empty name leaves the name as it is; an empty call type is none. */
export function interpretQueues(lines: readonly Line[], rows: readonly DirectoryRow[], defaultSource: string | null): Statements {
  const statements = new Statements(rows);
  for (const { number, cells } of lines) {
    const source = cells['source'] || defaultSource;
    const queue = cells['queue'] as string;
    if (source === null) {
      statements.refuse(number, 'source must not be empty');
      continue;
    }
    const bare = { kind: 'queue', source, queue, name: queue, callType: null } as const;
    const known = statements.known(bare);
    const name = cells['name'] || known?.name || queue;
    const callType = cells['callType'] === undefined ? (known?.callType ?? null) : cells['callType'] || null;
    statements.say(number, { ...bare, name, callType }, known?.validFrom ?? null, known?.validTo ?? null);
  }
  return statements;
}
