import { createDirectoryStore, createIdentityStore, openDatabase, prepareDatabase } from '@sightline/adapter-postgres';
import type { Role } from '@sightline/contracts';
import type { Clock, DirectoryChange, DirectoryStore, IdentityStore } from '@sightline/ports';
import type { HttpApp } from '@sightline/runtime';
import { createLogger, createMetrics, Health, startHttp } from '@sightline/runtime';
import { newDatabaseName, TEST_PASSWORDS } from '@sightline/testing';
import { Writable } from 'node:stream';
import type { DirectoryService } from '../src';
import { createDirectoryService } from '../src';

export const START = Date.UTC(2026, 2, 1);

/** Time that the test moves. */
export class HandClock implements Clock {
  constructor(public now = START) {}

  nowMs(): number {
    return this.now;
  }

  delay(): Promise<void> {
    return Promise.resolve();
  }
}

export interface Answer {
  readonly status: number;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly json: any;
  readonly headers: Headers;
  readonly cookie: string | null;
}

export interface Asked {
  readonly token?: string;
  readonly cookie?: string;
  readonly json?: unknown;
  readonly csv?: string | Buffer;
  readonly headers?: Record<string, string>;
}

/** The service on a fresh database behind real HTTP. */
export interface Stage {
  readonly clock: HandClock;
  readonly service: DirectoryService;
  readonly directory: DirectoryStore;
  readonly identity: IdentityStore;
  readonly http: HttpApp;
  /** Everything that was logged. */
  readonly logged: () => string;
  ask(method: string, path: string, asked?: Asked): Promise<Answer>;
  /** Signs in a new account by its invitation; returns its session token. */
  enrol(admin: string, account: { name: string; role?: Role; clinics?: 'all' | string[]; agentId?: string | null }): Promise<Enrolled>;
  /** Says rows as an administrator. */
  say(token: string, changes: readonly (Partial<DirectoryChange> | Record<string, unknown>)[]): Promise<Answer>;
  stop(): Promise<void>;
}

export interface Enrolled {
  readonly accountId: string;
  readonly token: string;
}

export const PASSWORD = 'correct horse battery';

export async function openStage(superuserUrl: string): Promise<Stage> {
  const { urls } = await prepareDatabase(superuserUrl, TEST_PASSWORDS, newDatabaseName());
  const database = await openDatabase(urls);
  const lines: string[] = [];
  const to = new Writable({ write: (chunk, _encoding, done) => void (lines.push(String(chunk)), done()) });
  const logger = createLogger({ level: 'debug', name: 'test', to });
  const metrics = createMetrics();
  const clock = new HandClock();
  const directory = createDirectoryStore(database);
  const identity = createIdentityStore(database);
  const service = createDirectoryService({ directory, identity, clock, logger, metrics }, { sessionHours: 12, secureCookies: 'auto' });
  await service.start();
  await service.ensureOperator({ operatorId: 'acme', name: 'Acme', demo: false });
  const http = await startHttp({
    modules: [service.module],
    authenticate: (token) => service.authenticate(token),
    host: '127.0.0.1',
    port: 0,
    logger,
    metrics,
    health: new Health(),
    version: '0',
  });

  const ask = async (method: string, path: string, asked: Asked = {}): Promise<Answer> => {
    const { token, cookie, json, csv } = asked;
    const body = csv ?? (json === undefined ? undefined : JSON.stringify(json));
    const response = await fetch(`${http.url}${path}`, {
      method,
      headers: {
        ...(token ? { authorization: `Bearer ${token}` } : {}),
        ...(cookie ? { cookie: `sightline_session=${cookie}` } : {}),
        ...(body === undefined ? {} : { 'content-type': csv === undefined ? 'application/json' : 'text/csv' }),
        ...asked.headers,
      },
      ...(body === undefined ? {} : { body }),
    });
    const text = await response.text();
    const set = response.headers.get('set-cookie');
    return {
      status: response.status,
      json: text === '' ? null : JSON.parse(text),
      headers: response.headers,
      cookie: /sightline_session=([\w-]+)/.exec(set ?? '')?.[1] ?? null,
    };
  };

  return {
    clock,
    service,
    directory,
    identity,
    http,
    logged: () => lines.join(''),
    ask,
    enrol: async (admin, { name, role = 'manager', clinics = 'all', agentId = null }) => {
      const json = { name, displayName: name, role, clinics, agentId };
      const created = await ask('POST', '/v1/accounts', { token: admin, json });
      if (created.status !== 201) throw new Error(JSON.stringify(created.json));
      const opened = await ask('POST', `/v1/invitations/${created.json.invitation.token}`, { json: { password: PASSWORD } });
      return { accountId: created.json.account.accountId, token: opened.cookie as string };
    },
    say: (token, changes) => ask('POST', '/v1/directory/changes', { token, json: { changes } }),
    stop: async () => {
      await http.stop();
      await service.stop();
      await database.close();
    },
  };
}

export const SOURCE = {
  kind: 'source',
  source: 'pbx',
  name: 'Front PBX',
  system: 'queueLog',
  zone: 'America/New_York',
  capabilities: ['waits'],
  live: true,
} as const;

export function clinic(clinicId: string, name = clinicId, zone = 'America/New_York'): Record<string, unknown> {
  return { kind: 'clinic', clinicId, name, zone };
}

export function mapping(
  value: string,
  clinicId: string,
  validFrom: number | null = null,
  validTo: number | null = null,
): Record<string, unknown> {
  return { kind: 'mapping', source: 'pbx', by: 'queue', value, clinicId, validFrom, validTo };
}
