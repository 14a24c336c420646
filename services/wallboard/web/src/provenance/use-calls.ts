import { useCallback, useEffect, useState } from 'react';
import type { ProblemError } from '../server/request';
import { ask } from '../server/request';
import { asProblem } from '../server/use-answer';
import type { CallsAnswer, ListedCall } from './answers';

export interface CallList {
  /** The newest page. */
  readonly answer: CallsAnswer | null;
  readonly calls: readonly ListedCall[];
  readonly problem: ProblemError | null;
  /** Gets the next page; null when all are there or one is on its way. */
  readonly more: (() => void) | null;
  /** Begins anew. */
  readonly again: () => void;
}

const NOTHING = { answer: null, calls: [], problem: null, isBusy: false } as const;

/** Calls of a list, page by page. When the calls have changed since the first page the list begins anew: its sum must be of one moment. */
export function useCalls(path: string): CallList {
  const [state, setState] = useState<Omit<CallList, 'more' | 'again'> & { readonly isBusy: boolean }>(NOTHING);
  const [round, setRound] = useState(0);
  const again = useCallback(() => setRound((count) => count + 1), []);
  useEffect(() => {
    const leaving = new AbortController();
    setState(NOTHING);
    ask<CallsAnswer>(path, { signal: leaving.signal }).then(
      (answer) => setState({ answer, calls: answer.calls, problem: null, isBusy: false }),
      (error: unknown) => {
        if (!leaving.signal.aborted) setState({ ...NOTHING, problem: asProblem(error) });
      },
    );
    return () => leaving.abort();
  }, [path, round]);
  const { answer, calls, problem, isBusy } = state;
  const next = answer?.next ?? null;
  const more = useCallback(() => {
    if (next === null) return;
    setState((before) => ({ ...before, isBusy: true }));
    ask<CallsAnswer>(`${path}&cursor=${encodeURIComponent(next)}`).then(
      (page) => setState((before) => ({ answer: page, calls: [...before.calls, ...page.calls], problem: null, isBusy: false })),
      (error: unknown) => {
        const found = asProblem(error);
        if (found.code === 'snapshot-moved') again();
        else setState((before) => ({ ...before, problem: found, isBusy: false }));
      },
    );
  }, [path, next, again]);
  return { answer, calls, problem, more: next === null || isBusy ? null : more, again };
}
