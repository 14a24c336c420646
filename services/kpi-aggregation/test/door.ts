import type { ClinicGrant, Principal, Role } from '@sightline/contracts';
import type { Clock } from '@sightline/ports';
import type { HttpApp } from '@sightline/runtime';
import { createLogger, createMetrics, Health, readSettings, startHttp } from '@sightline/runtime';
import type { KpiService } from '../src';
import { createKpiService, kpiSettings } from '../src';
import type { House } from './house';
import { OPERATOR } from './house';

const FOREVER = 4_102_444_800_000;

function person(role: Exclude<Role, 'display'>, clinics: ClinicGrant, agentId: string | null = null): Principal {
  return { type: 'person', accountId: role, operatorId: OPERATOR, role, clinics, agentId, sessionId: role, expiresAt: FOREVER };
}

/** Who may come in, by token. */
const PRINCIPALS: Readonly<Record<string, Principal>> = {
  manager: person('manager', 'all'),
  lake: person('supervisor', ['lake']),
  owner: person('clinicViewer', ['lake']),
  agent: person('agent', 'all', 'agent-a1'),
  stranger: { ...person('manager', 'all'), operatorId: 'other' } as Principal,
  display: { type: 'display', displayId: 'd', operatorId: OPERATOR, role: 'display', clinics: 'all', sessionId: 'd', expiresAt: FOREVER },
  source: { type: 'source', source: 'pbx', operatorId: OPERATOR, grant: { kinds: 'all', maxRank: 0, sources: [], clinics: 'all' } },
};

export interface Answer<T> {
  readonly status: number;
  readonly body: T;
  readonly text: string;
  readonly headers: Headers;
}

/** The service as the world sees it: over HTTP. */
export interface Door {
  readonly service: KpiService;
  /** `query` as in an address; instants of arrays are repeated. */
  get<T = Record<string, unknown>>(
    path: string,
    query?: Query,
    options?: { readonly as?: string; readonly accept?: string },
  ): Promise<Answer<T>>;
  close(): Promise<void>;
}

export type Query = Readonly<Record<string, string | number | readonly string[] | undefined>>;

export async function openDoor(house: House, clock: Clock): Promise<Door> {
  const logger = createLogger({ level: 'silent', name: 'test' });
  const metrics = createMetrics();
  const { log, store, vault, directory, identity, intake } = house;
  const service = createKpiService(
    { log, store, vault, directory, identity, intake, clock, logger, metrics },
    readSettings(kpiSettings, {}),
  );
  const app: HttpApp = await startHttp({
    modules: [service.module],
    authenticate: async (token) => PRINCIPALS[token] ?? null,
    host: '127.0.0.1',
    port: 0,
    logger,
    metrics,
    health: new Health(),
    version: 'test',
  });
  return {
    service,
    get: async <T>(path: string, query: Query = {}, { as = 'manager', accept }: { as?: string; accept?: string } = {}) => {
      const response = await fetch(`${app.url}${path}?${written(query)}`, {
        headers: { authorization: `Bearer ${as}`, ...(accept === undefined ? {} : { accept }) },
      });
      const text = await response.text();
      const isJson = response.headers.get('content-type')?.includes('json') === true;
      return { status: response.status, body: (isJson ? JSON.parse(text) : null) as T, text, headers: response.headers };
    },
    close: () => app.stop(),
  };
}

function written(query: Query): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    for (const one of Array.isArray(value) ? (value as readonly string[]) : [value])
      if (one !== undefined) parameters.append(name, String(one));
  }
  return parameters.toString();
}
