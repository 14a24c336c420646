import type { DirectoryDiff, DirectoryEntry, DirectoryRow, DirectorySnapshot } from '@sightline/contracts';

/** A row to be said: a new id is a new row, a known one corrects or (removed) takes it back. */
export type DirectoryChange = DirectoryEntry & {
  readonly id: string;
  readonly validFrom: number | null;
  readonly validTo: number | null;
  readonly removed?: boolean;
};

/** The dated, append-only directory. One version per change set; versions are one ascending sequence over all operators. */
export interface DirectoryStore {
  version(): Promise<number>;
  /** Rows that count at `version` (default: the newest), all operators: what the fold needs. */
  snapshot(version?: number): Promise<DirectorySnapshot>;
  /** Rows whose meaning differs between two versions (both the old and the new form of a corrected row). */
  diff(from: number, to: number): Promise<DirectoryDiff>;
  /**
   * Appends one version for one operator. `expectedVersion` guards against a concurrent change (InputError 409 directory-moved).
   * The caller has validated the rows; overlapping mappings are refused here again (InputError 409 mapping-overlap).
   */
  append(operatorId: string, changes: readonly DirectoryChange[], recordedAt: number, expectedVersion?: number): Promise<number>;
  /** Every version of a row, oldest first. */
  history(operatorId: string, id: string): Promise<readonly DirectoryRow[]>;
  /** Removes everything of a demo operator. InputError when it is not one. */
  removeOperator(operatorId: string): Promise<void>;
}
