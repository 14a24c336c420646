import { createWriteStream, existsSync, renameSync, statSync } from 'node:fs';
import path from 'node:path';
import type { Logger } from '@sightline/runtime';
import { createLogger } from '@sightline/runtime';
import type { InstallationConfig } from './config';

const BYTES_MAX = 20 * 1024 * 1024;

/** The log of an installation. A file that has grown large is set aside at start, the one before it goes. */
export function openLog(folder: string, config: Pick<InstallationConfig, 'logLevel' | 'logTo'>): { logger: Logger; place: string } {
  const level = config.logLevel;
  if (config.logTo === 'stdout') return { logger: createLogger({ level, name: 'sightline' }), place: 'standard output' };
  const file = path.join(folder, 'sightline.log');
  if (existsSync(file) && statSync(file).size > BYTES_MAX) renameSync(file, `${file}.1`);
  const to = createWriteStream(file, { flags: 'a', mode: 0o600 });
  // A full disk must not end the process by way of its log.
  to.on('error', () => {});
  return { logger: createLogger({ level, name: 'sightline', to }), place: file };
}
