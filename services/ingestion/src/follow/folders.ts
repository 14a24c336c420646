import { constants } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { lstat, open, readdir, realpath } from 'node:fs/promises';
import path from 'node:path';
import { InputError } from '@sightline/contracts';

/** A file open for reading, by what it is, not by what it is called at the moment. */
export interface OpenFile {
  readonly handle: FileHandle;
  /** Device, inode and birth. */
  readonly fileId: string;
}

/** Entries of a folder that are looked at for a file that was renamed. */
const ENTRIES_MAX = 1_000;

function isMissing(error: unknown): boolean {
  const code: unknown = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return code === 'ENOENT' || code === 'ENOTDIR';
}

/** Inodes are given out again; the instant of birth tells two files of one inode apart. */
function fileIdOf(stats: { readonly dev: bigint; readonly ino: bigint; readonly birthtimeNs: bigint }): string {
  return `${stats.dev}:${stats.ino}:${stats.birthtimeNs}`;
}

function isInside(folder: string, file: string): boolean {
  const relative = path.relative(folder, file);
  return relative !== '' && relative !== '..' && !relative.startsWith(`..${path.sep}`) && !path.isAbsolute(relative);
}

const outside = (): InputError =>
  new InputError('outside-folders', 'only files below the folders that the configuration allows can be followed', { status: 403 });

/** The folders below which files may be followed. Nothing outside is opened, whichever way its path or a link leads there. */
export class AllowedFolders {
  constructor(private readonly folders: readonly string[]) {}

  /**
   * Opens a regular file; null when there is none. InputError 403 `outside-folders` before anything outside was touched, 422 `not-a-file`
   * for what is no regular file.
   */
  async open(file: string): Promise<OpenFile | null> {
    if (!path.isAbsolute(file) || !this.folders.some((folder) => isInside(folder, path.normalize(file)))) throw outside();
    try {
      const real = await this.requireInside(file);
      // Links were followed above and must not be again; a pipe must not hold us up.
      const handle = await open(real, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
      return await this.check(handle, real);
    } catch (error) {
      if (isMissing(error)) return null;
      throw error;
    }
  }

  /** What stands at a path now: its id and size; null when nothing does. */
  async look(file: string): Promise<{ readonly fileId: string; readonly size: number } | null> {
    try {
      const stats = await lstat(await this.requireInside(file), { bigint: true });
      return { fileId: fileIdOf(stats), size: Number(stats.size) };
    } catch (error) {
      if (isMissing(error)) return null;
      throw error;
    }
  }

  /** A file by what it is, wherever in the folder of `file` it was renamed to. */
  async find(file: string, fileId: string): Promise<OpenFile | null> {
    const folder = path.dirname(file);
    const names = await readdir(folder).catch(() => []);
    for (const name of names.slice(0, ENTRIES_MAX)) {
      const candidate = path.join(folder, name);
      const stats = await lstat(candidate, { bigint: true }).catch(() => null);
      if (stats?.isFile() && fileIdOf(stats) === fileId) return this.open(candidate);
    }
    return null;
  }

  private async requireInside(file: string): Promise<string> {
    const real = await realpath(file);
    const folders = await Promise.all(this.folders.map((folder) => realpath(folder).catch(() => null)));
    if (!folders.some((folder) => folder !== null && isInside(folder, real))) throw outside();
    return real;
  }

  /** Whether what was opened is a file and still the one at the path that was checked. */
  private async check(handle: FileHandle, real: string): Promise<OpenFile> {
    try {
      const stats = await handle.stat({ bigint: true });
      const fileId = fileIdOf(stats);
      if (!stats.isFile()) throw new InputError('not-a-file', 'this is no regular file', { status: 422 });
      if ((await this.requireInside(real)) !== real || fileIdOf(await lstat(real, { bigint: true })) !== fileId) throw outside();
      return { handle, fileId };
    } catch (error) {
      await handle.close();
      throw error;
    }
  }
}
