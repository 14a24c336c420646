import type { CallEvent, Row, Scope } from '@sightline/contracts';
import { contentHashOf, entityKey, entityOf } from '@sightline/contracts';
import type { Meaning, SourceClinics } from '@sightline/core-kpi';
import { createMeaning, interpret, rowsOf, unionFacts } from '@sightline/core-kpi';
import type { DirectoryStore } from '../directory-store';
import type { KpiStore, StoredEntity } from '../kpi-store';
import { callsOf, declare, mapping, statesOf } from './call-days';
import { EVERY, Owner } from './owner';

/** A store of its own beside the directory it asks whose a source is, and a way to a second one over the same data. */
export interface KpiStoreUnderTest {
  readonly store: KpiStore;
  readonly directory: DirectoryStore;
  another(): Promise<KpiStore>;
  dispose(): Promise<void>;
}

export type MakeKpiStore = () => Promise<KpiStoreUnderTest>;

export const ACME: Scope = { operatorId: 'acme', clinics: 'all' };
export const OTHER: Scope = { operatorId: 'other', clinics: 'all' };
export const HILL: Scope = { operatorId: 'acme', clinics: ['hill'] };

/** Two operators with a source each, and a third source that nobody declares. */
export async function declareTwo(directory: DirectoryStore): Promise<void> {
  await directory.append(
    'acme',
    [
      ...declare('north', { name: 'Acme', demo: true }),
      mapping('north', 'tag', 'gold', 'hill'),
      mapping('north', 'dialledNumber', '100', 'lake'),
    ],
    1,
  );
  await directory.append('other', declare('south', { name: 'Other', demo: false }), 2);
}

export async function meaningOf(directory: DirectoryStore, grants?: SourceClinics): Promise<Meaning> {
  return createMeaning(await directory.snapshot(), grants);
}

/** Rows that facts mean, computed in one go and without any store. */
export function rowsByEntity(events: readonly CallEvent[], meaning: Meaning): Map<string, readonly Row[]> {
  const byKey = new Map<string, CallEvent[]>();
  for (const event of events) {
    const entity = entityOf(event);
    if (!entity) continue;
    const known = byKey.get(entityKey(entity));
    if (known) known.push(event);
    else byKey.set(entityKey(entity), [event]);
  }
  return new Map(
    [...byKey].map(([key, own]) => {
      const stated = own.map((event) => ({ event, contentHash: contentHashOf(event) }));
      return [key, rowsOf(interpret(key, unionFacts([], stated).facts, meaning))];
    }),
  );
}

/** Both operators' calls of a day and what nobody's source says, folded in several commits. */
export async function folded(
  make: MakeKpiStore,
  seed: number,
): Promise<{ under: KpiStoreUnderTest; owner: Owner; events: CallEvent[]; rows: Row[] }> {
  const under = await make();
  await declareTwo(under.directory);
  const meaning = await meaningOf(under.directory);
  const events = [
    ...callsOf('north', 160, seed),
    ...callsOf('south', 60, seed + 1),
    ...callsOf('nobody', 10, seed + 2),
    ...statesOf('north', 40, seed),
    ...statesOf('south', 10, seed),
  ];
  const owner = new Owner(under.store);
  for (let part = 0; part < 4; part += 1) {
    await owner.fold(
      events.filter((_event, index) => index % 4 === part),
      meaning,
    );
  }
  return { under, owner, events, rows: [...rowsByEntity(events, meaning).values()].flat() };
}

/** Everything that stands in the store, by entity. */
export async function storedEntities(store: KpiStore): Promise<Map<string, StoredEntity>> {
  const found = new Map<string, StoredEntity>();
  for (const partition of EVERY) {
    const keys = await store.entityKeys(partition, null, 100_000);
    for (const [key, entity] of await store.entities(partition, keys)) found.set(key, entity);
  }
  return found;
}

function sorted(value: unknown): unknown {
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value).filter(([, member]) => member !== undefined);
  return Object.fromEntries(entries.map(([name, member]) => [name, sorted(member)] as const).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** One text per row or fact, whatever the order of them and of their members. */
export function texts(values: readonly object[]): string[] {
  return values.map((value) => JSON.stringify(sorted(value))).sort();
}
