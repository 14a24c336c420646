import type { KpiStore, PartitionCommit, Vault } from '@sightline/ports';

/** Vault key of records whose source nobody can tell any more. No source can have this name. */
export const POISON_KEY = '/poison';

/** Writes all partitions in one transaction. Bytes that could not be read are sealed first. Returns the partitions that were refused. */
export async function commit(
  to: { readonly store: KpiStore; readonly vault: Vault },
  commits: readonly PartitionCommit[],
): Promise<ReadonlySet<number>> {
  const sealed: PartitionCommit[] = [];
  for (const one of commits) {
    if (one.poison.length === 0) sealed.push(one);
    else {
      const poison = await Promise.all(
        one.poison.map(async (record) => ({ ...record, bytes: await to.vault.seal(POISON_KEY, record.bytes) })),
      );
      sealed.push({ ...one, poison });
    }
  }
  const { refused } = await to.store.commit(sealed);
  return new Set(refused);
}
