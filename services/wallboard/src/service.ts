import type { Server } from 'node:http';
import type { DynamicModule } from '@nestjs/common';
import type { Clock, DirectoryStore, IdentityStore, IntakeStore, KpiStore } from '@sightline/ports';
import type { ConfigOf, Logger, Metrics } from '@sightline/runtime';
import { newId, Resources } from '@sightline/runtime';
import type { wallboardSettings } from './config';
import { LocalDays } from './day/local-days';
import { Gateway } from './gateway/gateway';
import { wallboardModule } from './module';
import { createObserver } from './observer';
import { Surroundings } from './views/surroundings';
import { Turns } from './views/turns';
import { Views } from './views/views';

export interface WallboardPorts {
  readonly store: KpiStore;
  readonly directory: DirectoryStore;
  readonly identity: IdentityStore;
  readonly intake: IntakeStore;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

export type WallboardConfig = ConfigOf<typeof wallboardSettings>;

export interface WallboardService {
  readonly module: DynamicModule;
  /** Serves viewers on this HTTP server. Before `start`. */
  attach(server: Server): void;
  start(): Promise<void>;
  /** Parts from all viewers. To be called before the HTTP server stops. */
  stop(): Promise<void>;
}

/** At most ten frames a second of a view, and a look at least once a second. */
const PACE = { gapMs: 100, lookMs: 1_000, firstLookMs: 10_000 } as const;
/** Readings of the store at once: connections are left for those who ask for figures. */
const READS_AT_ONCE = 4;
/** Frames a viewer may send in ten seconds. */
const MAX_REQUESTS = 100;

/** The gateway: keeps walls up to date and pushes what changes to whoever may see it. */
export function createWallboardService(ports: WallboardPorts, config: WallboardConfig): WallboardService {
  const { store, directory, identity, intake, clock } = ports;
  const logger = ports.logger.child({ service: 'wallboard' });
  const observer = createObserver(ports.metrics, logger);
  const watching = {
    store,
    clock,
    surroundings: new Surroundings(directory, intake),
    days: new LocalDays(),
    turns: new Turns(READS_AT_ONCE),
  };
  const views = new Views(watching, { ...PACE, ...config }, observer, newId(clock.nowMs()));
  const gateway = new Gateway({ identity, clock }, views, { ...config, maxRequests: MAX_REQUESTS }, observer);
  const resources = new Resources(logger);
  return {
    module: wallboardModule(views, clock),
    attach: (server) => gateway.attach(server),
    start: async () => {
      resources.add('wall views', () => views.stop());
      resources.add(
        'wake-ups',
        store.onCommit(() => views.wake()),
      );
      gateway.start();
      resources.add('gateway', () => gateway.stop());
    },
    stop: () => resources.stop(),
  };
}
