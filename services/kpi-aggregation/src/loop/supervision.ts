/** When a run was last seen to get on. */
export interface Progress {
  readonly commits: number;
  readonly at: number;
}

/** A run as looked at from outside. */
export interface Observation {
  readonly commits: number;
  /** Records waiting in the partitions it owns; null when log or store did not answer. */
  readonly lag: number | null;
  /** The log is another one, or ends before what was read of it. */
  readonly astray: boolean;
  readonly nowMs: number;
}

export type Verdict = { readonly progress: Progress; readonly restart: string | null };

/**
 * Whether a run has to be started anew: there is something to do, whoever it depends on answers, and still no commit for `stallMs`.
 * As long as log or store keep silent, waiting is right and nothing is held against the run.
 */
export function judge(before: Progress, seen: Observation, stallMs: number): Verdict {
  const fresh = { commits: seen.commits, at: seen.nowMs };
  if (seen.astray) return { progress: fresh, restart: 'the log is not the one that was read' };
  if (seen.lag === null || seen.lag === 0 || seen.commits !== before.commits) return { progress: fresh, restart: null };
  if (seen.nowMs - before.at < stallMs) return { progress: before, restart: null };
  return { progress: fresh, restart: `no commit for ${Math.round((seen.nowMs - before.at) / 1000)} s, ${seen.lag} records behind` };
}
