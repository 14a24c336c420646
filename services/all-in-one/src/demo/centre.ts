import type { DirectoryService, NewSession } from '@sightline/directory';
import type { Clock } from '@sightline/ports';
import type { Logger } from '@sightline/runtime';
import { CENTRE_NAME, centreDirectory, dayOf, dayStart } from '@sightline/testing';
import type { Stores } from '../installation/installation';
import { CentreDays } from './days';
import { DoorRefused, PublicDoor } from './door';
import { DemoFeed } from './feed';
import type { DemoFile, DemoProgress } from './progress';
import { removeOperator } from './removal';

export const DEMO_OPERATOR = 'demo';
const SOURCE = 'demo-centre';
const RETRY_MS = 5_000;

export interface DemoPorts {
  readonly access: Pick<DirectoryService, 'ensureOperator' | 'localAccess' | 'demoVisitor'>;
  readonly stores: Stores;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly file: DemoFile;
}

interface Running {
  readonly abort: AbortController;
  readonly ended: Promise<void>;
  feed: DemoFeed | null;
}

/** The demo centre: an operator of its own, fed by a made-up telephone system through the public door. */
export class DemoCentre {
  readonly operatorId = DEMO_OPERATOR;
  private running: Running | null = null;
  private url = '';

  constructor(
    private readonly ports: DemoPorts,
    private readonly seed: number,
  ) {}

  /** Goes on with a demo that was opened before. `url` is our own public address. */
  async start(url: string): Promise<void> {
    this.url = url;
    if (await this.exists()) this.feed();
  }

  async stop(): Promise<void> {
    const running = this.running;
    this.running = null;
    running?.abort.abort();
    await running?.ended;
  }

  async state(): Promise<'absent' | 'preparing' | 'running'> {
    if (this.running) return this.running.feed?.live ? 'running' : 'preparing';
    return (await this.exists()) ? 'preparing' : 'absent';
  }

  /** Makes it unless it is there, and signs a visitor in. */
  async open(): Promise<NewSession> {
    await this.ports.access.ensureOperator({ operatorId: DEMO_OPERATOR, name: CENTRE_NAME, demo: true });
    const session = await this.ports.access.demoVisitor(DEMO_OPERATOR);
    this.feed();
    return session;
  }

  /** Takes it away with everything it had: nobody who visited stays signed in, and no key opens any more. */
  async remove(): Promise<void> {
    await this.stop();
    const { stores, clock, logger } = this.ports;
    await removeOperator(stores, clock, DEMO_OPERATOR);
    logger.info('demo removed');
  }

  private async exists(): Promise<boolean> {
    const { rows } = await this.ports.stores.directory.snapshot();
    return rows.some((row) => row.kind === 'operator' && row.operatorId === DEMO_OPERATOR);
  }

  private feed(): void {
    if (this.running) return;
    const abort = new AbortController();
    const running: Running = { abort, feed: null, ended: Promise.resolve().then(() => this.keepFeeding(running)) };
    this.running = running;
  }

  private async keepFeeding(running: Running): Promise<void> {
    const { clock, logger } = this.ports;
    const { signal } = running.abort;
    while (!signal.aborted) {
      try {
        await this.feedOnce(running);
      } catch (error) {
        const refused = error instanceof DoorRefused ? { status: error.status, reason: error.message } : {};
        logger.error('the demo was interrupted', { error, ...refused });
        await clock.delay(RETRY_MS, signal);
      }
    }
  }

  private async feedOnce(running: Running): Promise<void> {
    const { clock, logger, file } = this.ports;
    const { signal } = running.abort;
    const door = new PublicDoor(this.url, clock, signal);
    const progress = await this.prepare(door);
    if (!progress) return;
    running.feed = new DemoFeed(
      { door, clock, logger, days: new CentreDays(this.seed), keep: (next) => file.write(next) },
      progress,
      signal,
    );
    await running.feed.run();
  }

  /** Declares the centre and gets a key for its telephone system; null when we are stopping. */
  private async prepare(door: PublicDoor): Promise<DemoProgress | null> {
    const { access, clock, file } = this.ports;
    const token = access.localAccess(DEMO_OPERATOR);
    const { rows } = await this.ports.stores.directory.snapshot();
    const declared = rows.some((row) => row.operatorId === DEMO_OPERATOR && row.kind === 'source');
    const before = declared ? file.read() : null;
    if (before && (await this.isValid(door, before.key))) return before;
    if (!declared) await door.send('POST', '/v1/directory/changes', token, { changes: centreDirectory(SOURCE) });
    const issued = (await door.send('POST', `/v1/sources/${SOURCE}/keys`, token, {})) as { key: string } | null;
    if (!issued) return null;
    const firstDay = before?.firstDay ?? dayOf(clock.nowMs());
    const progress = { firstDay, sentUntil: before?.sentUntil ?? dayStart(firstDay), daysSent: before?.daysSent ?? [], key: issued.key };
    file.write(progress);
    return progress;
  }

  /** An empty batch changes nothing and tells whether the key still opens. */
  private async isValid(door: PublicDoor, key: string): Promise<boolean> {
    try {
      await door.send('POST', '/v1/events', key, []);
      return true;
    } catch (error) {
      if (error instanceof DoorRefused && error.status === 401) return false;
      throw error;
    }
  }
}
