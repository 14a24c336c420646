/** A confirmed import: resumes at `acceptedBytes`, which is written only after the events of those bytes are in the log. */
export interface ImportJob {
  readonly importId: string;
  readonly operatorId: string;
  readonly source: string;
  readonly format: 'queueLog';
  readonly zone: string;
  /** Which of two instants a local time means that the clock showed twice; none: such lines are damaged. */
  readonly whenAmbiguous?: 'earlier' | 'later' | null;
  readonly sizeBytes: number;
  /** SHA-256, hex, of each MiB of the file. */
  readonly chunks: readonly string[];
  /** Always the start of a line. */
  readonly acceptedBytes: number;
  readonly lines: number;
  readonly damagedLines: number;
  readonly events: number;
  /** The latest instant that an accepted line speaks of; null before the first. */
  readonly lastOccurredAt?: number | null;
  readonly state: 'open' | 'finished' | 'cancelled';
  readonly createdAt: number;
  readonly finishedAt: number | null;
}

/** A file that is read while it grows. */
export interface FollowedFile {
  readonly followId: string;
  readonly operatorId: string;
  readonly source: string;
  readonly path: string;
  /** Device and inode of the file that `offset` refers to; null before the first read. */
  readonly fileId: string | null;
  /** Counts rotations. */
  readonly generation: number;
  /** Always the start of a line. */
  readonly offset: number;
  readonly stopped: boolean;
}

/** Input that was refused, kept for the engineer: reason, place in clear, content only sealed under the source's vault key. */
export interface DeadLetter {
  readonly deadLetterId: string;
  readonly operatorId: string;
  readonly source: string;
  readonly receivedAt: number;
  readonly reason: string;
  /** Line number of the file, or null. */
  readonly line: number | null;
  /** Where else: partition/offset of the log, or which file and byte; null when the line says it. */
  readonly place: string | null;
  readonly sealed: Uint8Array;
}

export interface IntakeStore {
  putImport(job: ImportJob): Promise<void>;
  import(importId: string): Promise<ImportJob | null>;
  imports(operatorId: string): Promise<readonly ImportJob[]>;
  /** Sources, each once, that have an import in state `open`: their feed is catching up with its own past. */
  openImports(): Promise<readonly string[]>;
  putFollow(file: FollowedFile): Promise<void>;
  follows(): Promise<readonly FollowedFile[]>;
  addDeadLetters(letters: readonly DeadLetter[]): Promise<void>;
  deadLetters(operatorId: string, limit: number): Promise<readonly DeadLetter[]>;
  deadLetterCount(operatorId: string): Promise<number>;
  /** Removes imports, followed files and dead letters of an operator. */
  removeOperator(operatorId: string): Promise<void>;
}
