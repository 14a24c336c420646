import { readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import type { Clock } from '@sightline/ports';
import { SightlineError } from '@sightline/contracts';
import { commandOf, processBirth } from '../data-directory/process';

/** What the file postmaster.pid of a cluster says. */
export interface Postmaster {
  readonly pid: number;
  readonly port: number;
  /** True once it takes connections. */
  readonly ready: boolean;
}

const LOOK_MS = 40;

/** Null when no server has written there, or not yet whole. */
export function readPostmaster(cluster: string): Postmaster | null {
  try {
    // Lines: process, data directory, start, port, socket directory, address, shared memory, status.
    const lines = readFileSync(path.join(cluster, 'postmaster.pid'), 'utf8').split('\n');
    const pid = Number(lines[0]);
    return Number.isSafeInteger(pid) && pid > 0 ? { pid, port: Number(lines[3]), ready: lines[7]?.trim() === 'ready' } : null;
  } catch {
    return null;
  }
}

/** Signals of PostgreSQL: SIGINT ends sessions and writes everything out; SIGQUIT leaves the rest to the next start's recovery. */
const STEPS = [
  ['SIGINT', 15_000],
  ['SIGQUIT', 5_000],
  ['SIGKILL', 5_000],
] as const;

/** Ends a server, gently at first. Resolves when it is gone. */
export async function endPostmaster(pid: number, clock: Clock): Promise<void> {
  for (const [signal, patienceMs] of STEPS) {
    try {
      process.kill(pid, signal);
    } catch {
      return;
    }
    if (await gone(pid, clock, patienceMs)) return;
  }
  throw new SightlineError('postgres-stays', `PostgreSQL (process ${pid}) cannot be ended: end it yourself and start again`);
}

/**
 * Deals with what a killed Sightline left: its PostgreSQL may live on and is ended (fast and clean), so that only one ever works on the
 * cluster; a file that names a dead process, or one that is no server of this cluster, is removed.
 */
export async function clearLeftover(cluster: string, clock: Clock): Promise<void> {
  const found = readPostmaster(cluster);
  if (!found) return;
  const command = processBirth(found.pid) === null ? null : commandOf(found.pid);
  if (command !== null && command.includes('postgres') && command.includes(cluster)) await endPostmaster(found.pid, clock);
  rmSync(path.join(cluster, 'postmaster.pid'), { force: true });
}

async function gone(pid: number, clock: Clock, patienceMs: number): Promise<boolean> {
  const deadline = clock.nowMs() + patienceMs;
  while (processBirth(pid) !== null) {
    if (clock.nowMs() > deadline) return false;
    await clock.delay(LOOK_MS);
  }
  return true;
}
