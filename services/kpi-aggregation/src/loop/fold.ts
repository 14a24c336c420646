import type { CallEvent, SourceState, StoredFact } from '@sightline/contracts';
import { contentHashOf, SightlineError } from '@sightline/contracts';
import type { Meaning } from '@sightline/core-kpi';
import { diffRows, interpret, MAX_FACT_VERSIONS, observeSource, rowsOf, sidelinedCounts, unionFacts } from '@sightline/core-kpi';
import type { EntityChange, PartitionCommit, PartitionHeader, StoredEntity } from '@sightline/ports';
import type { OwnedPartition } from './partition';
import type { Prefetched } from './prefetch';
import type { Received } from './receive';

/** A partition's next commit, and what will stand once it is done. */
export interface Folded {
  readonly owned: OwnedPartition;
  readonly commit: PartitionCommit;
  /** The entities as they will be stored. */
  readonly entities: readonly StoredEntity[];
  readonly events: number;
  /** Entities folded anew for the directory's sake. */
  readonly refolded: number;
}

/**
 * The next commit of one partition: union of what is stored and what came, interpreted at the version the header aims at. Pure; the same
 * header, batch, entities and directory always give the same commit.
 */
export function foldPartition(owned: OwnedPartition, received: Received | null, prefetched: Prefetched, meaning: Meaning): Folded {
  const aimed = owned.header.refold?.to ?? owned.header.directoryVersion;
  if (meaning.version !== aimed)
    throw new SightlineError('wrong-version', `directory ${meaning.version} where the header aims at ${aimed}`);
  const changes: EntityChange[] = [];
  const entities: StoredEntity[] = [];
  const refolded = new Set(prefetched.refold?.keys);
  for (const [key, known] of prefetched.entities) {
    const events = received?.byEntity.get(key) ?? [];
    const folded = foldEntity(known, events, meaning, refolded.has(key));
    if (folded) changes.push(folded.change);
    entities.push(folded?.entity ?? known);
  }
  return {
    owned,
    commit: {
      expected: owned.stored,
      next: nextHeader(owned, received, prefetched),
      changes,
      sources: observe(owned.sources, received?.events ?? []),
      poison: received?.poison ?? [],
      gap: mergeGaps(owned.gap, received?.gap ?? null),
    },
    entities,
    events: received?.events.length ?? 0,
    refolded: refolded.size,
  };
}

/** Null when nothing new was said about the entity and nobody asked for it to be folded anew. */
function foldEntity(
  known: StoredEntity,
  events: readonly CallEvent[],
  meaning: Meaning,
  anyway: boolean,
): { readonly change: EntityChange; readonly entity: StoredEntity } | null {
  const union = admit(known, events);
  if (union.changed.length === 0 && !anyway) return null;
  const interpretation = interpret(known.key, union.facts, meaning);
  const rows = rowsOf(interpretation);
  const { upserts, removed } = diffRows(known.rows, rows);
  return {
    change: {
      key: known.key,
      facts: union.changed,
      upserts,
      removed,
      sidelined: sidelinedCounts(interpretation),
      continued: interpretation.continues !== null,
    },
    entity: { key: known.key, facts: union.facts, rows },
  };
}

/**
 * The union of an entity's facts, as far as an entity may grow: one version beyond the limit quarantines it for good, so that further
 * ones say nothing and are not kept.
 */
function admit(known: StoredEntity, events: readonly CallEvent[]): { facts: readonly StoredFact[]; changed: readonly StoredFact[] } {
  if (events.length === 0 || known.facts.length > MAX_FACT_VERSIONS) return { facts: known.facts, changed: [] };
  const union = unionFacts(
    known.facts,
    events.map((event) => ({ event, contentHash: contentHashOf(event) })),
  );
  if (union.facts.length <= MAX_FACT_VERSIONS + 1) return union;
  const facts = union.facts.slice(0, MAX_FACT_VERSIONS + 1);
  const kept = new Set(facts);
  return { facts, changed: union.changed.filter((fact) => kept.has(fact)) };
}

function nextHeader({ stored, header }: OwnedPartition, received: Received | null, { refold }: Prefetched): PartitionHeader {
  const next = {
    ...header,
    nextOffset: received?.nextOffset ?? header.nextOffset,
    generation: stored.generation,
    commitNo: stored.commitNo + 1,
  };
  if (!header.refold || !refold) return next;
  if (refold.last) return { ...next, directoryVersion: header.refold.to, refold: null };
  return { ...next, refold: { to: header.refold.to, cursor: refold.keys.at(-1) ?? header.refold.cursor } };
}

/** States of the sources heard of in this batch, after it. */
function observe(states: ReadonlyMap<string, SourceState>, events: readonly CallEvent[]): SourceState[] {
  const seen = new Map<string, SourceState>();
  for (const event of events) seen.set(event.source, observeSource(seen.get(event.source) ?? states.get(event.source) ?? null, event));
  return [...seen.values()];
}

/** A gap noticed when taking over and one noticed when reading on meet: the log's start moved in between. */
function mergeGaps(earlier: PartitionCommit['gap'], later: PartitionCommit['gap']): PartitionCommit['gap'] {
  if (!earlier || !later) return later ?? earlier;
  return { ...earlier, toOffset: later.toOffset };
}
