import { existsSync, rmSync } from 'node:fs';
import path from 'node:path';
import { SightlineError } from '@sightline/contracts';
import type { DirectoryService } from '@sightline/directory';
import { createDirectoryService } from '@sightline/directory';
import { createIngestionService } from '@sightline/ingestion';
import { createKpiService } from '@sightline/kpi-aggregation';
import type { Clock } from '@sightline/ports';
import type { Check, HttpApp, Logger } from '@sightline/runtime';
import { createMetrics, Health, Resources, startHttp, systemClock } from '@sightline/runtime';
import { createWallboardService } from '@sightline/wallboard';
import { openDataDirectory, readIfThere, writePrivate } from './data-directory/files';
import type { LockHolder } from './data-directory/lock';
import { takeLock } from './data-directory/lock';
import { DEMO_OPERATOR, DemoCentre } from './demo/centre';
import { DemoFile } from './demo/progress';
import { Doors } from './doors/doors';
import { doorsModule } from './doors/module';
import type { Installation } from './installation/installation';
import { openInstallation } from './installation/installation';
import { openLog } from './installation/log-file';
import type { Configuration } from './installation/settings';
import { describeConfiguration } from './installation/settings';
import { VERSION } from './version';

/** The operator whose calls this installation is for. */
export const OWN_OPERATOR = { operatorId: 'main', name: 'Our centre', demo: false } as const;

const STOP_MS = 8_000;

export interface Serving {
  readonly url: string;
  /** Where the first administrator chooses a password; null when somebody has. */
  readonly welcomeUrl: string | null;
  readonly folder: string;
  /** Where the log goes. */
  readonly log: string;
  readonly logger: Logger;
  /** In reverse order of the start, each part bounded in time. */
  stop(): Promise<void>;
}

export type Served = { readonly already: LockHolder } | { readonly already: null; readonly serving: Serving };

/**
 * The embedded product: all services in this process over the PostgreSQL that comes along, on one port.
 * @param said Told what takes a while.
 */
export async function serve(config: Configuration, said: (what: string) => void): Promise<Served> {
  const folder = openDataDirectory(config.installation.dataFolder);
  const locking = takeLock(folder, 'serve');
  if (!locking.ok) return { already: locking.holder };
  const { lock } = locking;
  const { logger, place } = openLog(folder, config.installation);
  logger.info('settings', describeConfiguration(config));
  const resources = new Resources(logger, STOP_MS);
  resources.add('lock', () => lock.release());
  try {
    const clock = systemClock;
    const opened = await openInstallation({ config: config.installation, folder, clock, logger, resources, said });
    said('Starting services');
    const { http, directory } = await startServices(config, opened, { folder, clock, logger, resources });
    lock.announce(http.url);
    handOutToken(path.join(folder, 'token'), directory.localAccess(OWN_OPERATOR.operatorId), resources);
    const welcome = await directory.firstAdministrator(OWN_OPERATOR.operatorId);
    const welcomeUrl = welcome === null ? null : `${http.url}/#/welcome/${welcome}`;
    logger.info('serving', { port: http.port });
    return { already: null, serving: { url: http.url, welcomeUrl, folder, log: place, logger, stop: () => resources.stop() } };
  } catch (error) {
    logger.error('start failed', { error });
    await resources.stop();
    throw error;
  }
}

/** For the command line on this machine, as long as we run. */
function handOutToken(file: string, token: string, resources: Resources): void {
  writePrivate(file, token);
  resources.add('token', () => {
    if (readIfThere(file) === token) rmSync(file, { force: true });
  });
}

interface Surroundings {
  readonly folder: string;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly resources: Resources;
}

/** Makes the services, starts them, and opens the port when all can answer. */
async function startServices(
  config: Configuration,
  opened: Installation,
  { folder, clock, logger, resources }: Surroundings,
): Promise<{ http: HttpApp; directory: DirectoryService }> {
  const metrics = createMetrics();
  const ports = { ...opened, clock, logger, metrics };
  const directory = createDirectoryService(ports, config.directory);
  const ingestion = createIngestionService(ports, config.ingestion);
  const kpi = createKpiService(ports, config.kpi);
  const wallboard = createWallboardService(ports, config.wallboard);
  for (const [name, service] of Object.entries({ directory, kpi, ingestion })) {
    await service.start();
    resources.add(name, () => service.stop());
  }
  await directory.ensureOperator(OWN_OPERATOR);
  const demo = new DemoCentre({ access: directory, stores: opened, clock, logger, file: new DemoFile(folder) }, opened.secrets.demoSeed);
  const doors = new Doors(opened.identity, demo, config.serve);
  const http = await listen(config, {
    modules: [directory.module, ingestion.module, kpi.module, wallboard.module, doorsModule(doors, directory.cookies)],
    authenticate: (token) => directory.authenticate(token),
    logger,
    metrics,
    health: healthOf(opened, kpi.check),
  });
  resources.add('HTTP', () => http.stop());
  wallboard.attach(http.server);
  await wallboard.start();
  resources.add('wallboard', () => wallboard.stop());
  if (config.serve.demo !== 'off') await demo.start(http.url);
  resources.add(DEMO_OPERATOR, () => demo.stop());
  return { http, directory };
}

type Listening = Omit<Parameters<typeof startHttp>[0], 'host' | 'port' | 'version' | 'web'>;

async function listen({ serve: { host, port } }: Configuration, options: Listening): Promise<HttpApp> {
  const web = path.join(__dirname, '..', '..', 'wallboard', 'web', 'dist');
  try {
    return await startHttp({ ...options, host, port, version: VERSION, ...(existsSync(path.join(web, 'index.html')) ? { web } : {}) });
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'EADDRINUSE')
      throw new SightlineError('port-taken', `port ${port} is taken by another program: set SIGHTLINE_PORT to another one`, {
        cause: error,
      });
    if (code === 'EACCES' || code === 'EADDRNOTAVAIL')
      throw new SightlineError('bad-address', `${host}:${port} cannot be listened on (${code}): set SIGHTLINE_HOST or SIGHTLINE_PORT`, {
        cause: error,
      });
    throw error;
  }
}

function healthOf({ log }: Installation, folding: Check): Health {
  const health = new Health();
  health.add('database', async () => {
    await log.logId();
    return null;
  });
  health.add('fold', folding);
  return health;
}
