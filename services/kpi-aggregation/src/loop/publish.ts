import type { Folded } from './fold';
import type { OwnedPartition } from './partition';

/**
 * The partition after its commit. Others learn of it from the store's own wake-up, which is sent with the commit, so that nothing is lost
 * when the process ends between the two.
 */
export function publish({ owned, commit, entities }: Folded): OwnedPartition {
  const sources = new Map(owned.sources);
  for (const state of commit.sources) sources.set(state.source, state);
  for (const entity of entities) owned.cache.put(entity);
  return { ...owned, stored: commit.next, header: commit.next, gap: null, sources };
}
