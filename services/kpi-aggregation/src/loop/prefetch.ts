import type { KpiStore, StoredEntity } from '@sightline/ports';
import type { DirectoryView } from '../directory/view';
import { isWhole } from './header';
import type { OwnedPartition } from './partition';
import type { Received } from './receive';

/** What the fold of one partition needs to know. */
export interface Prefetched {
  /** Every entity that the batch or the re-fold speaks of, as stored. */
  readonly entities: ReadonlyMap<string, StoredEntity>;
  /** The re-fold's next entities; null when none is running or it is not its turn in this commit. */
  readonly refold: { readonly keys: readonly string[]; readonly last: boolean } | null;
}

/** Reads what the fold of these partitions needs. At most `refoldLimit` entities are re-folded, over all partitions in the order given. */
export async function prefetch(
  from: { readonly store: KpiStore; readonly directory: DirectoryView },
  partitions: readonly OwnedPartition[],
  received: ReadonlyMap<number, Received>,
  refoldLimit: number,
): Promise<ReadonlyMap<number, Prefetched>> {
  const refolds = new Map<number, Prefetched['refold']>();
  let left = refoldLimit;
  for (const partition of partitions) {
    if (!partition.header.refold || left <= 0) continue;
    const refold = await nextToRefold(from, partition, left);
    left -= refold.keys.length;
    refolds.set(partition.partition, refold);
  }
  const prefetched = await Promise.all(
    partitions.map(async (partition): Promise<[number, Prefetched]> => {
      const refold = refolds.get(partition.partition) ?? null;
      const keys = new Set([...(received.get(partition.partition)?.byEntity.keys() ?? []), ...(refold?.keys ?? [])]);
      return [partition.partition, { entities: await entitiesOf(from.store, partition, keys), refold }];
    }),
  );
  return new Map(prefetched);
}

async function nextToRefold(
  from: { readonly store: KpiStore; readonly directory: DirectoryView },
  { partition, header }: OwnedPartition,
  limit: number,
): Promise<NonNullable<Prefetched['refold']>> {
  const cursor = header.refold?.cursor ?? null;
  const to = header.refold?.to ?? header.directoryVersion;
  const keys = isWhole(header)
    ? await from.store.entityKeys(partition, cursor, limit)
    : await from.store.touched(partition, await from.directory.said(header.directoryVersion, to), cursor, limit);
  return { keys, last: keys.length < limit };
}

async function entitiesOf(
  store: KpiStore,
  { partition, cache }: OwnedPartition,
  keys: ReadonlySet<string>,
): Promise<Map<string, StoredEntity>> {
  const entities = new Map<string, StoredEntity>();
  const missing: string[] = [];
  for (const key of keys) {
    const known = cache.get(key);
    if (known) entities.set(key, known);
    else missing.push(key);
  }
  if (missing.length === 0) return entities;
  const stored = await store.entities(partition, missing);
  for (const key of missing) entities.set(key, stored.get(key) ?? { key, facts: [], rows: [] });
  return entities;
}
