import { chmodSync, closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import path from 'node:path';
import { SightlineError } from '@sightline/contracts';

/**
 * Makes the data directory where it is missing; returns its full path. Others may pass through (PostgreSQL of a root start runs as a user
 * of its own), but read nothing: every file in it is the owner's.
 */
export function openDataDirectory(folder: string): string {
  const full = path.resolve(folder);
  try {
    mkdirSync(full, { recursive: true });
    chmodSync(full, process.getuid?.() === 0 ? 0o711 : 0o700);
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? 'unknown reason';
    throw new SightlineError(
      'data-directory',
      `the data directory ${full} cannot be used (${reason}): set SIGHTLINE_DATA to a folder of yours`,
    );
  }
  return full;
}

export function readIfThere(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/** Writes a file that only its owner may read: whole and on the disk, or not at all. */
export function writePrivate(file: string, text: string): void {
  const draft = `${file}.${process.pid}.new`;
  const handle = openSync(draft, 'w', 0o600);
  try {
    writeSync(handle, text);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  renameSync(draft, file);
}
