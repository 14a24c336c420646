import { Writable } from 'node:stream';
import type { CallEvent, Principal, SourceGrant } from '@sightline/contracts';
import { contentHashOf, decodeEventBytes, KNOWN_KINDS } from '@sightline/contracts';
import type { Database } from '@sightline/adapter-postgres';
import {
  createDirectoryStore,
  createEventLog,
  createIntakeStore,
  createVault,
  openDatabase,
  prepareDatabase,
} from '@sightline/adapter-postgres';
import type { Clock, DirectoryChange, DirectoryStore, EventLog, IntakeStore, Vault } from '@sightline/ports';
import type { HttpApp } from '@sightline/runtime';
import { createLogger, createMetrics, Health, startHttp, systemClock } from '@sightline/runtime';
import { newDatabaseName, TEST_PASSWORDS } from '@sightline/testing';
import type { IngestionConfig, IngestionService } from '../src';
import { createIngestionService } from '../src';

export const OPERATOR = 'operator-a';
const MASTER_KEY = Buffer.alloc(32, 9);
const ALL: SourceGrant = { kinds: 'all', maxRank: 0, sources: [], clinics: 'all' };
const person = (operatorId: string, role: 'administrator' | 'manager' | 'agent'): Principal => ({
  type: 'person',
  accountId: `${role} of ${operatorId}`,
  operatorId,
  role,
  clinics: 'all',
  agentId: null,
  sessionId: 's',
  expiresAt: 0,
});
const source = (name: string, grant: SourceGrant = ALL): Principal => ({ type: 'source', source: name, operatorId: OPERATOR, grant });

/** Who holds which token in these tests. */
const PRINCIPALS = new Map<string, Principal>([
  ['administrator', person(OPERATOR, 'administrator')],
  ['manager', person(OPERATOR, 'manager')],
  ['agent', person(OPERATOR, 'agent')],
  ['stranger', person('operator-b', 'manager')],
  ['pbx-key', source('pbx', { ...ALL, sources: ['crm', 'undeclared'] })],
  ['narrow-key', source('crm', { ...ALL, kinds: ['callDisposed'], maxRank: 2 })],
  ['undeclared-key', source('undeclared')],
]);

function declaration(id: string, name: string, system: 'http' | 'queueLog'): DirectoryChange {
  const dated = { id, validFrom: null, validTo: null } as const;
  return { ...dated, kind: 'source', source: name, name, system, zone: 'America/New_York', capabilities: [], live: true };
}

const dated = { validFrom: null, validTo: null } as const;
const DIRECTORY: readonly DirectoryChange[] = [
  { ...dated, id: 'operator', kind: 'operator', name: 'A', demo: false },
  declaration('s1', 'pbx', 'queueLog'),
  declaration('s2', 'other-pbx', 'queueLog'),
  declaration('s3', 'crm', 'http'),
  { ...dated, id: 'q1', kind: 'queue', source: 'pbx', queue: '8005550199', name: 'Main line', callType: null },
];

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- answers are read freely in tests
  readonly json: any;
}

/** A database with a directory; services over it come and go. */
export class Store {
  private constructor(
    readonly database: Database,
    readonly log: EventLog,
    readonly vault: Vault,
    readonly intake: IntakeStore,
    readonly directory: DirectoryStore,
    readonly superuserUrl: string,
  ) {}

  static async open(superuserUrl: string): Promise<Store> {
    const name = newDatabaseName();
    const { urls } = await prepareDatabase(superuserUrl, TEST_PASSWORDS, name);
    const database = await openDatabase(urls);
    const directory = createDirectoryStore(database);
    await directory.append(OPERATOR, DIRECTORY, 1);
    await directory.append('operator-b', [{ ...dated, id: 'operator', kind: 'operator', name: 'B', demo: false }], 1);
    const url = new URL(superuserUrl);
    url.pathname = `/${name}`;
    return new Store(
      database,
      createEventLog(database),
      createVault(database, MASTER_KEY),
      createIntakeStore(database),
      directory,
      url.toString(),
    );
  }

  /** Every event of the log; those of the source itself once, though every partition has them. */
  async events(): Promise<CallEvent[]> {
    const rows: { bytes: Buffer }[] = await this.database.pipeline.query('SELECT bytes FROM log.record ORDER BY partition, record_offset');
    const events = new Map<string, CallEvent>();
    rows.forEach(({ bytes }, index) => {
      const event = decodeEventBytes(bytes);
      const beat = event.fact.kind === 'sourceHeartbeat' || event.fact.kind === 'sourceRestarted';
      events.set(beat ? `${event.source} ${event.eventId}` : String(index), event);
    });
    return [...events.values()];
  }

  /** The facts of the log as the fold joins them: what is twice in the log is one. */
  async facts(): Promise<string[]> {
    const facts = (await this.events()).map((event) => `${event.source} ${event.eventId} ${contentHashOf(event)}`);
    return [...new Set(facts)].sort();
  }

  async close(): Promise<void> {
    await this.log.close();
    await this.database.close();
  }
}

export class Ingestion {
  /** Every line of the service's own output. */
  readonly output: string[] = [];
  /** Every answer given. */
  readonly answers: string[] = [];

  private constructor(
    private readonly http: HttpApp,
    private readonly service: IngestionService,
    output: string[],
  ) {
    this.output = output;
  }

  static async start(
    store: Store,
    config: Partial<IngestionConfig> = {},
    ports: Partial<{ log: EventLog; clock: Clock }> = {},
  ): Promise<Ingestion> {
    const output: string[] = [];
    const to = new Writable({
      write: (chunk, _encoding, done) => {
        output.push(String(chunk));
        done();
      },
    });
    const logger = createLogger({ level: 'debug', name: 'ingestion', to });
    const metrics = createMetrics();
    const { log, vault, intake, directory } = store;
    const all = { log, vault, intake, directory, clock: systemClock, logger, metrics, ...ports };
    const service = createIngestionService(all, { followFolders: [], followPollMs: 50, intakeBytes: 67_108_864, ...config });
    const http = await startHttp({
      modules: [service.module],
      authenticate: async (token) => PRINCIPALS.get(token) ?? null,
      host: '127.0.0.1',
      port: 0,
      logger,
      metrics,
      health: new Health(),
      version: '0',
    });
    await service.start();
    return new Ingestion(http, service, output);
  }

  async send(method: string, path: string, token: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    const bytes = body instanceof Uint8Array || typeof body === 'string';
    const type = body instanceof Uint8Array ? 'application/octet-stream' : 'application/json';
    const response = await fetch(`${this.http.url}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, ...(body === undefined ? {} : { 'content-type': type }), ...headers },
      ...(body === undefined ? {} : { body: bytes ? (body as string) : JSON.stringify(body) }),
    });
    const text = await response.text();
    this.answers.push(text);
    return {
      status: response.status,
      headers: response.headers,
      text,
      json: text.startsWith('{') || text.startsWith('[') ? JSON.parse(text) : null,
    };
  }

  get port(): number {
    return this.http.port;
  }

  post(events: unknown, token = 'pbx-key'): Promise<Answer> {
    return this.send('POST', '/v1/events', token, events);
  }

  metrics(): Promise<string> {
    return fetch(`${this.http.url}/metrics`).then((response) => response.text());
  }

  async stop(): Promise<void> {
    await this.http.stop();
    await this.service.stop();
  }
}

/** Waits for a condition, asking again often, for ten seconds at most. */
export async function until(what: string, condition: () => Promise<boolean> | boolean): Promise<void> {
  const deadline = performance.now() + 10_000;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`waited in vain until ${what}`);
    await systemClock.delay(20);
  }
}

let made = 0;

/** An event that would be accepted, with what is given. */
export function goodEvent(members: Record<string, unknown> = {}): Record<string, unknown> {
  made += 1;
  const rest = { eventId: `e${made}`, occurredAt: '2026-11-24T09:00:00Z', call: { id: `call ${made}` }, queue: 'sales', ...members };
  const states = Object.keys(rest).some((name) => (KNOWN_KINDS as readonly string[]).includes(name));
  return states ? rest : { ...rest, queueEntered: {} };
}
