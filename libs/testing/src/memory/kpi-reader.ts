import type { LegCell, LegRow, Row, Scope, SourceState, StateRow, VisitCell, VisitRow } from '@sightline/contracts';
import {
  addContact,
  addLeg,
  addVisit,
  emptyLegCell,
  emptyVisitCell,
  inClass,
  mergeSourceStates,
  REVISED_AFTER_MS,
  rowInstant,
} from '@sightline/core-kpi';
import type {
  CellRow,
  CellsQuery,
  ChangeCursor,
  ChangedMinute,
  Changes,
  Dimension,
  FigureSourceRow,
  KpiReader,
  LogGap,
  OpenItems,
  PartitionHeader,
  RowFilter,
  RowPage,
  RowsQuery,
  SidelinedCount,
} from '@sightline/ports';
import type { KpiState } from './kpi-store';
import { byBytes, keyOf } from './rows';

/** Reads of one scope in one state. */
export class MemoryKpiReader implements KpiReader {
  constructor(
    private readonly state: KpiState,
    private readonly scope: Scope,
    private readonly ownSources: ReadonlySet<string>,
  ) {}

  private visible(rows: Iterable<Row>): Row[] {
    const { operatorId, clinics } = this.scope;
    return [...rows].filter(
      (row) => row.operatorId === operatorId && (row.family === 'state' || clinics === 'all' || clinics.includes(row.clinicId)),
    );
  }

  private all(): Row[] {
    return this.visible([...this.state.entities.values()].flatMap((entity) => [...entity.rows.values()]));
  }

  private select(filter: RowFilter): FigureSourceRow[] {
    const among = (values: readonly string[] | undefined, value: string): boolean => values === undefined || values.includes(value);
    return this.all()
      .filter((row): row is FigureSourceRow => row.family === filter.family)
      .filter((row) => rowInstant(row) >= filter.from && rowInstant(row) < filter.to)
      .filter((row) => among(filter.clinics, row.clinicId) && among(filter.queues, valueOf(row, 'queue')))
      .filter((row) => among(filter.agents, valueOf(row, 'agent')) && among(filter.callTypes, row.callType));
  }

  async cells(query: CellsQuery): Promise<readonly CellRow[]> {
    const cells = new Map<string, { key: string[]; interval: number; cell: VisitCell | LegCell; revisedAt: number | null }>();
    for (const row of this.select(query)) {
      const interval = query.boundaries.findLastIndex((boundary) => boundary <= rowInstant(row));
      const end = query.boundaries[interval + 1];
      if (interval < 0 || end === undefined) continue;
      const key = query.groupBy.map((dimension) => valueOf(row, dimension));
      const name = JSON.stringify([key, interval]);
      const entry = cells.get(name) ?? { key, interval, cell: row.family === 'leg' ? emptyLegCell() : emptyVisitCell(), revisedAt: null };
      cells.set(name, entry);
      const cutoff = cutoffOf(row, query.endUnknownBefore);
      if (row.family === 'leg') addLeg(entry.cell as LegCell, row, 1);
      else if (row.family === 'visit') addVisit(entry.cell as VisitCell, row, 1, cutoff);
      else addContact(entry.cell as VisitCell, row, 1, cutoff);
      if (row.changedByReceivedAt > Math.max(row.firstReceivedAt, end) + REVISED_AFTER_MS)
        entry.revisedAt = Math.max(entry.revisedAt ?? 0, row.changedByReceivedAt);
    }
    return [...cells.values()];
  }

  async rows(query: RowsQuery): Promise<RowPage> {
    const { after } = query;
    const rows = this.select(query)
      .filter((row) => inClass(row, query.where ?? {}, cutoffOf(row, query.endUnknownBefore)))
      .filter((row) => !after || (rowInstant(row) - after.at || byBytes(keyOf(row), after.call) || byBytes(row.id, after.id)) > 0)
      .sort((a, b) => rowInstant(a) - rowInstant(b) || byBytes(keyOf(a), keyOf(b)) || byBytes(a.id, b.id));
    const page = rows.slice(0, query.limit);
    const last = page.at(-1);
    const next = last && rows.length > query.limit ? { at: rowInstant(last), call: keyOf(last), id: last.id } : null;
    return { rows: page, next };
  }

  async open(statesSince: number): Promise<OpenItems> {
    const rows = this.all();
    const latest = new Map<string, StateRow>();
    for (const row of rows) {
      if (row.family !== 'state' || row.at < statesSince) continue;
      const name = `${row.source}\n${row.login}\n${row.queue ?? ''}`;
      const known = latest.get(name);
      if (!known || row.at > known.at || (row.at === known.at && byBytes(row.id, known.id) > 0)) latest.set(name, row);
    }
    return {
      visits: rows.filter((row): row is VisitRow => row.family === 'visit' && row.outcome === 'waiting'),
      legs: rows.filter((row): row is LegRow => row.family === 'leg' && (row.endedAt === null || row.inWrapSince !== null)),
      states: [...latest.values()],
    };
  }

  async sources(): Promise<readonly SourceState[]> {
    const merged = new Map<string, SourceState>();
    for (const { state } of this.state.sources.values()) {
      if (!this.ownSources.has(state.source)) continue;
      const known = merged.get(state.source);
      merged.set(state.source, known ? mergeSourceStates(known, state) : state);
    }
    return [...merged.values()].sort((a, b) => byBytes(a.source, b.source));
  }

  async headers(): Promise<readonly PartitionHeader[]> {
    return [...this.state.headers.values()].sort((a, b) => a.partition - b.partition);
  }

  async changedSince(cursors: readonly ChangeCursor[]): Promise<Changes> {
    const known = new Map(cursors.map((cursor) => [cursor.partition, cursor]));
    const headers = await this.headers();
    const follows = ({ partition, generation, commitNo }: PartitionHeader): boolean => {
      const cursor = known.get(partition);
      return cursor?.generation === generation && cursor.commitNo <= commitNo;
    };
    const moved = new Map(headers.filter(follows).map(({ partition }) => [partition, known.get(partition)?.commitNo ?? 0]));
    const changed = (partition: string | undefined, commitNo: number): boolean => commitNo > (moved.get(Number(partition)) ?? Infinity);
    const minutes = new Map<string, ChangedMinute>();
    for (const [name, commitNo] of this.state.minutes) {
      const [partition, family, operatorId, clinicId, minute] = name.split('\n') as [string, RowFilter['family'], string, string, string];
      const granted = this.scope.clinics === 'all' || this.scope.clinics.includes(clinicId);
      if (operatorId === this.scope.operatorId && granted && changed(partition, commitNo))
        minutes.set(name.slice(partition.length), { family, operatorId, clinicId, minute: Number(minute) });
    }
    const open = [...this.state.open]
      .filter(([name, commitNo]) => changed(name.split('\n')[0], commitNo))
      .map(([name]) => name.split('\n')[1] ?? '');
    return {
      snapshot: headers.filter((header) => !follows(header)).map((header) => header.partition),
      minutes: [...minutes.values()],
      openChanged: [...new Set(open)].filter((operatorId) => operatorId === this.scope.operatorId),
      cursors: headers.map(({ partition, generation, commitNo }) => ({ partition, generation, commitNo })),
    };
  }

  async sidelined(): Promise<readonly SidelinedCount[]> {
    const counts = new Map<string, SidelinedCount>();
    const add = (source: string, reason: SidelinedCount['reason'], count: number): void => {
      const known = counts.get(`${source}\n${reason}`)?.count ?? 0;
      counts.set(`${source}\n${reason}`, { source, reason, count: known + count });
    };
    for (const [key, entity] of this.state.entities) {
      const source = key.split('\n')[1] ?? '';
      if (!this.ownSources.has(source)) continue;
      for (const [reason, count] of Object.entries(entity.sidelined)) add(source, reason as SidelinedCount['reason'], count);
      if (entity.continued) add(source, 'continued', 1);
    }
    return [...counts.values()].sort((a, b) => byBytes(a.source, b.source) || byBytes(a.reason, b.reason));
  }

  async gaps(): Promise<readonly LogGap[]> {
    return this.state.gaps;
  }

  async entityRows(key: string): Promise<readonly Row[]> {
    return this.visible(this.state.entities.get(key)?.rows.values() ?? []);
  }
}

function valueOf(row: FigureSourceRow, dimension: Dimension): string {
  if (dimension === 'clinic') return row.clinicId;
  if (dimension === 'queue') return `${row.source}/${row.family === 'contact' ? '' : (row.queue ?? '')}`;
  if (dimension === 'callType') return row.callType;
  return row.family === 'contact' ? '' : (row.agentId ?? '');
}

function cutoffOf(row: Row, endUnknownBefore: CellsQuery['endUnknownBefore']): number {
  return endUnknownBefore[row.source] ?? endUnknownBefore['*'] ?? -Infinity;
}
