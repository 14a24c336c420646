import type { LegCell, Row, Scope, VisitCell } from '@sightline/contracts';
import { entityKey } from '@sightline/contracts';
import {
  addContact,
  addLeg,
  addVisit,
  canonicalCell,
  emptyLegCell,
  emptyVisitCell,
  inClass,
  REVISED_AFTER_MS,
  rowInstant,
} from '@sightline/core-kpi';
import type { CellRow, CellsQuery, Dimension, FigureSourceRow, RowFilter, RowsQuery } from '../kpi-store';

/** Compares by bytes, as keys are ordered. */
export function byBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

export function keyOf(row: Row): string {
  return row.family === 'state'
    ? entityKey({ type: 'loginDay', source: row.source, login: row.login, day: new Date(row.at).toISOString().slice(0, 10) })
    : entityKey({ type: 'call', source: row.call.source, id: row.call.id });
}

export function queueOf(row: FigureSourceRow): string {
  return `${row.source}/${row.family === 'contact' ? '' : (row.queue ?? '')}`;
}

function valueOf(row: FigureSourceRow, dimension: Dimension): string {
  if (dimension === 'clinic') return row.clinicId;
  if (dimension === 'queue') return queueOf(row);
  if (dimension === 'callType') return row.callType;
  return row.family === 'leg' ? row.agentId : '';
}

/** Rows of a scope that a filter selects, in the order of lists. */
export function select(rows: readonly Row[], scope: Scope, filter: RowFilter): FigureSourceRow[] {
  const among = (values: readonly string[] | undefined, value: string): boolean => values === undefined || values.includes(value);
  return rows
    .filter((row): row is FigureSourceRow => row.family === filter.family && row.operatorId === scope.operatorId)
    .filter((row) => scope.clinics === 'all' || scope.clinics.includes(row.clinicId))
    .filter((row) => rowInstant(row) >= filter.from && rowInstant(row) < filter.to)
    .filter((row) => among(filter.clinics, row.clinicId) && among(filter.queues, queueOf(row)))
    .filter((row) => among(filter.agents, valueOf(row, 'agent')) && among(filter.callTypes, row.callType))
    .sort((a, b) => rowInstant(a) - rowInstant(b) || byBytes(keyOf(a), keyOf(b)) || byBytes(a.id, b.id));
}

export function cutoffOf(row: Row, query: Pick<CellsQuery, 'endUnknownBefore'>): number {
  return query.endUnknownBefore[row.source] ?? query.endUnknownBefore['*'] ?? -Infinity;
}

export function expectedRows(rows: readonly Row[], scope: Scope, query: Omit<RowsQuery, 'after' | 'limit'>): FigureSourceRow[] {
  return select(rows, scope, query).filter((row) => inClass(row, query.where ?? {}, cutoffOf(row, query)));
}

/** Cells as the core adds them up, row by row. */
export function expectedCells(rows: readonly Row[], scope: Scope, query: CellsQuery): CellRow[] {
  const cells = new Map<string, { key: string[]; interval: number; cell: VisitCell | LegCell; revisedAt: number | null }>();
  for (const row of select(rows, scope, query)) {
    const at = rowInstant(row);
    const interval = query.boundaries.findLastIndex((boundary) => boundary <= at);
    if (interval < 0 || interval >= query.boundaries.length - 1) continue;
    const key = query.groupBy.map((dimension) => valueOf(row, dimension));
    const name = JSON.stringify([key, interval]);
    const cell = cells.get(name) ?? { key, interval, cell: query.family === 'leg' ? emptyLegCell() : emptyVisitCell(), revisedAt: null };
    cells.set(name, cell);
    if (row.family === 'leg') addLeg(cell.cell as LegCell, row, 1);
    else if (row.family === 'visit') addVisit(cell.cell as VisitCell, row, 1, cutoffOf(row, query));
    else addContact(cell.cell as VisitCell, row, 1, cutoffOf(row, query));
    const end = query.boundaries[interval + 1] as number;
    if (row.changedByReceivedAt > Math.max(row.firstReceivedAt, end) + REVISED_AFTER_MS)
      cell.revisedAt = Math.max(cell.revisedAt ?? 0, row.changedByReceivedAt);
  }
  return [...cells.values()];
}

/** One text per set of cells, whatever their order. */
export function canonical(cells: readonly CellRow[]): string[] {
  return cells.map(({ key, interval, cell, revisedAt }) => JSON.stringify([key, interval, revisedAt, canonicalCell(cell)])).sort();
}
