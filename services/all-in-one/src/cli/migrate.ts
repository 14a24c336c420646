import type { Configuration } from '../installation/settings';
import { offline } from './offline';

/** `sightline migrate`: makes the database's schema that of this version. */
export async function migrateCommand(config: Configuration, json: boolean): Promise<number> {
  const applied = await offline(
    config,
    'migrate',
    (what) => json || console.log(`• ${what} …`),
    async ({ installation }) => installation.applied,
  );
  if (json) console.log(JSON.stringify({ applied }));
  else console.log(applied.length === 0 ? 'The schema is up to date.' : `Applied: ${applied.join(', ')}.`);
  return 0;
}
