import { PARTITIONS } from '@sightline/contracts';
import type { Clock } from '@sightline/ports';
import type { Stores } from '../installation/installation';

const LOOK_MS = 100;
/** How long what is still on its way may take. What is folded later stays as facts that mean nothing. */
const PATIENCE_MS = 10_000;

/**
 * Takes everything of an operator out of every store; nobody may be feeding it any more. The directory comes last: whose the sources are
 * stands there. Its access log stays, as all access logs do.
 */
export async function removeOperator(stores: Stores, clock: Clock, operatorId: string): Promise<void> {
  const { rows } = await stores.directory.snapshot();
  const mine = rows.filter((row) => row.operatorId === operatorId);
  if (mine.length === 0) return;
  const sources = mine.flatMap((row) => (row.kind === 'source' ? [row.source] : []));
  await stores.identity.removeOperator(operatorId);
  await untilFolded(stores, clock);
  await stores.store.removeOperator(operatorId, sources);
  await stores.intake.removeOperator(operatorId);
  await stores.vault.removeOperator(operatorId, sources, clock.nowMs());
  await stores.directory.removeOperator(operatorId);
}

/** Waits until the fold has come to where the log ends now. */
async function untilFolded({ log, store }: Stores, clock: Clock): Promise<void> {
  const partitions = Array.from({ length: PARTITIONS }, (_, partition) => partition);
  const ends = await Promise.all(partitions.map((partition) => log.bounds(partition)));
  const deadline = clock.nowMs() + PATIENCE_MS;
  const isFolded = (): Promise<boolean> =>
    store.read({ operatorId: '', clinics: [] }, async (reader) =>
      (await reader.headers()).every(({ partition, nextOffset }) => nextOffset >= (ends[partition]?.endOffset ?? 0)),
    );
  while (clock.nowMs() < deadline && !(await isFolded())) await clock.delay(LOOK_MS);
}
