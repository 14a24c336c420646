import { useCallback, useEffect, useState } from 'react';
import { ask, ProblemError } from './request';

export interface Answer<T> {
  readonly value: T | null;
  readonly problem: ProblemError | null;
  /** Asks again; what is shown stays until the new answer is there. */
  readonly again: () => void;
}

/** A problem as an error that can be shown, whatever was thrown. */
export function asProblem(error: unknown): ProblemError {
  return error instanceof ProblemError ? error : new ProblemError(0, 'unexpected', String(error));
}

/** What the server says at a path (null: nothing to ask yet). */
export function useAnswer<T>(path: string | null): Answer<T> {
  const [found, setFound] = useState<{ path: string | null; value: T | null; problem: ProblemError | null }>({
    path: null,
    value: null,
    problem: null,
  });
  const [round, setRound] = useState(0);
  useEffect(() => {
    if (path === null) return undefined;
    const leaving = new AbortController();
    ask<T>(path, { signal: leaving.signal }).then(
      (value) => setFound({ path, value, problem: null }),
      (error: unknown) => {
        if (!leaving.signal.aborted) setFound({ path, value: null, problem: asProblem(error) });
      },
    );
    return () => leaving.abort();
  }, [path, round]);
  const again = useCallback(() => setRound((count) => count + 1), []);
  const current = found.path === path;
  return { value: current ? found.value : null, problem: current ? found.problem : null, again };
}
