import type { DirectoryDiff, Row, Scope, SideliningReason, SourceState, StoredFact } from '@sightline/contracts';
import { rowInstant } from '@sightline/core-kpi';
import type {
  CommitResult,
  DirectoryStore,
  KpiReader,
  KpiStore,
  LogGap,
  PartitionCommit,
  PartitionHeader,
  PoisonRecord,
  StoredEntity,
} from '@sightline/ports';
import { MemoryKpiReader } from './kpi-reader';
import { byBytes, rowIdentity } from './rows';

/** One entity as it stands. Never changed, only replaced: a reader keeps what it began with. */
export interface MemoryEntity {
  readonly partition: number;
  readonly facts: ReadonlyMap<string, StoredFact>;
  readonly rows: ReadonlyMap<string, Row>;
  readonly sidelined: Readonly<Partial<Record<SideliningReason, number>>>;
  readonly continued: boolean;
}

/** Everything that a reader sees, at one instant. */
export interface KpiState {
  readonly entities: ReadonlyMap<string, MemoryEntity>;
  readonly headers: ReadonlyMap<number, PartitionHeader>;
  /** By partition and source. */
  readonly sources: ReadonlyMap<string, { readonly partition: number; readonly state: SourceState }>;
  /** Last change by partition, family, operator, clinic and minute. */
  readonly minutes: ReadonlyMap<string, number>;
  /** Last change by partition and operator. */
  readonly open: ReadonlyMap<string, number>;
  readonly gaps: readonly LogGap[];
}

const NOBODY: MemoryEntity = { partition: 0, facts: new Map(), rows: new Map(), sidelined: {}, continued: false };

/** The KPI store in memory. Whose a source is, it asks the directory, as every store does. */
export class MemoryKpiStore implements KpiStore {
  private state: KpiState = { entities: new Map(), headers: new Map(), sources: new Map(), minutes: new Map(), open: new Map(), gaps: [] };
  private readonly listeners = new Set<() => void>();
  /** What could not be folded, as it was handed over: sealed. */
  readonly poison: PoisonRecord[] = [];

  constructor(private readonly directory: DirectoryStore) {}

  async load(partition: number): Promise<PartitionHeader> {
    const fresh: PartitionHeader = {
      partition,
      logId: '',
      nextOffset: 0,
      foldVersion: 0,
      directoryVersion: 0,
      refold: null,
      generation: 0,
      commitNo: 0,
    };
    const known = this.state.headers.get(partition) ?? fresh;
    const header = { ...known, generation: known.generation + 1 };
    this.state = { ...this.state, headers: new Map(this.state.headers).set(partition, header) };
    return header;
  }

  async entities(_partition: number, keys: readonly string[]): Promise<ReadonlyMap<string, StoredEntity>> {
    return new Map(
      keys.map((key) => {
        const { facts, rows } = this.state.entities.get(key) ?? NOBODY;
        return [key, { key, facts: [...facts.values()], rows: [...rows.values()] }];
      }),
    );
  }

  async commit(commits: readonly PartitionCommit[]): Promise<CommitResult> {
    const refused: number[] = [];
    for (const one of commits) {
      const header = this.state.headers.get(one.expected.partition);
      if (header && sameHeader(header, one.expected)) this.write(one);
      else refused.push(one.expected.partition);
    }
    if (refused.length < commits.length) for (const listener of [...this.listeners]) listener();
    return { refused };
  }

  private write({ expected, next, changes, sources, poison, gap }: PartitionCommit): void {
    const { partition } = expected;
    const entities = new Map(this.state.entities);
    const minutes = new Map(this.state.minutes);
    const open = new Map(this.state.open);
    for (const change of changes) {
      const known = entities.get(change.key) ?? NOBODY;
      const facts = new Map(known.facts);
      for (const fact of change.facts) facts.set(versionOf(fact), fact);
      const rows = new Map(known.rows);
      for (const row of change.removed) rows.delete(rowIdentity(row));
      for (const row of change.upserts) rows.set(rowIdentity(row), row);
      entities.set(change.key, { partition, facts, rows, sidelined: change.sidelined, continued: change.continued });
      for (const row of [...change.removed, ...change.upserts]) {
        open.set(`${partition}\n${row.operatorId}`, next.commitNo);
        if (row.family === 'state') continue;
        const minute = Math.floor(rowInstant(row) / 60_000) * 60_000;
        minutes.set([partition, row.family, row.operatorId, row.clinicId, minute].join('\n'), next.commitNo);
      }
    }
    const states = new Map(this.state.sources);
    for (const state of sources) states.set(`${partition}\n${state.source}`, { partition, state });
    this.poison.push(...poison);
    const headers = new Map(this.state.headers).set(partition, next);
    this.state = { entities, headers, sources: states, minutes, open, gaps: gap ? [...this.state.gaps, gap] : this.state.gaps };
  }

  async partitionSources(partition: number): Promise<readonly SourceState[]> {
    return [...this.state.sources.values()].filter((one) => one.partition === partition).map(({ state }) => state);
  }

  /** Entities of the sources that the diff maps: more than needed, never less. */
  async touched(partition: number, diff: DirectoryDiff, after: string | null, limit: number): Promise<readonly string[]> {
    const sources = new Set(diff.rows.flatMap((row) => ('source' in row ? [row.source] : [])));
    return this.keys(partition, after, limit, (key) => sources.has(key.split('\n')[1] ?? ''));
  }

  async entityKeys(partition: number, after: string | null, limit: number): Promise<readonly string[]> {
    return this.keys(partition, after, limit, () => true);
  }

  private keys(partition: number, after: string | null, limit: number, wanted: (key: string) => boolean): readonly string[] {
    return [...this.state.entities]
      .filter(([key, entity]) => entity.partition === partition && byBytes(key, after ?? '') > 0 && wanted(key))
      .map(([key]) => key)
      .sort(byBytes)
      .slice(0, limit);
  }

  async removeOperator(operatorId: string, sources: readonly string[]): Promise<void> {
    const { entities, headers, sources: states, minutes, open, gaps } = this.state;
    const keep = <V>(map: ReadonlyMap<string, V>, kept: (key: string) => boolean): Map<string, V> =>
      new Map([...map].filter(([key]) => kept(key)));
    this.state = {
      entities: keep(entities, (key) => !sources.includes(key.split('\n')[1] ?? '')),
      sources: keep(states, (key) => !sources.includes(key.split('\n')[1] ?? '')),
      minutes: keep(minutes, (key) => key.split('\n')[2] !== operatorId),
      open: keep(open, (key) => key.split('\n')[1] !== operatorId),
      headers: new Map([...headers].map(([partition, header]) => [partition, { ...header, generation: header.generation + 1 }])),
      gaps,
    };
    for (const listener of [...this.listeners]) listener();
  }

  async read<T>(scope: Scope, fn: (reader: KpiReader) => Promise<T>): Promise<T> {
    const { rows } = await this.directory.snapshot();
    const own = rows.flatMap((row) => (row.kind === 'source' && row.operatorId === scope.operatorId ? [row.source] : []));
    return fn(new MemoryKpiReader(this.state, scope, new Set(own)));
  }

  onCommit(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }
}

function versionOf({ event, contentHash }: StoredFact): string {
  return [event.source, event.eventId, event.revision, contentHash].join('\n');
}

function sameHeader(a: PartitionHeader, b: PartitionHeader): boolean {
  const members = (header: PartitionHeader): string =>
    JSON.stringify([
      header.logId,
      header.nextOffset,
      header.foldVersion,
      header.directoryVersion,
      header.refold?.to,
      header.refold?.cursor,
      header.generation,
      header.commitNo,
    ]);
  return members(a) === members(b);
}
