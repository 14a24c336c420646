import type { DirectoryDiff, DirectoryRow, DirectorySnapshot } from '@sightline/contracts';
import { InputError } from '@sightline/contracts';
import type { DirectoryChange, DirectoryStore } from '@sightline/ports';

type Said = DirectoryRow & Partial<Record<'source' | 'by' | 'value' | 'login', string>>;

/** The directory in memory: every version of every row, in the order said. */
export class MemoryDirectoryStore implements DirectoryStore {
  private rows: readonly DirectoryRow[] = [];
  private newest = 0;

  async version(): Promise<number> {
    return this.newest;
  }

  async snapshot(version = this.newest): Promise<DirectorySnapshot> {
    return { version, rows: current(this.rows, version) };
  }

  async diff(from: number, to: number): Promise<DirectoryDiff> {
    const said = this.rows.filter((row) => row.version > from && row.version <= to);
    const before = new Map<string, DirectoryRow>();
    for (const row of this.rows) if (row.version <= from) before.set(nameOf(row), row);
    const stood = new Set(said.flatMap((row) => before.get(nameOf(row)) ?? []));
    return { from, to, rows: [...stood, ...said] };
  }

  async append(operatorId: string, changes: readonly DirectoryChange[], recordedAt: number, expectedVersion?: number): Promise<number> {
    const before = this.newest;
    if (expectedVersion !== undefined && expectedVersion !== before) {
      throw new InputError('directory-moved', `the directory is at version ${before}, not ${expectedVersion}: look again`, {
        status: 409,
        details: { version: before },
      });
    }
    if (changes.length === 0) return before;
    const version = before + 1;
    const said = changes.map((change): DirectoryRow => ({ ...change, operatorId, version, recordedAt, removed: change.removed ?? false }));
    const rows = [...this.rows, ...said];
    const standing: readonly Said[] = current(rows, version);
    for (const row of standing.filter((one) => one.version === version)) refuse(row, standing);
    this.rows = rows;
    this.newest = version;
    return version;
  }

  async history(operatorId: string, id: string): Promise<readonly DirectoryRow[]> {
    return this.rows.filter((row) => row.operatorId === operatorId && row.id === id);
  }

  async removeOperator(operatorId: string): Promise<void> {
    const mine = current(this.rows, this.newest).filter((row) => row.operatorId === operatorId);
    const operator = mine.find((row) => row.kind === 'operator');
    if (operator?.kind !== 'operator' || !operator.demo)
      throw new InputError('not-a-demo', 'only a demo operator can be removed', { status: 409 });
    await this.append(
      operatorId,
      mine.map((row) => ({ ...row, removed: true })),
      operator.recordedAt,
      this.newest,
    );
  }
}

function nameOf(row: DirectoryRow): string {
  return `${row.operatorId}\n${row.id}`;
}

/** Per row the version that counts. */
function current(rows: readonly DirectoryRow[], version: number): DirectoryRow[] {
  const newest = new Map<string, DirectoryRow>();
  for (const row of rows) if (row.version <= version) newest.set(nameOf(row), row);
  return [...newest.values()].filter((row) => !row.removed);
}

function refuse(row: Said, standing: readonly Said[]): void {
  if (row.source === undefined) return;
  if (standing.some((other) => other.source === row.source && other.operatorId !== row.operatorId)) {
    throw new InputError('source-taken', `the source ${row.source} belongs to somebody else: choose another name`, {
      status: 409,
      details: { source: row.source },
    });
  }
  if (row.kind !== 'mapping' && row.kind !== 'login') return;
  const key = (one: Said): string => [one.kind, one.source, one.by, one.value, one.login].join('\n');
  const overlap = standing.find(
    (other) =>
      other.id !== row.id &&
      key(other) === key(row) &&
      (other.validFrom ?? -Infinity) < (row.validTo ?? Infinity) &&
      (row.validFrom ?? -Infinity) < (other.validTo ?? Infinity),
  );
  if (!overlap) return;
  const ids = [row.id, overlap.id].sort();
  throw new InputError('mapping-overlap', `${ids[0]} and ${ids[1]} would hold at the same time`, { status: 409, details: { rows: ids } });
}
