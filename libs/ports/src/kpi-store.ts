import type {
  ContactRow,
  DirectoryDiff,
  FigureFamily,
  LegCell,
  LegRow,
  OpenItems,
  Row,
  Scope,
  SideliningReason,
  SourceState,
  StoredFact,
  VisitCell,
  VisitRow,
} from '@sightline/contracts';

export type { OpenItems };

/** What a store knows of one partition. Every commit names the header it expects; a differing one refuses the commit. */
export interface PartitionHeader {
  readonly partition: number;
  readonly logId: string;
  /** Next offset of the log to fold. */
  readonly nextOffset: number;
  readonly foldVersion: number;
  /** Directory version that is complete everywhere in the partition. */
  readonly directoryVersion: number;
  /** A re-fold under way: entities up to and including `cursor` (entity keys in order) are done at version `to`. */
  readonly refold: { readonly to: number; readonly cursor: string | null } | null;
  /** New at every load. */
  readonly generation: number;
  /** +1 with every commit. */
  readonly commitNo: number;
}

/** Facts and rows of one entity as stored. An unknown entity is { facts: [], rows: [] }. */
export interface StoredEntity {
  readonly key: string;
  readonly facts: readonly StoredFact[];
  readonly rows: readonly Row[];
}

/** The change of one entity: facts that are new or whose smallest receivedAt/sequence changed, rows to write, rows to take away. */
export interface EntityChange {
  readonly key: string;
  readonly facts: readonly StoredFact[];
  readonly upserts: readonly Row[];
  /** Rows as they stood, for those gone or moved to another clinic, queue, agent or minute: both places count as changed. */
  readonly removed: readonly Row[];
  /** Facts without figure by reason, whole entity: replaces what stood. */
  readonly sidelined: Readonly<Partial<Record<SideliningReason, number>>>;
  /** The call continues another one (linked). */
  readonly continued: boolean;
}

/** Something in the log that could not be folded. `bytes` come sealed by the vault: a store never sees them in clear; the rest is. */
export interface PoisonRecord {
  readonly partition: number;
  readonly offset: number;
  readonly reason: string;
  readonly bytes: Uint8Array;
  readonly receivedAt: number;
}

/** The log had moved on before it was read: offsets [from, to) are lost to this store. */
export interface LogGap {
  readonly partition: number;
  readonly fromOffset: number;
  readonly toOffset: number;
  readonly noticedAt: number;
}

export interface PartitionCommit {
  /** Header as loaded or as left by the last commit of this owner. */
  readonly expected: PartitionHeader;
  /** nextOffset, directoryVersion, refold, logId and foldVersion to stand afterwards; generation as expected, commitNo + 1. */
  readonly next: PartitionHeader;
  readonly changes: readonly EntityChange[];
  /** New state per source as seen in this partition (merged over partitions when read: greatest watermark …). */
  readonly sources: readonly SourceState[];
  readonly poison: readonly PoisonRecord[];
  readonly gap: LogGap | null;
}

export interface CommitResult {
  /** Partitions whose header differed: nothing of theirs was written. */
  readonly refused: readonly number[];
}

export interface ChangeCursor {
  readonly partition: number;
  readonly generation: number;
  readonly commitNo: number;
}

/** A minute of a clinic that changed in a family. */
export interface ChangedMinute {
  readonly family: FigureFamily;
  readonly operatorId: string;
  readonly clinicId: string;
  /** Start of the minute, ms. */
  readonly minute: number;
}

export interface Changes {
  /** Partitions of another generation: read everything anew. */
  readonly snapshot: readonly number[];
  readonly minutes: readonly ChangedMinute[];
  /** Operators whose open visits, legs or states changed. */
  readonly openChanged: readonly string[];
  readonly cursors: readonly ChangeCursor[];
}

export type Dimension = 'clinic' | 'queue' | 'agent' | 'callType';

/** Which rows. Empty arrays select nothing; absent means all that the scope allows. */
export interface RowFilter {
  readonly family: FigureFamily;
  readonly clinics?: readonly string[];
  /** source/queue. */
  readonly queues?: readonly string[];
  readonly agents?: readonly string[];
  readonly callTypes?: readonly string[];
  /** [from, to) of the family's instant: entry; first entry; answer, else start. */
  readonly from: number;
  readonly to: number;
}

export interface CellsQuery extends RowFilter {
  /** Ascending instants b0 < b1 < … < bn: interval i is [b(i), b(i+1)). b0 ≥ from is not required; rows outside are left out. */
  readonly boundaries: readonly number[];
  readonly groupBy: readonly Dimension[];
  /** source → instant: visits of it that entered before and still wait are endUnknown. `*` for sources not named. */
  readonly endUnknownBefore: Readonly<Record<string, number>>;
}

/** Key values in the order of groupBy; queue is source/queue. */
export interface CellRow<C = VisitCell | LegCell> {
  readonly key: readonly string[];
  readonly interval: number;
  readonly cell: C;
  /** Greatest changedByReceivedAt and smallest firstReceivedAt over rows changed more than 24 h after their first receipt; null if none. */
  readonly revisedAt: number | null;
}

export type FigureSourceRow = VisitRow | ContactRow | LegRow;

export interface RowsQuery extends RowFilter {
  readonly endUnknownBefore: Readonly<Record<string, number>>;
  /** Only rows of this class; see core/kpi for what the classes select. Applied by the store through `where`. */
  readonly where?: RowCondition;
  /** Rows after this position in (instant, call, id) order; null from the start. */
  readonly after: RowPosition | null;
  readonly limit: number;
}

export interface RowPosition {
  readonly at: number;
  readonly call: string;
  readonly id: string;
}

/** A condition both adapters can evaluate: all given parts must hold. Seconds as in the cells: waits by ceil, talk by floor. */
export interface RowCondition {
  readonly outcomes?: readonly string[];
  readonly waitSecondsMax?: number;
  readonly waitSecondsMin?: number;
  readonly talkSecondsBelow?: number;
  readonly legsEnded?: boolean;
}

export interface RowPage {
  readonly rows: readonly FigureSourceRow[];
  readonly next: RowPosition | null;
}

export interface SidelinedCount {
  readonly source: string;
  readonly reason: SideliningReason | 'continued';
  readonly count: number;
}

/** Reads inside one snapshot: everything read through one reader is of the same instant. */
export interface KpiReader {
  cells(query: CellsQuery): Promise<readonly CellRow[]>;
  rows(query: RowsQuery): Promise<RowPage>;
  /** Open items; states not older than `statesSince`. */
  open(statesSince: number): Promise<OpenItems>;
  /** States of the sources that the directory says are the operator's, merged over partitions. */
  sources(): Promise<readonly SourceState[]>;
  headers(): Promise<readonly PartitionHeader[]>;
  /** Changes since the cursors, within the reader's scope. */
  changedSince(cursors: readonly ChangeCursor[]): Promise<Changes>;
  sidelined(): Promise<readonly SidelinedCount[]>;
  /** What of the log was lost before it was read. Offsets only: they belong to nobody. */
  gaps(): Promise<readonly LogGap[]>;
  /** Rows of one call or login day, for a call's own page. */
  entityRows(key: string): Promise<readonly Row[]>;
}

/**
 * State of the fold: facts, rows and one header per partition. One owner per partition commits; readers are scoped.
 * Errors: CommitRefusedError never leaves `commit` (it is a result); anything else thrown is retriable by reloading.
 */
export interface KpiStore {
  /** Takes the partition over: raises its generation and returns the header that the next commit must expect. */
  load(partition: number): Promise<PartitionHeader>;
  entities(partition: number, keys: readonly string[]): Promise<ReadonlyMap<string, StoredEntity>>;
  /** All in one transaction; partitions whose header differs are left out whole. */
  commit(commits: readonly PartitionCommit[]): Promise<CommitResult>;
  /** Latest state per source in one partition, as committed. */
  partitionSources(partition: number): Promise<readonly SourceState[]>;
  /** Entity keys of the partition, in key order after the cursor, whose rows may change by the diff. */
  touched(partition: number, diff: DirectoryDiff, after: string | null, limit: number): Promise<readonly string[]>;
  /** All entity keys of a partition in order, for rebuild. */
  entityKeys(partition: number, after: string | null, limit: number): Promise<readonly string[]>;
  /**
   * Removes facts, rows and states of an operator's sources, and what is remembered about its changes. Raises the generation of every
   * partition: owners are refused and reload, readers see everything anew. What the log still holds of it stays inert.
   */
  removeOperator(operatorId: string, sources: readonly string[]): Promise<void>;
  /** A read-only snapshot under row-level security of the scope. */
  read<T>(scope: Scope, fn: (reader: KpiReader) => Promise<T>): Promise<T>;
  /** Calls back after a commit somewhere (lossy: look by yourself from time to time). Returns an unsubscribe. */
  onCommit(listener: () => void): () => void;
}
