import type { DataSource, QueryRunner } from 'typeorm';

interface NotifyingClient {
  on(event: 'notification', listener: (message: { channel: string }) => void): void;
  on(event: 'error' | 'end', listener: () => void): void;
}

/**
 * Calls back at every NOTIFY of a channel. Lossy: a wake-up, never the news itself; whoever waits for it also looks by himself from time to
 * time. A lost connection is opened anew.
 */
export class Wakeup {
  private readonly listeners = new Set<() => void>();
  private runner: QueryRunner | null = null;
  private opening: Promise<void> | null = null;
  private closed = false;

  constructor(
    private readonly source: DataSource,
    private readonly channel: string,
  ) {}

  on(listener: () => void): () => void {
    this.listeners.add(listener);
    void this.open();
    return () => this.listeners.delete(listener);
  }

  async open(): Promise<void> {
    if (this.runner || this.closed) return;
    this.opening ??= this.connect().finally(() => (this.opening = null));
    await this.opening;
  }

  private async connect(): Promise<void> {
    const runner = this.source.createQueryRunner();
    try {
      const client = (await runner.connect()) as NotifyingClient;
      const lost = (): void => {
        if (this.runner === runner) this.runner = null;
      };
      client.on('notification', (message) => {
        if (message.channel === this.channel) for (const listener of this.listeners) listener();
      });
      client.on('error', lost);
      client.on('end', lost);
      await runner.query(`LISTEN ${this.channel}`);
      this.runner = runner;
    } catch {
      await runner.release().catch(() => {});
    }
  }

  async close(): Promise<void> {
    this.closed = true;
    this.listeners.clear();
    await this.opening;
    const runner = this.runner;
    this.runner = null;
    if (!runner) return;
    await runner.query(`UNLISTEN ${this.channel}`).catch(() => {});
    await runner.release().catch(() => {});
  }
}
