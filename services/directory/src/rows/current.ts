import type { DirectoryRow, DirectorySnapshot } from '@sightline/contracts';
import type { DirectoryStore } from '@sightline/ports';

const EMPTY: readonly DirectoryRow[] = [];

/** The directory as it is now: read again only when its version has moved. */
export class CurrentRows {
  private known: { readonly snapshot: DirectorySnapshot; readonly byOperator: ReadonlyMap<string, readonly DirectoryRow[]> } | null = null;

  constructor(private readonly store: DirectoryStore) {}

  /** Rows of an operator and the version of the whole directory. */
  async of(operatorId: string): Promise<{ readonly version: number; readonly rows: readonly DirectoryRow[] }> {
    const version = await this.store.version();
    if (this.known?.snapshot.version !== version) this.known = indexed(await this.store.snapshot());
    return { version: this.known.snapshot.version, rows: this.known.byOperator.get(operatorId) ?? EMPTY };
  }

  async operator(operatorId: string): Promise<DirectoryRow<'operator'> | null> {
    const { rows } = await this.of(operatorId);
    return rows.find((row) => row.kind === 'operator') ?? null;
  }
}

function indexed(snapshot: DirectorySnapshot): { snapshot: DirectorySnapshot; byOperator: ReadonlyMap<string, readonly DirectoryRow[]> } {
  const byOperator = new Map<string, DirectoryRow[]>();
  for (const row of snapshot.rows) {
    const mine = byOperator.get(row.operatorId);
    if (mine) mine.push(row);
    else byOperator.set(row.operatorId, [row]);
  }
  return { snapshot, byOperator };
}
