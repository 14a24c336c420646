import type { SourceState } from '@sightline/contracts';
import type { LiveClock, Register } from '@sightline/core-kpi';
import type { PartitionHeader } from '@sightline/ports';

/** Everything that an answer depends on besides its rows, as of one instant. */
export interface Moment {
  readonly nowMs: number;
  readonly register: Register;
  /** States of the operator's sources by name. */
  readonly states: ReadonlyMap<string, SourceState>;
  readonly importing: ReadonlySet<string>;
  readonly clock: LiveClock;
  readonly endUnknownBefore: Readonly<Record<string, number>>;
  readonly headers: readonly PartitionHeader[];
  /** Records that the log has and this answer has not. */
  readonly behind: number;
  readonly isCatchingUp: boolean;
  /** Rows are being folded anew because the operator's directory changed. */
  readonly isReattributing: boolean;
}
