/** What is wrong with one row of a change set. */
export interface RowProblem {
  /** Its place in the set. */
  readonly index: number;
  /** The member in question, a JSON pointer within the row. */
  readonly pointer: string;
  /** Stable and machine-readable. */
  readonly code: string;
  readonly detail: string;
  /** Ids of the rows that collide. */
  readonly rows?: readonly string[];
}
