import type { Clock } from '@sightline/ports';
import type { Logger } from '@sightline/runtime';
import type { CentreEvent } from '@sightline/testing';
import { dayStart, nextDay } from '@sightline/testing';
import type { CentreDays } from './days';
import type { PublicDoor } from './door';
import type { DemoProgress } from './progress';

const BATCH = 1_000;
const HISTORY_BATCH = 500;
/** Older days are sent only in this share of the time: whoever watches comes first. */
const HISTORY_DUTY = 0.25;
const HISTORY_DAYS = 28;
const LIVE_TICK_MS = 400;
const HEARTBEAT_MS = 5_000;
/** Progress of the live feed is written so often, not with each event. */
const KEEP_MS = 5_000;

export interface FeedPorts {
  readonly door: PublicDoor;
  readonly days: CentreDays;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly keep: (progress: DemoProgress) => void;
}

/** The demo's telephone system: first today until now, then live; the days before follow beside it, the newest first. */
export class DemoFeed {
  private caughtUp = false;
  private heardAt = 0;
  private keptAt = 0;

  constructor(
    private readonly ports: FeedPorts,
    private progress: DemoProgress,
    private readonly signal: AbortSignal,
  ) {}

  get live(): boolean {
    return this.caughtUp;
  }

  /** Until the signal aborts. */
  async run(): Promise<void> {
    await Promise.all([this.runLive(), this.runHistory()]);
    this.keep({});
  }

  private async runLive(): Promise<void> {
    const { clock, days } = this.ports;
    while (!this.signal.aborted) {
      const nowMs = clock.nowMs();
      const events = days.between(this.progress.sentUntil, nowMs);
      await this.send(events, BATCH);
      if (this.signal.aborted) return;
      this.progress = { ...this.progress, sentUntil: nowMs };
      this.caughtUp = true;
      await this.heartbeat(events.length > 0);
      if (clock.nowMs() - this.keptAt >= KEEP_MS) this.keep({});
      await clock.delay(LIVE_TICK_MS, this.signal);
    }
  }

  private async runHistory(): Promise<void> {
    const { clock, days, logger } = this.ports;
    while (!this.caughtUp && !this.signal.aborted) await clock.delay(LIVE_TICK_MS, this.signal);
    for (let back = 1; back <= HISTORY_DAYS && !this.signal.aborted; back += 1) {
      const day = nextDay(this.progress.firstDay, -back);
      if (this.progress.daysSent.includes(day)) continue;
      await this.send(days.between(dayStart(day), dayStart(nextDay(day))), HISTORY_BATCH, back === 1 ? 1 : HISTORY_DUTY);
      if (this.signal.aborted) return;
      this.keep({ daysSent: [...this.progress.daysSent, day] });
      logger.info('a day of the demo is in', { day, back });
    }
  }

  /** @param duty Share of the time that is spent sending; the rest is waited. */
  private async send(events: readonly CentreEvent[], size: number, duty = 1): Promise<void> {
    const { clock, door } = this.ports;
    for (let start = 0; start < events.length && !this.signal.aborted; start += size) {
      const startedAt = clock.nowMs();
      await door.send('POST', '/v1/events', this.progress.key, events.slice(start, start + size));
      if (duty < 1) await clock.delay((clock.nowMs() - startedAt) * (1 / duty - 1), this.signal);
    }
  }

  /** Says that nothing happens, when nothing does. */
  private async heartbeat(said: boolean): Promise<void> {
    const nowMs = this.ports.clock.nowMs();
    if (said) this.heardAt = nowMs;
    if (nowMs - this.heardAt < HEARTBEAT_MS) return;
    await this.ports.door.send('POST', '/v1/events', this.progress.key, {
      eventId: `heartbeat-${nowMs}`,
      occurredAt: nowMs,
      sourceHeartbeat: {},
    });
    this.heardAt = nowMs;
  }

  private keep(change: Partial<DemoProgress>): void {
    this.progress = { ...this.progress, ...change };
    this.keptAt = this.ports.clock.nowMs();
    this.ports.keep(this.progress);
  }
}
