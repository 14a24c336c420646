import { PARTITIONS } from '@sightline/contracts';
import { createKpiService } from '@sightline/kpi-aggregation';
import type { KpiStore } from '@sightline/ports';
import type { Logger } from '@sightline/runtime';
import { createMetrics, systemClock } from '@sightline/runtime';
import type { Installation } from '../installation/installation';
import type { Configuration } from '../installation/settings';
import { OWN_OPERATOR } from '../serve';
import { progressOf } from './bar';
import { offline } from './offline';
import { many } from './table';

const LOOK_MS = 250;

/** `sightline rebuild`: computes every row anew from the facts kept, which must give what stood. Not while Sightline serves. */
export async function rebuildCommand(config: Configuration, json: boolean): Promise<number> {
  const said = (what: string): void => void (json || console.log(`• ${what} …`));
  const startedAt = Date.now();
  const version = await offline(config, 'rebuild', said, ({ installation, logger }) => rebuild(config, installation, logger, json));
  const ms = Date.now() - startedAt;
  if (json) console.log(JSON.stringify({ partitions: PARTITIONS, directoryVersion: version, ms }));
  else console.log(`Rebuilt ${many(PARTITIONS, 'partition')} at directory version ${version} in ${(ms / 1_000).toFixed(1)} s.`);
  return 0;
}

async function rebuild(config: Configuration, installation: Installation, logger: Logger, quiet: boolean): Promise<number> {
  const { store, directory } = installation;
  for (let partition = 0; partition < PARTITIONS; partition += 1) await forget(store, partition);
  const kpi = createKpiService({ ...installation, clock: systemClock, logger, metrics: createMetrics() }, config.kpi);
  const bar = progressOf('Rebuilding', PARTITIONS, quiet);
  await kpi.start();
  try {
    const version = await directory.version();
    for (;;) {
      const done = await complete(store, version);
      bar.set(done);
      if (done === PARTITIONS) return version;
      await systemClock.delay(LOOK_MS);
    }
  } finally {
    bar.end();
    await kpi.stop();
  }
}

/** Says of a partition's rows that they are complete at no directory version: the loop then folds all of them anew. */
async function forget(store: KpiStore, partition: number): Promise<void> {
  const expected = await store.load(partition);
  const next = { ...expected, directoryVersion: 0, refold: null, commitNo: expected.commitNo + 1 };
  await store.commit([{ expected, next, changes: [], sources: [], poison: [], gap: null }]);
}

async function complete(store: KpiStore, version: number): Promise<number> {
  const headers = await store.read({ operatorId: OWN_OPERATOR.operatorId, clinics: 'all' }, (reader) => reader.headers());
  return headers.filter((header) => header.directoryVersion === version && header.refold === null).length;
}
