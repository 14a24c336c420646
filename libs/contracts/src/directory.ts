import type { FactKind } from './event';

/** Clinic of visits that no mapping covers. Reserved in every operator; seen with operator-wide grants only. */
export const UNASSIGNED_CLINIC = 'unassigned';

/**
 * When a row holds, [validFrom, validTo) in ms UTC, null = since or for ever, and when it was said. Rows are append-only: a correction
 * repeats `id` under a greater version, `removed` takes the row back. At version v the row with the greatest version ≤ v counts.
 */
export interface Dated {
  readonly id: string;
  readonly operatorId: string;
  readonly validFrom: number | null;
  readonly validTo: number | null;
  readonly version: number;
  readonly recordedAt: number;
  readonly removed: boolean;
}

/** Figures a source can report at all; what it cannot is `null: not reported by this source`, never 0. */
export const CAPABILITIES = [
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
] as const;
export type Capability = (typeof CAPABILITIES)[number];

/** What the holder of a source's key may state. Kinds, ranks and sources are checked at ingestion; clinics in the fold. */
export interface SourceGrant {
  readonly kinds: 'all' | readonly FactKind[];
  readonly maxRank: number;
  /** Sources whose calls it may speak about; itself always. */
  readonly sources: readonly string[];
  readonly clinics: 'all' | readonly string[];
}

/** Weekly opening hours in the clinic's zone. day 1 = Monday … 7 = Sunday; minutes from local midnight, [from, to). */
export interface OpeningSpan {
  readonly day: number;
  readonly fromMinute: number;
  readonly toMinute: number;
}

export type MappingKey = 'tag' | 'dialledNumber' | 'queue';

export type DirectoryEntry =
  | { readonly kind: 'operator'; readonly name: string; readonly demo: boolean }
  | {
      readonly kind: 'clinic';
      readonly clinicId: string;
      readonly name: string;
      readonly zone: string;
      /** 1 = Monday … 7 = Sunday. */
      readonly weekStart: number;
      /** null = not stated; then the clinic counts as open. */
      readonly opening: readonly OpeningSpan[] | null;
    }
  | { readonly kind: 'site'; readonly siteId: string; readonly name: string; readonly zone: string }
  | { readonly kind: 'team'; readonly teamId: string; readonly name: string; readonly siteId: string | null }
  | { readonly kind: 'pool'; readonly poolId: string; readonly name: string }
  | { readonly kind: 'agent'; readonly agentId: string; readonly name: string; readonly siteId: string | null }
  | { readonly kind: 'login'; readonly source: string; readonly login: string; readonly agentId: string }
  | { readonly kind: 'queue'; readonly source: string; readonly queue: string; readonly name: string; readonly callType: string | null }
  | {
      readonly kind: 'source';
      readonly source: string;
      readonly name: string;
      /** 'queueLog' also takes files; 'http' only events. */
      readonly system: 'http' | 'queueLog';
      /** Zone of local times in its files, where they have any. */
      readonly zone: string;
      readonly capabilities: readonly Capability[];
      /** A live source counts for labels and feeds; a file that was only imported does not. */
      readonly live: boolean;
    }
  | {
      readonly kind: 'mapping';
      readonly source: string;
      readonly by: MappingKey;
      readonly value: string;
      readonly clinicId: string;
    }
  | { readonly kind: 'teamMember'; readonly teamId: string; readonly agentId: string }
  | { readonly kind: 'poolAgent'; readonly poolId: string; readonly agentId: string }
  | { readonly kind: 'poolClinic'; readonly poolId: string; readonly clinicId: string }
  | {
      readonly kind: 'contract';
      readonly clinicId: string;
      readonly name: string;
      /** SL1 … SL7. */
      readonly formula: string;
      readonly thresholdSeconds: number;
      readonly shortSeconds: number;
      /** Percent, 0 to 100. */
      readonly targetPercent: number;
    };

export type DirectoryKind = DirectoryEntry['kind'];
export type DirectoryRow<K extends DirectoryKind = DirectoryKind> = Dated & Extract<DirectoryEntry, { kind: K }>;

/** Everything that holds at one version, all operators. Rows removed or superseded at that version are not in it. */
export interface DirectorySnapshot {
  readonly version: number;
  readonly rows: readonly DirectoryRow[];
}

/** Rows said, corrected or removed between two versions. */
export interface DirectoryDiff {
  readonly from: number;
  readonly to: number;
  readonly rows: readonly DirectoryRow[];
}
