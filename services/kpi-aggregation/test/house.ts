import { randomBytes } from 'node:crypto';
import type { CallEvent, Row, StoredFact } from '@sightline/contracts';
import { contentHashOf, entityKey, entityOf, PARTITIONS, parseEntityKey, partitionOfEntity } from '@sightline/contracts';
import { createMeaning, interpret, rowsOf, unionFacts } from '@sightline/core-kpi';
import type { Database } from '@sightline/adapter-postgres';
import {
  createDirectoryStore,
  createEventLog,
  createIdentityStore,
  createIntakeStore,
  createKpiStore,
  createVault,
  openDatabase,
  prepareDatabase,
} from '@sightline/adapter-postgres';
import type { Clock, DirectoryChange, DirectoryStore, EventLog, IdentityStore, IntakeStore, KpiStore, Vault } from '@sightline/ports';
import { newDatabaseName, TEST_PASSWORDS } from '@sightline/testing';
import { systemClock } from '@sightline/runtime';
import { DirectoryView } from '../src/directory/view';
import type { CommitReport, LoopObserver } from '../src/loop/observer';
import type { LoopPorts, RunConfig } from '../src/loop/run';
import { FoldRun } from '../src/loop/run';

export const OPERATOR = 'op';

export const RUN: RunConfig = {
  group: 'history',
  maxRecords: 5_000,
  refoldLimit: 2_000,
  cacheFacts: 400_000,
  idleMs: 50,
  directoryPollMs: 0,
};

/** All stores over a database of its own. */
export interface House {
  readonly database: Database;
  readonly log: EventLog;
  readonly store: KpiStore & { close(): Promise<void> };
  readonly vault: Vault;
  readonly directory: DirectoryStore;
  readonly identity: IdentityStore;
  readonly intake: IntakeStore;
  /** As the superuser: for what only a fault or a stranger does. */
  readonly owner: Database;
  close(): Promise<void>;
}

export async function openHouse(superuserUrl: string): Promise<House> {
  const name = newDatabaseName();
  const { urls } = await prepareDatabase(superuserUrl, TEST_PASSWORDS, name);
  const database = await openDatabase(urls);
  const url = Object.assign(new URL(superuserUrl), { pathname: `/${name}` }).href;
  const owner = await openDatabase({ intake: url, pipeline: url, api: url });
  const log = createEventLog(database);
  const store = createKpiStore(database);
  return {
    database,
    log,
    store,
    vault: createVault(database, randomBytes(32)),
    directory: createDirectoryStore(database),
    identity: createIdentityStore(database),
    intake: createIntakeStore(database),
    owner,
    close: async () => {
      await owner.close();
      await log.close();
      await store.close();
      await database.close();
    },
  };
}

/** A clock that stands where it is put; delays are the system's. */
export function clockAt(start: number): Clock & { set(nowMs: number): void } {
  let now = start;
  return { nowMs: () => now, set: (nowMs) => (now = nowMs), delay: systemClock.delay.bind(systemClock) };
}

export function loopPorts(house: House, clock: Clock = systemClock): LoopPorts {
  const { log, store, vault, directory, identity } = house;
  return { log, store, vault, clock, directory: new DirectoryView(directory, identity) };
}

/** Keeps what a loop says. */
export class Witness implements LoopObserver {
  readonly commits: CommitReport[] = [];
  readonly refusals: number[] = [];
  readonly gaps: unknown[] = [];
  readonly failures: unknown[] = [];
  /** How long the loop waited after each. */
  readonly waits: number[] = [];
  readonly restarts: string[] = [];

  committed(report: CommitReport): void {
    this.commits.push(report);
  }
  refused(partitions: readonly number[]): void {
    this.refusals.push(...partitions);
  }
  lag(): void {}
  gap(gap: unknown): void {
    this.gaps.push(gap);
  }
  failed(error: unknown, waitMs: number): void {
    this.failures.push(error);
    this.waits.push(waitMs);
  }
  restarted(reason: string): void {
    this.restarts.push(reason);
  }
}

/** Steps a run until everything in the log is folded and no re-fold is left. */
export async function foldAll(house: House, run: FoldRun): Promise<void> {
  const never = new AbortController().signal;
  for (let step = 0; step < 10_000; step += 1) {
    await run.step(never);
    if (await isComplete(house)) return;
  }
  throw new Error('the log is not folded after 10,000 steps');
}

/** Whether everything in the log is folded at the newest directory version. */
export async function isComplete(house: House): Promise<boolean> {
  const headers = await house.store.read({ operatorId: OPERATOR, clinics: 'all' }, (reader) => reader.headers());
  const version = await house.directory.version();
  if (headers.length < PARTITIONS) return false;
  for (const header of headers) {
    const { endOffset } = await house.log.bounds(header.partition);
    if (header.nextOffset < endOffset || header.refold !== null || header.directoryVersion !== version) return false;
  }
  return true;
}

/** Opens a run, folds everything and closes it. */
export async function foldOnce(house: House, observer: LoopObserver = new Witness(), config: RunConfig = RUN): Promise<void> {
  const run = await FoldRun.open(loopPorts(house), config, observer);
  try {
    await foldAll(house, run);
  } finally {
    await run.close();
  }
}

export async function say(house: House, changes: readonly DirectoryChange[]): Promise<number> {
  return house.directory.append(OPERATOR, changes, Date.now());
}

/** Rows by entity as they ought to be: everything folded at once, in memory, at the directory as it stands. */
async function rowsByEntity(house: House, events: readonly CallEvent[]): Promise<ReadonlyMap<string, readonly Row[]>> {
  const meaning = createMeaning(await house.directory.snapshot());
  const facts = new Map<string, StoredFact[]>();
  for (const event of events) {
    const entity = entityOf(event);
    if (!entity) continue;
    const known = facts.get(entityKey(entity));
    const fact = { event, contentHash: contentHashOf(event) };
    if (known) known.push(fact);
    else facts.set(entityKey(entity), [fact]);
  }
  return new Map([...facts].map(([key, list]) => [key, rowsOf(interpret(key, unionFacts([], list).facts, meaning))]));
}

/** All rows as they ought to be. */
export async function recomputedRows(house: House, events: readonly CallEvent[]): Promise<readonly Row[]> {
  return [...(await rowsByEntity(house, events)).values()].flat();
}

/** The same by entity, written so that they can be compared. */
export async function recomputed(house: House, events: readonly CallEvent[]): Promise<ReadonlyMap<string, readonly string[]>> {
  return new Map([...(await rowsByEntity(house, events))].map(([key, rows]) => [key, written(rows)]));
}

/** Rows by entity as stored. */
export async function stored(house: House, keys: Iterable<string>): Promise<ReadonlyMap<string, readonly string[]>> {
  const byPartition = new Map<number, string[]>();
  for (const key of keys) {
    const partition = partitionOfEntity(parseEntityKey(key));
    byPartition.set(partition, [...(byPartition.get(partition) ?? []), key]);
  }
  const rows = new Map<string, readonly string[]>();
  for (const [partition, list] of byPartition) {
    for (const [key, entity] of await house.store.entities(partition, list)) rows.set(key, written(entity.rows));
  }
  return rows;
}

/** Rows as texts with members in order, sorted: equal sets of rows, equal lists. */
function written(rows: readonly Row[]): readonly string[] {
  return rows.map((row) => JSON.stringify(Object.fromEntries(Object.entries(row).sort(([a], [b]) => (a < b ? -1 : 1))))).sort();
}
