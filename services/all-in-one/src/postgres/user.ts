import { execFileSync } from 'node:child_process';
import { statSync } from 'node:fs';
import path from 'node:path';
import { SightlineError } from '@sightline/contracts';

/** Whom the server runs as: PostgreSQL refuses root. Empty = whoever we are. */
export interface ServerUser {
  readonly uid?: number;
  readonly gid?: number;
}

const NAME = 'postgres';

/** As root: the user `postgres`, made where it is missing. */
export function serverUser(): ServerUser {
  if (process.getuid?.() !== 0) return {};
  const known = idsOf(NAME);
  if (known) return known;
  try {
    execFileSync('useradd', ['--system', '--user-group', '--no-create-home', '--shell', '/bin/false', NAME], { stdio: 'ignore' });
  } catch {
    throw new SightlineError(
      'no-postgres-user',
      `PostgreSQL does not run as root and the user ${NAME} could not be made: start Sightline as another user`,
    );
  }
  const made = idsOf(NAME);
  if (!made) throw new SightlineError('no-postgres-user', `there is no user ${NAME}: start Sightline as another user`);
  return made;
}

/** Refuses a path that another user could not come to, before PostgreSQL does so in words nobody understands. */
export function requireReachable(user: ServerUser, file: string): void {
  if (user.uid === undefined) return;
  for (let folder = path.dirname(file); ; folder = path.dirname(folder)) {
    if ((statSync(folder).mode & 0o001) === 0 && statSync(folder).uid !== user.uid) {
      throw new SightlineError(
        'unreachable',
        `PostgreSQL does not run as root, and the user ${NAME} may not enter ${folder}: start Sightline as another user, or keep it (and SIGHTLINE_DATA) in a folder that others may enter`,
      );
    }
    if (folder === path.dirname(folder)) return;
  }
}

function idsOf(name: string): { uid: number; gid: number } | null {
  try {
    const ask = (flag: string): number =>
      Number(execFileSync('id', [flag, name], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }));
    return { uid: ask('-u'), gid: ask('-g') };
  } catch {
    return null;
  }
}
