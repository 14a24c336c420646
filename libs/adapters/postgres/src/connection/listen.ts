import type { DataSource, QueryRunner } from 'typeorm';

interface NotifyingClient {
  on(event: 'notification', listener: (message: { channel: string }) => void): void;
  on(event: 'error' | 'end', listener: () => void): void;
}

const REOPEN_MS = 250;

/**
 * Calls back at every NOTIFY of a channel. Lossy: a wake-up, never the news itself; whoever waits for it also looks by himself from time to
 * time. A lost connection is opened anew as soon as the server answers, and then calls back once: what was missed meanwhile is looked for.
 */
export class Wakeup {
  private readonly listeners = new Set<() => void>();
  private runner: QueryRunner | null = null;
  private opening: Promise<void> | null = null;
  private reopening: NodeJS.Timeout | null = null;
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

  /** Resolves when it listens, or once the server did not let it; then it goes on trying by itself. */
  async open(): Promise<void> {
    if (this.runner || this.closed) return;
    this.opening ??= this.connect().finally(() => (this.opening = null));
    await this.opening;
  }

  private async connect(): Promise<void> {
    const runner = this.source.createQueryRunner();
    try {
      const client = (await runner.connect()) as NotifyingClient;
      let lost = false;
      const lose = (): void => {
        lost = true;
        if (this.runner !== runner) return;
        this.runner = null;
        void runner.release().catch(() => {});
        this.reopen();
      };
      client.on('notification', (message) => {
        if (message.channel === this.channel) this.call();
      });
      client.on('error', lose);
      client.on('end', lose);
      await runner.query(`LISTEN ${this.channel}`);
      if (lost) this.reopen();
      else this.runner = runner;
    } catch {
      await runner.release().catch(() => {});
      this.reopen();
    }
  }

  private reopen(): void {
    if (this.closed || this.reopening) return;
    this.reopening = setTimeout(() => {
      this.reopening = null;
      void this.open().then(() => {
        if (this.runner) this.call();
      });
    }, REOPEN_MS);
    this.reopening.unref();
  }

  private call(): void {
    for (const listener of this.listeners) listener();
  }

  async close(): Promise<void> {
    this.closed = true;
    if (this.reopening) clearTimeout(this.reopening);
    this.listeners.clear();
    await this.opening;
    const runner = this.runner;
    this.runner = null;
    if (!runner) return;
    await runner.query(`UNLISTEN ${this.channel}`).catch(() => {});
    await runner.release().catch(() => {});
  }
}
