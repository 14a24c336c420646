import { spawn } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';

/** A PostgreSQL that a test may kill. */
export interface OwnPostgres {
  /** Superuser's; the same after every start. */
  readonly url: string;
  /** kill -9 of the server. Resolves when it is gone. */
  kill(): Promise<void>;
  /** Resolves when it takes connections again. */
  startAgain(): Promise<void>;
  stop(): Promise<void>;
}

const LOOK_MS = 10;

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Starts a server of its own, durable as in production, in a folder that goes with it. */
export async function startOwnPostgres(): Promise<OwnPostgres> {
  const keeper = spawn(process.execPath, [path.resolve(__dirname, '../../own-postgres.cjs')], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: keeper.stdout })[Symbol.asyncIterator]();
  const started = async (): Promise<{ url: string; pid: number }> => {
    const { value, done } = await lines.next();
    if (done === true) throw new Error('no PostgreSQL could be started here');
    return JSON.parse(value) as { url: string; pid: number };
  };
  let current = await started();
  return {
    url: current.url,
    kill: async () => {
      process.kill(current.pid, 'SIGKILL');
      while (isAlive(current.pid)) await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    },
    startAgain: async () => {
      keeper.stdin.write('start\n');
      current = await started();
    },
    stop: async () => {
      const gone = new Promise((resolve) => keeper.once('exit', resolve));
      keeper.stdin.end();
      await gone;
    },
  };
}
