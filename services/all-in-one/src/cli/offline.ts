import { SightlineError } from '@sightline/contracts';
import type { Logger } from '@sightline/runtime';
import { Resources, systemClock } from '@sightline/runtime';
import { openDataDirectory } from '../data-directory/files';
import { takeLock } from '../data-directory/lock';
import type { Installation } from '../installation/installation';
import { openInstallation } from '../installation/installation';
import { openLog } from '../installation/log-file';
import type { Configuration } from '../installation/settings';

export interface Offline {
  readonly installation: Installation;
  readonly logger: Logger;
}

/** Opens the installation while nobody serves it, works, and closes it whatever happens. */
export async function offline<T>(
  config: Configuration,
  command: string,
  said: (what: string) => void,
  work: (opened: Offline) => Promise<T>,
): Promise<T> {
  const folder = openDataDirectory(config.installation.dataFolder);
  const locking = takeLock(folder, command);
  if (!locking.ok) {
    const { pid, command: other } = locking.holder;
    throw new SightlineError(
      'busy',
      `\`sightline ${other}\` (process ${pid}) is using ${folder}: stop it first (Ctrl-C), then run this again`,
    );
  }
  const { logger } = openLog(folder, config.installation);
  const resources = new Resources(logger);
  resources.add('lock', () => locking.lock.release());
  try {
    const installation = await openInstallation({ config: config.installation, folder, clock: systemClock, logger, resources, said });
    return await work({ installation, logger });
  } finally {
    await resources.stop();
  }
}
