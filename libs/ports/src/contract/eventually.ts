/** Longest that a test of a contract may take, ms: it says that something hangs, not how fast anything is. */
export const TEST_MS = 90_000;

const DEADLINE_MS = 30_000;
const LOOK_MS = 20;

/** Resolves with what `look` finds as soon as it finds something (not null, not false); fails when it has not after a bounded time. */
export async function eventually<T>(what: string, look: () => Promise<T | null | false>): Promise<T> {
  const deadline = Date.now() + DEADLINE_MS;
  for (;;) {
    const found = await look();
    if (found !== null && found !== false) return found;
    if (Date.now() > deadline) throw new Error(`did not come to be: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}
