import type { DirectoryDiff, DirectoryRow, DirectorySnapshot } from '@sightline/contracts';
import type { Meaning, SourceClinics } from '@sightline/core-kpi';
import { createMeaning } from '@sightline/core-kpi';
import type { DirectoryStore, IdentityStore } from '@sightline/ports';

/** The directory at one version, compiled for the fold. */
export interface KnownDirectory {
  readonly version: number;
  readonly meaning: Meaning;
}

/** How many diffs of single versions are kept. */
const KEPT_DIFFS = 256;

/** The directory as it stands, read anew only when its version has moved. */
export class DirectoryView {
  private read: DirectorySnapshot | null = null;
  private known: KnownDirectory | null = null;
  private grantsKnown = '';
  private readonly steps = new Map<number, DirectoryDiff>();

  constructor(
    private readonly directory: DirectoryStore,
    private readonly identity: IdentityStore,
  ) {}

  /** The rows of the newest version. Asks the store for its number, and for the rows only when that is another one than the last time. */
  async snapshot(): Promise<DirectorySnapshot> {
    const version = await this.directory.version();
    if (this.read?.version !== version) this.read = await this.directory.snapshot(version);
    return this.read;
  }

  /** The newest version for the fold. Grants of sources are no rows of the directory: they are asked for each time. */
  async current(): Promise<KnownDirectory> {
    const snapshot = await this.snapshot();
    const grants = await this.grants(snapshot);
    const written = JSON.stringify([...grants]);
    if (this.known?.version === snapshot.version && this.grantsKnown === written) return this.known;
    this.known = { version: snapshot.version, meaning: createMeaning(snapshot, grants) };
    this.grantsKnown = written;
    return this.known;
  }

  /**
   * Everything said in versions (from, to], version by version. Two versions may agree where one between them differs, and entities may
   * have been folded at that one: so the steps are put together, never the ends compared.
   */
  async said(from: number, to: number): Promise<DirectoryDiff> {
    const rows: DirectoryRow[] = [];
    for (let version = from + 1; version <= to; version += 1) rows.push(...(await this.step(version)).rows);
    return { from, to, rows };
  }

  private async step(version: number): Promise<DirectoryDiff> {
    const known = this.steps.get(version);
    if (known) return known;
    const diff = await this.directory.diff(version - 1, version);
    this.steps.set(version, diff);
    for (const oldest of this.steps.keys()) {
      if (this.steps.size <= KEPT_DIFFS) break;
      this.steps.delete(oldest);
    }
    return diff;
  }

  /**
   * Clinics that each source may speak about: those of all keys it ever had, so that exchanging a key takes nothing from what was said
   * under the old one. A source without a key (only imported) may touch all.
   */
  private async grants(snapshot: DirectorySnapshot): Promise<SourceClinics> {
    const grants = new Map<string, 'all' | readonly string[]>();
    const operators = new Set(snapshot.rows.map((row) => row.operatorId));
    for (const operatorId of operators) {
      for (const { source, grant } of await this.identity.sourceKeys(operatorId)) {
        const known = grants.get(source);
        const merged = known === 'all' || grant.clinics === 'all' ? 'all' : [...new Set([...(known ?? []), ...grant.clinics])];
        grants.set(source, merged);
      }
    }
    return grants;
  }
}
