import type { SourceState } from '@sightline/contracts';
import type { LogGap, PartitionHeader, StoredEntity } from '@sightline/ports';

/**
 * Entities of one partition as last stored, least recently used first out. Right for as long as the partition's header is: while nobody
 * else has committed, what was read or committed is what stands; a refused commit drops the partition's whole memory with it.
 */
export class EntityCache {
  private readonly entities = new Map<string, StoredEntity>();
  private held = 0;

  /** @param maxFacts How many facts the kept entities may hold together. */
  constructor(private readonly maxFacts: number) {}

  get(key: string): StoredEntity | undefined {
    return this.entities.get(key);
  }

  /** Keeps an entity as the most recent one and lets go of the oldest beyond the limit. */
  put(entity: StoredEntity): void {
    this.drop(entity.key);
    this.entities.set(entity.key, entity);
    this.held += weight(entity);
    for (const key of this.entities.keys()) {
      if (this.held <= this.maxFacts) break;
      this.drop(key);
    }
  }

  private drop(key: string): void {
    const known = this.entities.get(key);
    if (!known) return;
    this.entities.delete(key);
    this.held -= weight(known);
  }
}

/** An entity without facts is still one to remember. */
function weight(entity: StoredEntity): number {
  return entity.facts.length + 1;
}

/** What an owner remembers of a partition between two commits. Replaced as a whole after each; thrown away when a commit is refused. */
export interface OwnedPartition {
  readonly partition: number;
  /** The header as stored: what the next commit must expect. */
  readonly stored: PartitionHeader;
  /** The header to go on from: differs from `stored` where taking over or a newer directory asks for something. */
  readonly header: PartitionHeader;
  /** Lost offsets, not yet recorded. */
  readonly gap: LogGap | null;
  readonly sources: ReadonlyMap<string, SourceState>;
  readonly cache: EntityCache;
}
