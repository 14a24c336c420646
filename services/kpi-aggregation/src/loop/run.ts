import { PARTITIONS } from '@sightline/contracts';
import type { Meaning } from '@sightline/core-kpi';
import type { Clock, EventLog, KpiStore, LogConsumer, Vault } from '@sightline/ports';
import type { DirectoryView, KnownDirectory } from '../directory/view';
import { commit } from './commit';
import type { Folded } from './fold';
import { foldPartition } from './fold';
import { aim, resume, sameHeader } from './header';
import type { LoopObserver } from './observer';
import { EntityCache, type OwnedPartition } from './partition';
import { prefetch } from './prefetch';
import { publish } from './publish';
import type { Received } from './receive';
import { receive } from './receive';

export interface LoopPorts {
  readonly log: EventLog;
  readonly store: KpiStore;
  readonly vault: Vault;
  readonly clock: Clock;
  readonly directory: DirectoryView;
}

export interface RunConfig {
  /** Consumers of one group share the partitions. */
  readonly group: string;
  /** Records folded into one commit at most. */
  readonly maxRecords: number;
  /** Entities folded anew in one commit at most. */
  readonly refoldLimit: number;
  /** Facts kept in memory at most, over all partitions. */
  readonly cacheFacts: number;
  /** How long a poll waits for the first record, ms. */
  readonly idleMs: number;
  /** How often the directory is asked for its version, ms. */
  readonly directoryPollMs: number;
}

/** What a step found: nothing to do, all there was, or as much as one commit may hold and more behind. */
export type StepResult = 'idle' | 'all' | 'more';

/**
 * One life of the loop: a consumer and what it remembers of its partitions. Ends with the first error; whoever runs it opens another one.
 * Two of them over one partition, a stopped one that wakes up again, a crash at any point: the header decides, and nothing is counted twice.
 */
export class FoldRun {
  private readonly owned = new Map<number, OwnedPartition>();
  private known: { readonly directory: KnownDirectory; readonly askedAt: number } | null = null;
  private committed = 0;

  private constructor(
    private readonly ports: LoopPorts,
    private readonly config: RunConfig,
    private readonly observer: LoopObserver,
    private readonly consumer: LogConsumer,
    readonly logId: string,
  ) {}

  static async open(ports: LoopPorts, config: RunConfig, observer: LoopObserver): Promise<FoldRun> {
    const logId = await ports.log.logId();
    return new FoldRun(ports, config, observer, await ports.log.consumer(config.group), logId);
  }

  /** Commits of partitions so far: grows as long as the run gets on. */
  get progress(): number {
    return this.committed;
  }

  /** Next offset to fold by partition owned. */
  positions(): ReadonlyMap<number, number> {
    return new Map([...this.owned.values()].map(({ partition, stored }) => [partition, stored.nextOffset]));
  }

  /** One turn: receive, prefetch, fold, commit, publish. */
  async step(signal: AbortSignal): Promise<StepResult> {
    const { meaning } = await this.lookAround();
    const waiting = [...this.owned.values()].filter(isDirty);
    const received = await receive(
      this.consumer,
      this.owned,
      { maxRecords: this.config.maxRecords, waitMs: waiting.length > 0 ? 0 : this.patience(), nowMs: this.ports.clock.nowMs() },
      signal,
    );
    const dirty = [...this.owned.values()].filter((partition) => received.has(partition.partition) || isDirty(partition));
    if (dirty.length === 0 || signal.aborted) return 'idle';
    await this.foldAndCommit(dirty, received, meaning);
    const isBehind = [...received.values()].some(({ nextOffset, endOffset }) => nextOffset < endOffset);
    return isBehind || [...this.owned.values()].some(isDirty) ? 'more' : 'all';
  }

  async close(): Promise<void> {
    this.owned.clear();
    await this.consumer.close();
  }

  private patience(): number {
    const untilPoll = (this.known?.askedAt ?? 0) + this.config.directoryPollMs - this.ports.clock.nowMs();
    return Math.max(0, Math.min(this.config.idleMs, untilPoll));
  }

  /** Who owns what, and which directory holds: decided before anything is read. */
  private async lookAround(): Promise<KnownDirectory> {
    const nowMs = this.ports.clock.nowMs();
    const due = this.known === null || nowMs - this.known.askedAt >= this.config.directoryPollMs;
    let directory = due || this.known === null ? await this.askDirectory(nowMs) : this.known.directory;
    const assigned = new Set(this.consumer.assigned());
    for (const partition of this.owned.keys()) if (!assigned.has(partition)) this.owned.delete(partition);
    const fresh = [...assigned].filter((partition) => !this.owned.has(partition));
    // Another owner may have folded at a newer directory than we know.
    if (fresh.length > 0 && (await this.takeOver(fresh, nowMs)) > directory.version) directory = await this.askDirectory(nowMs);
    for (const [number, partition] of this.owned) {
      // Reading always goes on from where the header stands, also in a partition that was lost and given back unnoticed.
      this.consumer.seek(number, partition.header.nextOffset);
      const header = aim(partition.header, directory.version);
      if (header !== partition.header) this.owned.set(number, { ...partition, header });
    }
    return directory;
  }

  private async askDirectory(nowMs: number): Promise<KnownDirectory> {
    const directory = await this.ports.directory.current();
    this.known = { directory, askedAt: nowMs };
    return directory;
  }

  /** Returns the newest directory version that these partitions were folded at. */
  private async takeOver(partitions: readonly number[], nowMs: number): Promise<number> {
    const { log, store } = this.ports;
    const taken = await Promise.all(
      partitions.map(async (partition): Promise<OwnedPartition> => {
        const stored = await store.load(partition);
        const { header, gap } = resume(stored, { logId: this.logId, bounds: await log.bounds(partition) }, nowMs);
        const sources = new Map((await store.partitionSources(partition)).map((state) => [state.source, state]));
        return { partition, stored, header, gap, sources, cache: new EntityCache(this.config.cacheFacts / PARTITIONS) };
      }),
    );
    for (const partition of taken) this.owned.set(partition.partition, partition);
    return Math.max(...taken.map(({ stored }) => Math.max(stored.directoryVersion, stored.refold?.to ?? 0)));
  }

  private async foldAndCommit(dirty: readonly OwnedPartition[], received: ReadonlyMap<number, Received>, meaning: Meaning): Promise<void> {
    const { clock, directory, store } = this.ports;
    const prefetched = await prefetch({ store, directory }, inTurn(dirty, this.committed), received, this.config.refoldLimit);
    const startedAt = clock.nowMs();
    const folded: Folded[] = [];
    for (const owned of dirty) {
      const known = prefetched.get(owned.partition);
      if (known && (known.refold || received.has(owned.partition) || hasNews(owned)))
        folded.push(foldPartition(owned, received.get(owned.partition) ?? null, known, meaning));
    }
    const foldedAt = clock.nowMs();
    const refused = await commit(
      this.ports,
      folded.map((one) => one.commit),
    );
    const commitMs = clock.nowMs() - foldedAt;
    // What was refused is forgotten and read again from where the store now stands.
    for (const partition of refused) this.owned.delete(partition);
    const done = folded.filter((one) => !refused.has(one.owned.partition));
    for (const one of done) this.owned.set(one.owned.partition, publish(one));
    this.committed += done.length;
    if (refused.size > 0) this.observer.refused([...refused]);
    this.report(done, { foldMs: foldedAt - startedAt, commitMs }, received);
  }

  private report(
    done: readonly Folded[],
    took: { readonly foldMs: number; readonly commitMs: number },
    received: ReadonlyMap<number, Received>,
  ): void {
    for (const { commit: written } of done) {
      if (written.gap) this.observer.gap(written.gap);
      const batch = received.get(written.next.partition);
      if (batch) this.observer.lag(written.next.partition, batch.endOffset - batch.nextOffset);
    }
    const sum = (of: (one: Folded) => number): number => done.reduce((total, one) => total + of(one), 0);
    this.observer.committed({
      partitions: done.length,
      events: sum((one) => one.events),
      poison: sum((one) => one.commit.poison.length),
      refolded: sum((one) => one.refolded),
      ...took,
    });
  }
}

/** Whether the header or a gap is to be written although nothing came. */
function hasNews({ stored, header, gap }: OwnedPartition): boolean {
  return gap !== null || !sameHeader(stored, header);
}

function isDirty(partition: OwnedPartition): boolean {
  return partition.header.refold !== null || hasNews(partition);
}

/** The same partitions beginning with another one each time, so that the re-folds of all get on. */
function inTurn(partitions: readonly OwnedPartition[], turn: number): readonly OwnedPartition[] {
  const first = turn % partitions.length;
  return [...partitions.slice(first), ...partitions.slice(0, first)];
}
