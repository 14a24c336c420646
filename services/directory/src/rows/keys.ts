import { createHash } from 'node:crypto';
import type { DirectoryEntry, DirectoryKind } from '@sightline/contracts';

/**
 * What a row speaks of. Of one key only one row holds at any time: a visit has one clinic, a login one agent, a clinic one contract, an
 * agent one team.
 */
export function keyOf(entry: DirectoryEntry): string {
  return [entry.kind, ...partsOf(entry)].join('\n');
}

function partsOf(entry: DirectoryEntry): readonly string[] {
  switch (entry.kind) {
    case 'operator':
      return [];
    case 'clinic':
    case 'contract':
      return [entry.clinicId];
    case 'site':
      return [entry.siteId];
    case 'team':
      return [entry.teamId];
    case 'pool':
      return [entry.poolId];
    case 'agent':
    case 'teamMember':
      return [entry.agentId];
    case 'login':
      return [entry.source, entry.login];
    case 'queue':
      return [entry.source, entry.queue];
    case 'source':
      return [entry.source];
    case 'mapping':
      return [entry.source, entry.by, entry.value];
    case 'poolAgent':
      return [entry.poolId, entry.agentId];
    case 'poolClinic':
      return [entry.poolId, entry.clinicId];
  }
}

/** The id of a row that was given none: the same for the same key and beginning, so that saying it again corrects it. */
export function rowIdOf(entry: DirectoryEntry, validFrom: number | null): string {
  const hash = createHash('sha256')
    .update(JSON.stringify([keyOf(entry), validFrom]))
    .digest('hex');
  return `${entry.kind}-${hash.slice(0, 32)}`;
}

/** A row that another one needs. */
export interface Reference {
  /** The member that names it. */
  readonly member: string;
  readonly key: string;
}

const KIND_OF_MEMBER: Readonly<Record<string, DirectoryKind>> = {
  clinicId: 'clinic',
  siteId: 'site',
  teamId: 'team',
  poolId: 'pool',
  agentId: 'agent',
  source: 'source',
};

export function referencesOf(entry: DirectoryEntry): readonly Reference[] {
  const members = Object.entries(entry) as [string, unknown][];
  return members.flatMap(([member, value]) => {
    const kind = KIND_OF_MEMBER[member];
    return kind === undefined || kind === entry.kind || typeof value !== 'string' ? [] : [{ member, key: `${kind}\n${value}` }];
  });
}
