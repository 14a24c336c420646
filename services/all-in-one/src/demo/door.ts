import { SightlineError } from '@sightline/contracts';
import type { Clock } from '@sightline/ports';

const REQUEST_MS = 60_000;
const WAITS_MS = [500, 1_000, 2_000, 5_000] as const;

/** An answer that asking again cannot better. */
export class DoorRefused extends SightlineError {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super('door-refused', message);
  }
}

/** Our own public HTTP door, used like anybody would: whoever feeds the demo goes the way a telephone system goes. */
export class PublicDoor {
  constructor(
    private readonly url: string,
    private readonly clock: Clock,
    private readonly signal: AbortSignal,
  ) {}

  /** Sends until it is accepted; null when we are stopping. Waits as told, or longer and longer, while it is busy or away. */
  async send(method: 'GET' | 'POST', path: string, token: string, body?: unknown): Promise<unknown> {
    for (let tries = 0; !this.signal.aborted; tries += 1) {
      const waitMs = WAITS_MS[Math.min(tries, WAITS_MS.length - 1)] as number;
      try {
        const response = await fetch(`${this.url}${path}`, {
          method,
          headers: { Authorization: `Bearer ${token}`, ...(body === undefined ? {} : { 'Content-Type': 'application/json' }) },
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
          signal: AbortSignal.any([this.signal, AbortSignal.timeout(REQUEST_MS)]),
        });
        if (response.ok) return await response.json();
        const text = await response.text();
        if (response.status < 500 && response.status !== 429) throw new DoorRefused(response.status, problemCode(text));
        await this.clock.delay(Number(response.headers.get('retry-after') ?? 0) * 1_000 || waitMs, this.signal);
      } catch (error) {
        if (error instanceof DoorRefused) throw error;
        await this.clock.delay(waitMs, this.signal);
      }
    }
    return null;
  }
}

function problemCode(text: string): string {
  try {
    const { code, detail } = JSON.parse(text) as { code?: unknown; detail?: unknown };
    return `${String(code)}: ${String(detail)}`;
  } catch {
    return 'no problem document';
  }
}
