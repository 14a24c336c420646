import { BusyError, InputError } from '@sightline/contracts';
import type { Clock, IdentityStore } from '@sightline/ports';
import type { CountMetric } from '@sightline/runtime';
import type { Passwords } from './password';
import type { NewSession, Sessions } from './sessions';
import { Throttle } from './throttle';

/** Whoever hammers at an account must not keep its owner out for long. */
const PER_ACCOUNT = { free: 5, longestMs: 60_000 };
/** An office shares one address. */
const PER_ADDRESS = { free: 30, longestMs: 60_000 };

/** Signs people in by name and password. An unknown name costs the same work and gets the same answer as a wrong password. */
export class SignIn {
  private readonly byAccount = new Throttle(PER_ACCOUNT);
  private readonly byAddress = new Throttle(PER_ADDRESS);

  constructor(
    private readonly ports: { readonly identity: IdentityStore; readonly clock: Clock },
    private readonly passwords: Passwords,
    private readonly sessions: Sessions,
    private readonly attempts: CountMetric,
  ) {}

  /** InputError 401 `sign-in-failed`; BusyError 429 `sign-in-throttled` with the seconds to wait. */
  async signIn(written: string, password: string, address: string): Promise<NewSession> {
    const name = written.trim().toLowerCase();
    this.begin(name, address);
    const account = await this.ports.identity.accountByName(name);
    const matching = await this.passwords.matches(account?.passwordHash ?? null, password).catch((error: unknown) => {
      // Whoever was told to come later has not failed.
      this.byAccount.forgive(name);
      this.byAddress.forgive(address);
      throw error;
    });
    if (!account || account.disabled || !matching) {
      this.attempts.inc({ outcome: 'refused' });
      throw new InputError('sign-in-failed', 'name or password is wrong', { status: 401 });
    }
    this.byAccount.succeeded(name);
    // Whoever has one password must not wash away guesses at others.
    this.byAddress.forgive(address);
    this.attempts.inc({ outcome: 'signedIn' });
    return this.sessions.open(account);
  }

  private begin(name: string, address: string): void {
    const nowMs = this.ports.clock.nowMs();
    const waitMs = Math.max(this.byAccount.waitMs(name, nowMs), this.byAddress.waitMs(address, nowMs));
    if (waitMs > 0) {
      this.attempts.inc({ outcome: 'throttled' });
      throw new BusyError('sign-in-throttled', 'too many attempts failed; wait before the next', {
        status: 429,
        retryAfterSeconds: Math.ceil(waitMs / 1_000),
      });
    }
    this.byAccount.began(name, nowMs);
    this.byAddress.began(address, nowMs);
  }
}
