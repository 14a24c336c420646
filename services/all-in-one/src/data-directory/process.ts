import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Numbers of processes are used again: with when it began a process is known for certain. Null when no such process lives. */
export function processBirth(pid: number): string | null {
  if (process.platform === 'linux') {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      // The name in parentheses may hold anything; after it come state (1) … start time in ticks since boot (20).
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return fields[0] === 'Z' ? null : `${bootId()}/${fields[19]}`;
    } catch {
      return null;
    }
  }
  if (!isAlive(pid)) return null;
  if (process.platform === 'win32') return 'alive';
  return askPs(pid, 'lstart');
}

/** The command line of a process, for telling a PostgreSQL of ours from a stranger; null when it cannot be had. */
export function commandOf(pid: number): string | null {
  if (process.platform === 'linux') {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
    } catch {
      return null;
    }
  }
  return process.platform === 'win32' ? null : askPs(pid, 'args');
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function askPs(pid: number, what: string): string | null {
  try {
    const text = execFileSync('ps', ['-p', String(pid), '-o', `${what}=`], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
    return text === '' ? null : text;
  } catch {
    return null;
  }
}

function bootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return '';
  }
}
