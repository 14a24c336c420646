import type { DirectoryEntry, DirectoryRow, DirectorySnapshot } from '@sightline/contracts';

export type Entry = DirectoryEntry & { validFrom?: number | null; validTo?: number | null };

/** A directory of one operator in which `entries` have always held, unless they say otherwise. */
export function directoryOf(entries: readonly Entry[], version = 1): DirectorySnapshot {
  const rows = entries.map((entry, index): DirectoryRow => ({
    validFrom: null,
    validTo: null,
    ...entry,
    id: String(index).padStart(4, '0'),
    operatorId: 'op',
    version,
    recordedAt: 0,
    removed: false,
  }));
  return { version, rows };
}

export function sourceEntry(source: string): DirectoryEntry {
  return { kind: 'source', source, name: source, system: 'http', zone: 'UTC', capabilities: [], live: true };
}

export function mappingEntry(by: 'tag' | 'dialledNumber' | 'queue', value: string, clinicId: string): DirectoryEntry {
  return { kind: 'mapping', source: 'pbx', by, value, clinicId };
}
