import type { DynamicModule } from '@nestjs/common';
import type { Clock, DirectoryStore, EventLog, IdentityStore, IntakeStore, KpiStore, Vault } from '@sightline/ports';
import type { Check, Logger, Metrics } from '@sightline/runtime';
import type { KpiConfig } from './config';
import { Registers } from './directory/registers';
import { DirectoryView } from './directory/view';
import { FeedQueries } from './feeds/feeds';
import { FoldLoop } from './loop/loop';
import { observe } from './loop/metrics';
import { kpiModule } from './module';
import { CallQueries } from './query/calls';
import { FigureQueries } from './query/figures';
import { Snapshots } from './query/snapshots';

export interface KpiPorts {
  readonly log: EventLog;
  readonly store: KpiStore;
  readonly vault: Vault;
  readonly clock: Clock;
  readonly directory: DirectoryStore;
  readonly identity: IdentityStore;
  readonly intake: IntakeStore;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

export interface KpiService {
  /** GET /v1/figures, /v1/figures/catalogue, /v1/calls, /v1/feeds. */
  readonly module: DynamicModule;
  /** Begins to fold the log into the store. */
  start(): Promise<void>;
  /** Resolves when the commit under way is done, at the latest after a few seconds. */
  stop(): Promise<void>;
  /** What is wrong with the fold, null when nothing is. */
  readonly check: Check;
}

const IDLE_MS = 1_000;
const DIRECTORY_POLL_MS = 1_000;
const SUPERVISE_MS = 5_000;
const STOP_MS = 5_000;

/** Folds the log into the history store, and answers questions about it. */
export function createKpiService(ports: KpiPorts, config: KpiConfig): KpiService {
  const { log, store, vault, clock, intake, logger, metrics } = ports;
  const directory = new DirectoryView(ports.directory, ports.identity);
  const loop = new FoldLoop(
    { log, store, vault, clock, directory },
    {
      group: config.foldGroup,
      maxRecords: config.foldBatch,
      refoldLimit: config.refoldBatch,
      cacheFacts: config.foldCacheFacts,
      tickMs: config.foldTickMs,
      stallMs: config.foldStallMs,
      idleMs: IDLE_MS,
      directoryPollMs: DIRECTORY_POLL_MS,
      superviseMs: SUPERVISE_MS,
      stopMs: STOP_MS,
    },
    observe(metrics, logger),
  );
  const snapshots = new Snapshots({ store, log, intake, clock, registers: new Registers(directory) });
  return {
    module: kpiModule({
      figures: new FigureQueries(snapshots),
      calls: new CallQueries(snapshots),
      feeds: new FeedQueries(snapshots),
    }),
    start: async () => loop.start(),
    stop: () => loop.stop(),
    check: async () => loop.trouble(),
  };
}
