/** Null when all is well, else what is wrong, in a few words. */
export type Check = () => Promise<string | null>;

export interface HealthReport {
  readonly ready: boolean;
  /** What is wrong by check; 'ok' where nothing is. */
  readonly checks: Readonly<Record<string, string>>;
}

const CHECK_MS = 3_000;

/** Whether this process can do its work now. A check that hangs or throws has failed; its words never come from an exception. */
export class Health {
  private readonly checks = new Map<string, Check>();

  add(name: string, check: Check): void {
    this.checks.set(name, check);
  }

  async report(): Promise<HealthReport> {
    const results = await Promise.all([...this.checks].map(async ([name, check]) => [name, await outcome(check)] as const));
    return { ready: results.every(([, wrong]) => wrong === 'ok'), checks: Object.fromEntries(results) };
  }
}

async function outcome(check: Check): Promise<string> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>((resolve) => (timer = setTimeout(() => resolve('no answer'), CHECK_MS)));
  try {
    return await Promise.race([check().then((wrong) => wrong ?? 'ok'), late]);
  } catch {
    return 'failed';
  } finally {
    clearTimeout(timer);
  }
}
