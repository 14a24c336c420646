import type { LegRow, Row, SourceState, StateRow, VisitRow } from '@sightline/contracts';
import type {
  ChangeCursor,
  Changes,
  FigureSourceRow,
  KpiReader,
  OpenItems,
  PartitionHeader,
  RowPage,
  RowsQuery,
  SidelinedCount,
} from '@sightline/ports';
import type { EntityManager } from 'typeorm';
import { readCells } from './cells';
import type { TableName } from './columns';
import { columnName, TABLES } from './columns';
import { keyOf, rowOf } from './rows';
import { filterSql, fromSql, instantSql, Parameters } from './selection';

function columnsOf(table: TableName): string {
  return TABLES[table].columns.map((definition) => `t.${columnName(definition)}`).join(', ');
}

async function readRows(manager: EntityManager, query: RowsQuery): Promise<RowPage> {
  const parameters = new Parameters();
  const at = instantSql(query.family);
  const from = fromSql(query.family, query.endUnknownBefore, parameters);
  const conditions = [filterSql(query, parameters)];
  const { where } = query;
  if (where?.outcomes) conditions.push(`now.outcome_now = ANY(${parameters.add(where.outcomes)}::text[])`);
  if (where?.waitSecondsMax !== undefined) conditions.push(`(now.wait_now + 999) / 1000 <= ${parameters.add(where.waitSecondsMax)}`);
  if (where?.waitSecondsMin !== undefined) conditions.push(`(now.wait_now + 999) / 1000 >= ${parameters.add(where.waitSecondsMin)}`);
  if (where?.legsEnded === true)
    conditions.push(query.family === 'leg' ? 't."talkMs" IS NOT NULL' : 't.legs > 0 AND t.legs = t."legsEnded"');
  if (where?.talkSecondsBelow !== undefined) conditions.push(`coalesce(t."talkMs", 0) / 1000 < ${parameters.add(where.talkSecondsBelow)}`);
  if (query.after) {
    const { at: instant, call, id } = query.after;
    conditions.push(`(${at}, t.key, t.id) > (${parameters.add(instant)}::bigint, ${parameters.add(call)}, ${parameters.add(id)})`);
  }
  const stored: Record<string, unknown>[] = await manager.query(
    `SELECT ${columnsOf(query.family)} FROM ${from} WHERE ${conditions.join(' AND ')} ORDER BY ${at}, t.key, t.id LIMIT ${parameters.add(query.limit + 1)}`,
    parameters.values,
  );
  const rows = stored.slice(0, query.limit).map((row) => rowOf(query.family, row) as FigureSourceRow);
  const last = rows.at(-1);
  const more = stored.length > query.limit && last !== undefined;
  const instant = (row: FigureSourceRow): number => (row.family === 'leg' ? (row.answeredAt ?? row.startedAt) : row.enteredAt);
  return { rows, next: more ? { at: instant(last), call: keyOf(last), id: last.id } : null };
}

async function readOpen(manager: EntityManager, statesSince: number): Promise<OpenItems> {
  const visits: Record<string, unknown>[] = await manager.query(
    `SELECT ${columnsOf('visit')} FROM kpi.visit t WHERE t.outcome = 'waiting'`,
  );
  const legs: Record<string, unknown>[] = await manager.query(
    `SELECT ${columnsOf('leg')} FROM kpi.leg t WHERE t."endedAt" IS NULL OR t."inWrapSince" IS NOT NULL`,
  );
  // Later facts of the same instant win by id, as everywhere: the order of states is (at, id).
  const states: Record<string, unknown>[] = await manager.query(
    `SELECT DISTINCT ON (t.source, t.login, coalesce(t.queue, '')) ${columnsOf('state')} FROM kpi.state t WHERE t.at >= $1
     ORDER BY t.source, t.login, coalesce(t.queue, ''), t.at DESC, t.id DESC`,
    [statesSince],
  );
  return {
    visits: visits.map((row) => rowOf('visit', row) as VisitRow),
    legs: legs.map((row) => rowOf('leg', row) as LegRow),
    states: states.map((row) => rowOf('state', row) as StateRow),
  };
}

async function readChanges(manager: EntityManager, cursors: readonly ChangeCursor[]): Promise<Changes> {
  const headers: PartitionHeader[] = await manager.query('SELECT partition, generation, "commitNo" FROM kpi.header ORDER BY partition');
  const known = new Map(cursors.map((cursor) => [cursor.partition, cursor]));
  // A cursor ahead of the store is of one that was rolled back.
  const follows = (header: PartitionHeader): boolean => {
    const cursor = known.get(header.partition);
    return cursor?.generation === header.generation && cursor.commitNo <= header.commitNo;
  };
  const snapshot = headers.filter((header) => !follows(header)).map((header) => header.partition);
  const moved = headers.filter((header) => follows(header) && known.get(header.partition)?.commitNo !== header.commitNo);
  const arrays = [moved.map((header) => header.partition), moved.map((header) => known.get(header.partition)?.commitNo)];
  const since = `JOIN unnest($1::int[], $2::bigint[]) AS since(partition, commit_no) ON t.partition = since.partition AND t."commitNo" > since.commit_no`;
  const minutes =
    moved.length === 0
      ? []
      : await manager.query(`SELECT DISTINCT t.family, t."operatorId", t."clinicId", t.minute FROM kpi.changed_minute t ${since}`, arrays);
  const open: { operatorId: string }[] =
    moved.length === 0 ? [] : await manager.query(`SELECT DISTINCT t."operatorId" FROM kpi.changed_open t ${since}`, arrays);
  return {
    snapshot,
    minutes,
    openChanged: open.map((row) => row.operatorId),
    cursors: headers.map(({ partition, generation, commitNo }) => ({ partition, generation, commitNo })),
  };
}

async function readSidelined(manager: EntityManager): Promise<readonly SidelinedCount[]> {
  return manager.query(`
    SELECT source, reason, sum(count)::bigint AS count FROM (
      SELECT s.source, c.key AS reason, c.value::bigint AS count FROM kpi.sidelined s CROSS JOIN LATERAL jsonb_each_text(s.counts) c
      UNION ALL SELECT s.source, 'continued', 1 FROM kpi.sidelined s WHERE s.continued
    ) AS counts GROUP BY source, reason ORDER BY source, reason`);
}

async function readEntity(manager: EntityManager, key: string): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const table of Object.keys(TABLES) as TableName[]) {
    const stored: Record<string, unknown>[] = await manager.query(`SELECT ${columnsOf(table)} FROM kpi.${table} t WHERE t.key = $1`, [key]);
    rows.push(...stored.map((row) => rowOf(table, row)));
  }
  return rows;
}

/** Reads of one transaction. */
export function createReader(manager: EntityManager): KpiReader {
  return {
    cells: (query) => readCells(manager, query),
    rows: (query) => readRows(manager, query),
    open: (statesSince) => readOpen(manager, statesSince),
    sources: (): Promise<readonly SourceState[]> =>
      manager.query(`
        SELECT source, max(watermark) AS watermark, max("lastReceivedAt") AS "lastReceivedAt", max("restartedAt") AS "restartedAt",
          (array_agg("clockAheadMs" ORDER BY "clockAheadAt" DESC NULLS LAST, "clockAheadMs" DESC))[1] AS "clockAheadMs", max("clockAheadAt") AS "clockAheadAt"
        FROM kpi.source_state GROUP BY source ORDER BY source`),
    headers: () =>
      manager.query(
        'SELECT partition, "logId", "nextOffset", "foldVersion", "directoryVersion", refold, generation, "commitNo" FROM kpi.header ORDER BY partition',
      ),
    changedSince: (cursors) => readChanges(manager, cursors),
    sidelined: () => readSidelined(manager),
    gaps: () => manager.query('SELECT * FROM kpi.gap ORDER BY partition, "fromOffset"'),
    entityRows: (key) => readEntity(manager, key),
  };
}
