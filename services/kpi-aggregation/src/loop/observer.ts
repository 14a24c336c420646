import type { LogGap } from '@sightline/ports';

/** What one commit did. */
export interface CommitReport {
  readonly partitions: number;
  readonly events: number;
  readonly poison: number;
  readonly refolded: number;
  readonly foldMs: number;
  readonly commitMs: number;
}

/** Who is told what the loop does: the log and the metrics. Never sees what a fact says. */
export interface LoopObserver {
  committed(report: CommitReport): void;
  /** Commits of these partitions were refused: somebody else had taken them over. */
  refused(partitions: readonly number[]): void;
  lag(partition: number, records: number): void;
  gap(gap: LogGap): void;
  /** A run ended with an error; the next one starts after `waitMs`. */
  failed(error: unknown, waitMs: number): void;
  /** No progress though there was something to do and log and store answered. */
  restarted(reason: string): void;
}
