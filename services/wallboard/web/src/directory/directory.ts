import type { Capability, DirectoryRow } from '@sightline/contracts';
import type { Answer } from '../server/use-answer';
import { useAnswer } from '../server/use-answer';

/** GET /v1/directory: everything that holds, within the grant of who asks. */
export interface Directory {
  readonly version: number;
  readonly rows: readonly DirectoryRow[];
}

export type SourceRow = Extract<DirectoryRow, { kind: 'source' }>;
export type ClinicRow = Extract<DirectoryRow, { kind: 'clinic' }>;

export const useDirectory = (): Answer<Directory> => useAnswer<Directory>('/v1/directory');

export function sourcesIn(directory: Directory | null): readonly SourceRow[] {
  return (directory?.rows ?? []).filter((row): row is SourceRow => row.kind === 'source');
}

export function clinicsIn(directory: Directory | null): readonly ClinicRow[] {
  return (directory?.rows ?? []).filter((row): row is ClinicRow => row.kind === 'clinic');
}

/** What Asterisk's queue_log can tell at all. */
export const QUEUE_LOG_CAPABILITIES: readonly Capability[] = ['waits', 'ringing', 'agentStates', 'blocked', 'endedBy'];

/** A short name for the directory out of what people call a thing: "Cebu PBX" → cebu-pbx. */
export function identifierOf(name: string, taken: ReadonlySet<string> = new Set()): string {
  const plain = name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 48)
    .replace(/^-+|-+$/g, '');
  const base = plain === '' ? 'unnamed' : plain;
  for (let number = 1; ; number += 1) {
    const candidate = number === 1 ? base : `${base}-${number}`;
    if (!taken.has(candidate)) return candidate;
  }
}
