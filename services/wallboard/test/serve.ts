import type { HttpApp } from '@sightline/runtime';
import { createLogger, createMetrics, hashToken, Health, readSettings, startHttp } from '@sightline/runtime';
import type { WallboardConfig, WallboardPorts, WallboardService } from '../src';
import { createWallboardService, wallboardSettings } from '../src';
import type { Centre } from './centre';

/** A wallboard on its HTTP server. */
export interface Running {
  readonly app: HttpApp;
  readonly service: WallboardService;
  /** A metric's value, 0 before the first; `labels` as the exposition format writes them. */
  metric(name: string, labels?: string): Promise<number>;
  stop(): Promise<void>;
}

export async function serve(
  centre: Centre,
  config: Partial<WallboardConfig> = {},
  others: Partial<Pick<WallboardPorts, 'store' | 'identity'>> = {},
): Promise<Running> {
  const logger = createLogger({ level: 'silent', name: 'test' });
  const metrics = createMetrics();
  const { store, directory, identity, intake, clock } = centre;
  const settings = { ...readSettings(wallboardSettings, {}), ...config };
  const service = createWallboardService({ store, directory, identity, intake, clock, logger, metrics, ...others }, settings);
  const authenticate = (token: string) => identity.principalByTokenHash(hashToken(token), clock.nowMs());
  const app = await startHttp({
    modules: [service.module],
    authenticate,
    host: '127.0.0.1',
    port: 0,
    logger,
    metrics,
    health: new Health(),
    version: '0',
  });
  service.attach(app.server);
  await service.start();
  return {
    app,
    service,
    metric: async (name, labels) => {
      const line = `sightline_${name}${labels === undefined ? '' : `{${labels}}`} `;
      const found = (await metrics.text()).split('\n').find((text) => text.startsWith(line));
      return Number(found?.slice(line.length) ?? 0);
    },
    stop: async () => {
      await service.stop();
      await app.stop();
    },
  };
}

/** A port that can be made to fail: every call rejects while `broken`. */
export class Fault {
  broken = false;

  around<T extends object>(port: T): T {
    return new Proxy(port, {
      get: (target, name) => {
        const member: unknown = Reflect.get(target, name);
        if (typeof member !== 'function') return member;
        return (...args: unknown[]): unknown => {
          if (this.broken && name !== 'onCommit') return Promise.reject(new Error('out of order'));
          return Reflect.apply(member, target, args) as unknown;
        };
      },
    });
  }
}
