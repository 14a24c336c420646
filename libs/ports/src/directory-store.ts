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
   * The caller has validated the rows; what would break the isolation or the pairing of calls is refused here again: a source that another
   * operator's rows name (InputError 409 source-taken), overlapping mappings or logins of one key (InputError 409 mapping-overlap).
   */
  append(operatorId: string, changes: readonly DirectoryChange[], recordedAt: number, expectedVersion?: number): Promise<number>;
  /** Every version of a row, oldest first. */
  history(operatorId: string, id: string): Promise<readonly DirectoryRow[]>;
  /**
   * Takes back all rows of a demo operator, as one version. InputError 409 not-a-demo when it is none. Comes last: the other stores'
   * `removeOperator` need its sources, which the directory then no longer knows.
   */
  removeOperator(operatorId: string): Promise<void>;
}
