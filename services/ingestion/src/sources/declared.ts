import type { DirectoryRow, DirectorySnapshot } from '@sightline/contracts';
import { InputError } from '@sightline/contracts';
import type { Clock, DirectoryStore } from '@sightline/ports';

/** Names that a directory holds for a source: what looks like a telephone number may stand in clear when it is one of these. */
export interface DeclaredNames {
  readonly queues: ReadonlySet<string>;
  readonly logins: ReadonlySet<string>;
  readonly tags: ReadonlySet<string>;
}

/** A source as its operator declared it. */
export interface DeclaredSource extends DeclaredNames {
  readonly row: DirectoryRow<'source'>;
}

const NOTHING: DeclaredNames = { queues: new Set(), logins: new Set(), tags: new Set() };
const ASK_EVERY_MS = 1_000;

type Sources = ReadonlyMap<string, DeclaredSource>;

/** Sources by operator and name, as of one version. */
export function declaredIn(snapshot: DirectorySnapshot): Sources {
  const sources = new Map<string, { row: DirectoryRow<'source'>; queues: Set<string>; logins: Set<string>; tags: Set<string> }>();
  for (const row of snapshot.rows) {
    if (row.kind === 'source')
      sources.set(keyOf(row.operatorId, row.source), { row, queues: new Set(), logins: new Set(), tags: new Set() });
  }
  for (const row of snapshot.rows) {
    if (row.kind === 'queue') sources.get(keyOf(row.operatorId, row.source))?.queues.add(row.queue);
    else if (row.kind === 'login') sources.get(keyOf(row.operatorId, row.source))?.logins.add(row.login);
    else if (row.kind === 'mapping' && row.by === 'queue') sources.get(keyOf(row.operatorId, row.source))?.queues.add(row.value);
    else if (row.kind === 'mapping' && row.by === 'tag') sources.get(keyOf(row.operatorId, row.source))?.tags.add(row.value);
  }
  return sources;
}

function keyOf(operatorId: string, source: string): string {
  return `${operatorId}\n${source}`;
}

/** What the directory says of sources now, at most a second old. */
export class DeclaredSources {
  private version = -1;
  private askedAt = -Infinity;
  private sources: Sources = new Map();

  constructor(
    private readonly directory: DirectoryStore,
    private readonly clock: Clock,
  ) {}

  /** Null for a source that this operator has not declared. */
  async find(operatorId: string, source: string): Promise<DeclaredSource | null> {
    const nowMs = this.clock.nowMs();
    const known = this.sources.get(keyOf(operatorId, source));
    // Who has just declared a source must not be told for a second that there is none.
    if (known === undefined || nowMs - this.askedAt >= ASK_EVERY_MS) await this.refresh(nowMs);
    return this.sources.get(keyOf(operatorId, source)) ?? null;
  }

  /** InputError 404 `unknown-source`. */
  async require(operatorId: string, source: string): Promise<DeclaredSource> {
    const found = await this.find(operatorId, source);
    if (!found) throw new InputError('unknown-source', 'the directory has no source of this name', { status: 404 });
    return found;
  }

  /** Names of a source; none of one that is not declared yet. */
  async names(operatorId: string, source: string | null): Promise<DeclaredNames> {
    return source === null ? NOTHING : ((await this.find(operatorId, source)) ?? NOTHING);
  }

  private async refresh(nowMs: number): Promise<void> {
    const version = await this.directory.version();
    this.askedAt = nowMs;
    if (version === this.version) return;
    const snapshot = await this.directory.snapshot(version);
    this.sources = declaredIn(snapshot);
    this.version = version;
  }
}
