import type { CallEvent, SourceState } from '@sightline/contracts';
import { contentHashOf, entityKey, entityOf, logKeyOf, partitionOf, PARTITIONS } from '@sightline/contracts';
import type { Meaning } from '@sightline/core-kpi';
import { diffRows, interpret, observeSource, rowsOf, sidelinedCounts, unionFacts } from '@sightline/core-kpi';
import type { CommitResult, EntityChange, KpiStore, PartitionCommit, PartitionHeader } from '../kpi-store';

/** Folds events into a store as the owner of its partitions does: by what the store says stands there, and nothing else. */
export class Owner {
  private readonly headers = new Map<number, PartitionHeader>();

  constructor(private readonly store: KpiStore) {}

  async header(partition: number): Promise<PartitionHeader> {
    const known = this.headers.get(partition);
    if (known) return known;
    const loaded = await this.store.load(partition);
    this.headers.set(partition, loaded);
    return loaded;
  }

  /** One commit of the partitions concerned. */
  async fold(events: readonly CallEvent[], meaning: Meaning): Promise<CommitResult> {
    const byPartition = new Map<number, CallEvent[]>();
    for (const event of events) {
      const key = logKeyOf(event);
      for (const partition of key === null ? EVERY : [partitionOf(key)])
        byPartition.set(partition, [...(byPartition.get(partition) ?? []), event]);
    }
    const commits: PartitionCommit[] = [];
    for (const [partition, own] of byPartition) commits.push(await this.prepare(partition, own, meaning));
    return this.commit(commits);
  }

  /** Folds entities anew, as after a change of the directory. */
  async refold(keysOf: ReadonlyMap<number, readonly string[]>, meaning: Meaning): Promise<CommitResult> {
    return this.commit(await Promise.all(Array.from(keysOf, ([partition, keys]) => this.prepare(partition, [], meaning, keys))));
  }

  async commit(commits: readonly PartitionCommit[]): Promise<CommitResult> {
    const result = await this.store.commit(commits);
    for (const { next } of commits) {
      if (!result.refused.includes(next.partition)) this.headers.set(next.partition, next);
      else this.headers.delete(next.partition);
    }
    return result;
  }

  async prepare(
    partition: number,
    events: readonly CallEvent[],
    meaning: Meaning,
    anyway: readonly string[] = [],
  ): Promise<PartitionCommit> {
    const expected = await this.header(partition);
    const byKey = new Map<string, CallEvent[]>(anyway.map((key) => [key, []]));
    for (const event of events) {
      const entity = entityOf(event);
      if (entity) byKey.set(entityKey(entity), [...(byKey.get(entityKey(entity)) ?? []), event]);
    }
    const stored = await this.store.entities(partition, [...byKey.keys()]);
    const changes = [...byKey].map(([key, own]): EntityChange => {
      const known = stored.get(key) ?? { key, facts: [], rows: [] };
      const union = unionFacts(
        known.facts,
        own.map((event) => ({ event, contentHash: contentHashOf(event) })),
      );
      const interpretation = interpret(key, union.facts, meaning);
      return {
        key,
        facts: union.changed,
        ...diffRows(known.rows, rowsOf(interpretation)),
        sidelined: sidelinedCounts(interpretation),
        continued: interpretation.continues !== null,
      };
    });
    return { ...emptyCommit(expected, expected.nextOffset + events.length), changes, sources: await this.sources(partition, events) };
  }

  private async sources(partition: number, events: readonly CallEvent[]): Promise<readonly SourceState[]> {
    const states = new Map((await this.store.partitionSources(partition)).map((state) => [state.source, state]));
    const heard = new Set(events.map((event) => event.source));
    for (const event of events) states.set(event.source, observeSource(states.get(event.source) ?? null, event));
    return [...states.values()].filter((state) => heard.has(state.source));
  }
}

export const EVERY = Array.from({ length: PARTITIONS }, (_none, partition) => partition);

/** A commit that says nothing but how far the log was read. */
export function emptyCommit(expected: PartitionHeader, nextOffset: number): PartitionCommit {
  return { expected, next: { ...expected, nextOffset, commitNo: expected.commitNo + 1 }, changes: [], sources: [], poison: [], gap: null };
}
