import type { CallEvent, ClinicGrant, Fact, PersonPrincipal, SourceState } from '@sightline/contracts';
import { contentHashOf, entityKey, entityOf, EVENT_SCHEMA, PARTITIONS, partitionOfEntity } from '@sightline/contracts';
import { createMeaning, diffRows, FOLD_VERSION, interpret, observeSource, rowsOf, sidelinedCounts, unionFacts } from '@sightline/core-kpi';
import type { Database } from '@sightline/adapter-postgres';
import {
  createDirectoryStore,
  createIdentityStore,
  createIntakeStore,
  createKpiStore,
  openDatabase,
  prepareDatabase,
} from '@sightline/adapter-postgres';
import type { Clock, DirectoryChange, DirectoryStore, IdentityStore, IntakeStore, KpiStore, PartitionHeader } from '@sightline/ports';
import { hashToken, newToken } from '@sightline/runtime';
import { newDatabaseName, TEST_PASSWORDS } from '@sightline/testing';
import { clinic, contract, mapping, source } from './rows';

export const DAY_MS = 86_400_000;

/**
 * The machine's clock, put forward to the next noon in New York, so that no test meets a midnight by chance, and further by hand: whoever
 * waits for an instant that is passed over goes on at once.
 */
export class ShiftedClock implements Clock {
  private shiftMs = DAY_MS - ((Date.now() - 17 * 3_600_000) % DAY_MS);
  private readonly waiting = new Set<{ readonly until: number; readonly go: () => void }>();

  nowMs(): number {
    return Date.now() + this.shiftMs;
  }

  delay(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (signal?.aborted) return resolve();
      const go = (): void => {
        clearTimeout(timer);
        this.waiting.delete(entry);
        signal?.removeEventListener('abort', go);
        resolve();
      };
      const timer = setTimeout(go, ms);
      const entry = { until: this.nowMs() + ms, go };
      this.waiting.add(entry);
      signal?.addEventListener('abort', go, { once: true });
    });
  }

  shift(ms: number): void {
    this.shiftMs += ms;
    for (const { until, go } of [...this.waiting]) if (until <= this.nowMs()) go();
  }
}

const OPERATOR = 'op';

/** A call centre on a real database: a pool of two clinics, one clinic without, and a fold that commits what it is given. */
export class Centre {
  readonly clock = new ShiftedClock();
  private readonly headers = new Map<number, PartitionHeader>();
  private readonly sources = new Map<string, SourceState>();
  private sequence = 0;

  private constructor(
    readonly database: Database,
    readonly store: KpiStore & { close(): Promise<void> },
    readonly directory: DirectoryStore,
    readonly identity: IdentityStore,
    readonly intake: IntakeStore,
  ) {}

  static async open(superuserUrl: string): Promise<Centre> {
    const { urls } = await prepareDatabase(superuserUrl, TEST_PASSWORDS, newDatabaseName());
    const database = await openDatabase(urls);
    const store = createKpiStore(database);
    const centre = new Centre(database, store, createDirectoryStore(database), createIdentityStore(database), createIntakeStore(database));
    await centre.say([
      { kind: 'operator', name: 'Bright', demo: false },
      { kind: 'site', siteId: 's', name: 'Manila', zone: 'Asia/Manila' },
      clinic('lake', 'Lakeside Eye'),
      clinic('oak', 'Oak Vision', 'America/Chicago'),
      clinic('harbor', 'Harbor Optical'),
      source('pbx'),
      source('harbor'),
      mapping('pbx', 'lake', 'lake'),
      mapping('pbx', 'oak', 'oak'),
      mapping('harbor', 'harbor', 'harbor'),
      contract('lake'),
      contract('oak'),
      { kind: 'pool', poolId: 'east', name: 'East' },
      { kind: 'poolClinic', poolId: 'east', clinicId: 'lake' },
      { kind: 'poolClinic', poolId: 'east', clinicId: 'oak' },
      { kind: 'agent', agentId: 'ana', name: 'Ana Cruz', siteId: 's' },
      { kind: 'login', source: 'pbx', login: '100', agentId: 'ana' },
      { kind: 'poolAgent', poolId: 'east', agentId: 'ana' },
    ]);
    await centre.takeAll();
    return centre;
  }

  /** Owns every partition and commits that it is complete at the directory: what the aggregation does when it starts. */
  private async takeAll(): Promise<void> {
    const directoryVersion = await this.directory.version();
    const loaded = await Promise.all(Array.from({ length: PARTITIONS }, (_, partition) => this.store.load(partition)));
    const commits = loaded.map((expected) => {
      const next = { ...expected, foldVersion: FOLD_VERSION, directoryVersion, commitNo: expected.commitNo + 1 };
      this.headers.set(expected.partition, next);
      return { expected, next, changes: [], sources: [], poison: [], gap: null };
    });
    await this.store.commit(commits);
  }

  async say(entries: readonly object[], ids?: readonly string[]): Promise<number> {
    const version = (await this.directory.version()) + 1;
    const changes = entries.map((entry, index) => ({
      id: ids?.[index] ?? `v${version}-${index}`,
      validFrom: null,
      validTo: null,
      ...entry,
    }));
    return this.directory.append(OPERATOR, changes as DirectoryChange[], this.clock.nowMs());
  }

  /** Somebody who may look, with a session. */
  async person(role: PersonPrincipal['role'], clinics: ClinicGrant): Promise<{ token: string; accountId: string; sessionId: string }> {
    this.sequence += 1;
    const [accountId, sessionId, token] = [`account-${this.sequence}`, `session-${this.sequence}`, newToken()];
    await this.putAccount(accountId, role, clinics);
    const session = { sessionId, tokenHash: hashToken(token), accountId, expiresAt: this.clock.nowMs() + 30 * DAY_MS };
    await this.identity.openSession(session);
    return { token, accountId, sessionId };
  }

  async putAccount(accountId: string, role: PersonPrincipal['role'], clinics: ClinicGrant): Promise<void> {
    const names = { name: accountId, displayName: 'Somebody', passwordHash: null, agentId: null };
    await this.identity.putAccount({ accountId, operatorId: OPERATOR, role, clinics, disabled: false, ...names });
  }

  async display(clinics: ClinicGrant, expiresAt = this.clock.nowMs() + DAY_MS): Promise<{ token: string; revoke(): Promise<void> }> {
    this.sequence += 1;
    const token = newToken();
    const display = {
      displayId: `display-${this.sequence}`,
      operatorId: OPERATOR,
      name: 'Wall',
      tokenHash: hashToken(token),
      clinics,
      expiresAt,
    };
    await this.identity.putDisplay({ ...display, revoked: false });
    return { token, revoke: () => this.identity.putDisplay({ ...display, revoked: true }) };
  }

  event(of: string, occurredAt: number, fact: Fact, about: Partial<CallEvent> = {}): CallEvent {
    this.sequence += 1;
    const receivedAt = this.clock.nowMs();
    const key = { source: of, eventId: `e${this.sequence}`, revision: 1, tombstone: false, rank: 0, sequence: this.sequence };
    return { ...key, occurredAt, receivedAt, schema: EVENT_SCHEMA, fact, ...about };
  }

  heartbeat(of: string): CallEvent {
    return this.event(of, this.clock.nowMs(), { kind: 'sourceHeartbeat' });
  }

  entered(of: string, queue: string, id: string, at: number): CallEvent {
    return this.event(of, at, { kind: 'queueEntered' }, { call: { source: of, id }, queue });
  }

  answered(of: string, queue: string, id: string, at: number, login = '100'): CallEvent {
    return this.event(of, at, { kind: 'callAnswered' }, { call: { source: of, id }, queue, login });
  }

  abandoned(of: string, queue: string, id: string, at: number): CallEvent {
    return this.event(of, at, { kind: 'callAbandoned' }, { call: { source: of, id }, queue });
  }

  ended(of: string, id: string, at: number): CallEvent {
    return this.event(of, at, { kind: 'callEnded', by: 'caller' }, { call: { source: of, id } });
  }

  signedIn(of: string, login: string, at: number): CallEvent {
    return this.event(of, at, { kind: 'agentSignedIn' }, { login });
  }

  /** Folds and commits events at the newest directory: what the aggregation does, in one step. */
  async fold(events: readonly CallEvent[]): Promise<void> {
    const snapshot = await this.directory.snapshot();
    const meaning = createMeaning(snapshot);
    const byPartition = new Map<number, Map<string, CallEvent[]>>();
    for (const event of events) {
      const entity = entityOf(event);
      const partition = entity ? partitionOfEntity(entity) : 0;
      const entities = byPartition.get(partition) ?? new Map<string, CallEvent[]>();
      byPartition.set(partition, entities);
      this.sources.set(event.source, observeSource(this.sources.get(event.source) ?? null, event));
      if (entity) entities.set(entityKey(entity), [...(entities.get(entityKey(entity)) ?? []), event]);
    }
    for (const [partition, entities] of byPartition) {
      const expected = this.headers.get(partition) as PartitionHeader;
      const next = { ...expected, foldVersion: FOLD_VERSION, directoryVersion: snapshot.version, commitNo: expected.commitNo + 1 };
      const stored = await this.store.entities(partition, [...entities.keys()]);
      const changes = [...entities].map(([key, said]) => {
        const known = stored.get(key) ?? { key, facts: [], rows: [] };
        const union = unionFacts(
          known.facts,
          said.map((event) => ({ event, contentHash: contentHashOf(event) })),
        );
        const interpretation = interpret(key, union.facts, meaning);
        const { upserts, removed } = diffRows(known.rows, rowsOf(interpretation));
        return { key, facts: union.changed, upserts, removed, sidelined: sidelinedCounts(interpretation), continued: false };
      });
      const sources = [...this.sources.values()];
      const { refused } = await this.store.commit([{ expected, next, changes, sources, poison: [], gap: null }]);
      if (refused.length > 0) throw new Error('the commit was refused');
      this.headers.set(partition, next);
    }
  }

  /** Another owner takes a partition: what was read of it counts no more. */
  async takeOver(partition: number): Promise<void> {
    this.headers.set(partition, await this.store.load(partition));
  }

  async close(): Promise<void> {
    await this.store.close();
    await this.database.close();
  }
}
