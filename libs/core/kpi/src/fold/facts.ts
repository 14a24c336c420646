import type { CallEvent, FactRef, StoredFact } from '@sightline/contracts';

/** An entity holds at most so many versions; a set that grows beyond is quarantined whole, which no arrival order can change. */
export const MAX_FACT_VERSIONS = 20_000;

/** Facts dated more than this after their receipt are kept but say nothing yet, ms. */
export const CLOCK_AHEAD_MS = 120_000;

export interface Union {
  readonly facts: readonly StoredFact[];
  /** Versions that are new, or whose smallest receivedAt or sequence became smaller: what a store has to write. */
  readonly changed: readonly StoredFact[];
}

/** The identity of a fact: the source that states it and its id there. */
export function factKey(event: CallEvent): string {
  return `${event.source}\n${event.eventId}`;
}

function versionKey(fact: StoredFact): string {
  return `${fact.event.source}\n${fact.event.eventId}\n${fact.event.revision}\n${fact.contentHash}`;
}

/**
 * Union of fact sets: the join, and it is the deduplication. Versions are told apart by (source, eventId, revision, content); of equal
 * versions the smallest receivedAt and the smallest sequence stay. Commutative, associative, idempotent.
 */
export function unionFacts(stored: readonly StoredFact[], incoming: readonly StoredFact[]): Union {
  const byVersion = new Map<string, StoredFact>();
  for (const fact of stored) byVersion.set(versionKey(fact), fact);
  const changed = new Map<string, StoredFact>();
  for (const fact of incoming) {
    const key = versionKey(fact);
    const known = byVersion.get(key);
    if (!known) {
      byVersion.set(key, fact);
      changed.set(key, fact);
      continue;
    }
    const receivedAt = Math.min(known.event.receivedAt, fact.event.receivedAt);
    const sequence = Math.min(known.event.sequence, fact.event.sequence);
    if (receivedAt === known.event.receivedAt && sequence === known.event.sequence) continue;
    const least: StoredFact = { contentHash: fact.contentHash, event: { ...known.event, receivedAt, sequence } };
    byVersion.set(key, least);
    changed.set(key, least);
  }
  return { facts: [...byVersion.values()], changed: [...changed.values()] };
}

/** Of all versions of each fact the one that counts: greatest revision, ties by smallest content hash. Tombstones are still in it. */
export function currentVersions(facts: readonly StoredFact[]): readonly CallEvent[] {
  if (facts.length === 1) return [(facts[0] as StoredFact).event];
  const newest = new Map<string, StoredFact>();
  for (const fact of facts) {
    const key = factKey(fact.event);
    const known = newest.get(key);
    if (!known || supersedes(fact, known)) newest.set(key, fact);
  }
  return Array.from(newest.values(), (fact) => fact.event);
}

function supersedes(fact: StoredFact, known: StoredFact): boolean {
  if (fact.event.revision !== known.event.revision) return fact.event.revision > known.event.revision;
  if (fact.contentHash !== known.contentHash) return fact.contentHash < known.contentHash;
  return fact.event.receivedAt < known.event.receivedAt;
}

export function refOf(event: CallEvent): FactRef {
  return { source: event.source, eventId: event.eventId };
}
