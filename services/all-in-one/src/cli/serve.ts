import { SightlineError } from '@sightline/contracts';
import type { Configuration } from '../installation/settings';
import type { Serving } from '../serve';
import { serve } from '../serve';

/** Longest wait for the end after the first Ctrl-C, ms; what has not ended by then is cut off, which loses nothing. */
const STOP_MS = 30_000;

/** `sightline serve`: runs until Ctrl-C. Resolves to the exit code. */
export async function serveCommand(config: Configuration): Promise<number> {
  const startedAt = Date.now();
  const served = await serve(config, (what) => console.log(`• ${what} …`));
  if (served.already) {
    const { command, url, pid } = served.already;
    if (command !== 'serve')
      throw new SightlineError('busy', `\`sightline ${command}\` (process ${pid}) works on this data folder: wait until it is done`);
    console.log(url === null ? `Sightline is starting already (process ${pid}).` : `Sightline is running already: ${url}`);
    return 0;
  }
  const { serving } = served;
  greet(serving, Date.now() - startedAt);
  await stopSignal();
  console.log('\nStopping … (Ctrl-C again ends at once)');
  const began = Date.now();
  const patience = setTimeout(() => {
    console.error('Sightline did not stop in time and was cut off; nothing accepted is lost.');
    process.exit(1);
  }, STOP_MS);
  await serving.stop();
  clearTimeout(patience);
  console.log(`Sightline has stopped (${((Date.now() - began) / 1_000).toFixed(1)} s). Everything is kept in ${serving.folder}`);
  return 0;
}

function greet({ url, welcomeUrl, folder, log }: Serving, ms: number): void {
  const lines = [
    '',
    `Sightline is running (after ${(ms / 1_000).toFixed(1)} s):  ${url}`,
    '',
    `  Watch a demo centre   ${url}/#/`,
    `  Try my own file       ${url}/#/import     or: npx sightline import <queue_log> --source <name> --zone <zone>`,
    `  Connect my phones     ${url}/#/connect`,
    '',
    ...(welcomeUrl === null ? [] : [`First administrator, choose a password (this link works once):`, `  ${welcomeUrl}`, '']),
    `Data: ${folder}   Log: ${log}`,
    'Ctrl-C stops.',
  ];
  console.log(lines.join('\n'));
}

/** The first signal to stop; from then on a second one ends the process at once. */
function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    const stop = (): void => {
      for (const signal of ['SIGINT', 'SIGTERM'] as const) {
        process.off(signal, stop);
        process.on(signal, () => process.exit(130));
      }
      resolve();
    };
    process.on('SIGINT', stop);
    process.on('SIGTERM', stop);
  });
}
