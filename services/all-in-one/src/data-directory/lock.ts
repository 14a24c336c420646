import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { SightlineError } from '@sightline/contracts';
import { processBirth } from './process';

/** Who works on a data directory. */
export interface LockHolder {
  readonly pid: number;
  readonly birth: string | null;
  readonly command: string;
  /** Where it answers, once it does. */
  readonly url: string | null;
}

export interface Lock {
  /** Tells others where we answer. */
  announce(url: string): void;
  release(): void;
}

export type Locking = { readonly ok: true; readonly lock: Lock } | { readonly ok: false; readonly holder: LockHolder };

const ATTEMPTS = 20;

/** The living holder of a directory's lock; null when it is free or its holder has died. */
export function lockHolder(folder: string): LockHolder | null {
  const text = read(path.join(folder, 'lock'));
  return text === null ? null : livingHolder(text);
}

/** Takes the directory for this process. The lock of a process that has died (kill -9, power) is taken over. */
export function takeLock(folder: string, command: string): Locking {
  const file = path.join(folder, 'lock');
  const mine: LockHolder = { pid: process.pid, birth: processBirth(process.pid), command, url: null };
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    if (create(file, mine)) return { ok: true, lock: lockOf(file, mine) };
    const found = read(file);
    if (found === null) continue;
    const holder = livingHolder(found);
    if (holder) return { ok: false, holder };
    setAside(file, found);
  }
  throw new SightlineError('lock', `the lock ${file} cannot be taken: delete it if no Sightline runs on this directory`);
}

function lockOf(file: string, mine: LockHolder): Lock {
  return {
    announce: (url) => {
      const next = `${file}.${process.pid}`;
      writeFileSync(next, JSON.stringify({ ...mine, url }), { mode: 0o600 });
      renameSync(next, file);
    },
    release: () => {
      const text = read(file);
      if (text !== null && holderOf(text)?.pid === process.pid) rmSync(file, { force: true });
    },
  };
}

/** A link is made whole or not at all, and never over another. */
function create(file: string, holder: LockHolder): boolean {
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, JSON.stringify(holder), { mode: 0o600 });
  try {
    linkSync(draft, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

/** Takes a dead holder's lock away, and only that one: another start may have done so already and hold the next. */
function setAside(file: string, dead: string): void {
  const aside = `${file}.${process.pid}.old`;
  try {
    renameSync(file, aside);
    if (read(aside) !== dead) linkSync(aside, file);
  } catch {
    // Somebody else was quicker; the next attempt sees what stands now.
  }
  rmSync(aside, { force: true });
}

function livingHolder(text: string): LockHolder | null {
  const holder = holderOf(text);
  if (!holder) return null;
  const birth = processBirth(holder.pid);
  return birth !== null && birth === holder.birth ? holder : null;
}

function holderOf(text: string): LockHolder | null {
  try {
    const holder = JSON.parse(text) as LockHolder;
    return Number.isSafeInteger(holder.pid) && holder.pid > 0 ? holder : null;
  } catch {
    return null;
  }
}

function read(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}
