import type { DirectoryDiff, Row, Scope, SourceState, StoredFact } from '@sightline/contracts';
import { decodeEventBytes } from '@sightline/contracts';
import type { CommitResult, KpiReader, KpiStore, PartitionCommit, PartitionHeader, StoredEntity } from '@sightline/ports';
import type { Database } from '../connection/database';
import { withScope } from '../connection/database';
import { Wakeup } from '../connection/listen';
import type { TableName } from './columns';
import { writeCommits } from './commit';
import { createReader } from './reader';
import { rowOf } from './rows';
import { removeOperator } from './sources';
import { touchedKeys } from './touched';

const HEADER_COLUMNS = 'partition, "logId", "nextOffset", "foldVersion", "directoryVersion", refold, generation, "commitNo"';
export const SOURCE_COLUMNS = 'source, watermark, "lastReceivedAt", "restartedAt", "clockAheadMs", "clockAheadAt"';

class PostgresKpiStore implements KpiStore {
  private readonly committed: Wakeup;

  constructor(private readonly database: Database) {
    this.committed = new Wakeup(database.pipeline, 'kpi_committed');
  }

  async load(partition: number): Promise<PartitionHeader> {
    const [header]: PartitionHeader[] = await this.database.pipeline.query(
      `WITH taken AS (
         INSERT INTO kpi.header VALUES ($1, '', 0, 0, 0, NULL, 1, 0)
         ON CONFLICT (partition) DO UPDATE SET generation = header.generation + 1 RETURNING *
       ) SELECT ${HEADER_COLUMNS} FROM taken`,
      [partition],
    );
    return header as PartitionHeader;
  }

  async entities(partition: number, keys: readonly string[]): Promise<ReadonlyMap<string, StoredEntity>> {
    const found = new Map<string, { key: string; facts: StoredFact[]; rows: Row[] }>();
    for (const key of keys) found.set(key, { key, facts: [], rows: [] });
    if (keys.length === 0) return found;
    const facts: { key: string; contentHash: string; bytes: Buffer }[] = await this.database.pipeline.query(
      'SELECT key, "contentHash", bytes FROM kpi.fact WHERE partition = $1 AND key = ANY($2::text[])',
      [partition, keys],
    );
    for (const { key, contentHash, bytes } of facts) found.get(key)?.facts.push({ event: decodeEventBytes(bytes), contentHash });
    const calls = keys.filter((key) => key.startsWith('c'));
    const days = keys.filter((key) => !key.startsWith('c'));
    const read = async (table: TableName, wanted: readonly string[]): Promise<void> => {
      if (wanted.length === 0) return;
      const rows: Record<string, unknown>[] = await this.database.pipeline.query(`SELECT * FROM kpi.${table} WHERE key = ANY($1::text[])`, [
        wanted,
      ]);
      for (const row of rows) found.get(row['key'] as string)?.rows.push(rowOf(table, row));
    };
    if (facts.length > 0) await Promise.all([read('visit', calls), read('leg', calls), read('contact', calls), read('state', days)]);
    return found;
  }

  async commit(commits: readonly PartitionCommit[]): Promise<CommitResult> {
    return this.database.pipeline.transaction(async (manager) => {
      // A crash may lose the last commits, never part of one: the log, which is durable before it is acknowledged, is folded again.
      await manager.query('SET LOCAL synchronous_commit = off');
      return writeCommits(manager, commits);
    });
  }

  async partitionSources(partition: number): Promise<readonly SourceState[]> {
    return this.database.pipeline.query(`SELECT ${SOURCE_COLUMNS} FROM kpi.source_state WHERE partition = $1`, [partition]);
  }

  async touched(partition: number, diff: DirectoryDiff, after: string | null, limit: number): Promise<readonly string[]> {
    return touchedKeys(this.database.pipeline, partition, diff, after, limit);
  }

  async entityKeys(partition: number, after: string | null, limit: number): Promise<readonly string[]> {
    const rows: { key: string }[] = await this.database.pipeline.query(
      'SELECT DISTINCT key FROM kpi.fact WHERE partition = $1 AND key > $2 ORDER BY key LIMIT $3',
      [partition, after ?? '', limit],
    );
    return rows.map((row) => row.key);
  }

  async removeOperator(operatorId: string, sources: readonly string[]): Promise<void> {
    await this.database.pipeline.transaction((manager) => removeOperator(manager, operatorId, sources));
  }

  async read<T>(scope: Scope, fn: (reader: KpiReader) => Promise<T>): Promise<T> {
    return withScope(this.database, scope, (manager) => fn(createReader(manager)));
  }

  onCommit(listener: () => void): () => void {
    return this.committed.on(listener);
  }

  async close(): Promise<void> {
    await this.committed.close();
  }
}

/** The history store: facts, rows and headers in PostgreSQL. */
export function createKpiStore(database: Database): KpiStore & { close(): Promise<void> } {
  return new PostgresKpiStore(database);
}
