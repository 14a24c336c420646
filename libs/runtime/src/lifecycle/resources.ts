import type { Logger } from '../logging/logger';

interface Named {
  readonly name: string;
  readonly stop: () => void | Promise<void>;
}

const STOP_MS = 10_000;

/**
 * What has been started and must be stopped. Each resource registers its stop the moment it is made; `stop` runs them in reverse order, each
 * bounded in time, and goes on after one that fails or hangs. Calling it again waits for the same end.
 */
export class Resources {
  private readonly started: Named[] = [];
  private stopping: Promise<void> | null = null;

  constructor(
    private readonly logger: Logger,
    private readonly stopMs = STOP_MS,
  ) {}

  add(name: string, stop: () => void | Promise<void>): void {
    this.started.push({ name, stop });
  }

  stop(): Promise<void> {
    this.stopping ??= this.stopAll();
    return this.stopping;
  }

  private async stopAll(): Promise<void> {
    for (let next = this.started.pop(); next; next = this.started.pop()) {
      try {
        if (await this.inTime(next)) this.logger.debug('stopped', { resource: next.name });
        else this.logger.warn('did not stop in time', { resource: next.name, stopMs: this.stopMs });
      } catch (error) {
        this.logger.warn('stopped with an error', { resource: next.name, error });
      }
    }
  }

  private async inTime({ stop }: Named): Promise<boolean> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<boolean>((resolve) => (timer = setTimeout(() => resolve(false), this.stopMs)));
    try {
      return await Promise.race([Promise.resolve(stop()).then(() => true), late]);
    } finally {
      clearTimeout(timer);
    }
  }
}
