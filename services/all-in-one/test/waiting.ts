import { systemClock } from '@sightline/runtime';

/** Asks until there is an answer that is neither null, undefined nor false. A deadline ends in an error that says what was waited for. */
export async function until<T>(
  what: string,
  ask: () => Promise<T | null | undefined | false> | T | null | undefined | false,
  patienceMs = 60_000,
): Promise<T> {
  const deadline = systemClock.nowMs() + patienceMs;
  for (;;) {
    const answer = await ask();
    if (answer !== null && answer !== undefined && answer !== false) return answer;
    if (systemClock.nowMs() > deadline) throw new Error(`waited ${patienceMs / 1_000} s in vain for ${what}`);
    await systemClock.delay(50);
  }
}
