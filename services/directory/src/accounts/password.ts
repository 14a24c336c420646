import { hash, verify } from '@node-rs/argon2';
import { BusyError, InputError } from '@sightline/contracts';

/** argon2id as OWASP recommends it: 19 MiB, two passes, one lane. */
const PARAMETERS = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;
/** Each takes 19 MiB and a thread while it is reckoned. */
const MAX_AT_ONCE = 16;
const SHORTEST = 12;
export const LONGEST_PASSWORD = 128;

/** InputError 422 `weak-password` unless a password may be used by the account of this name. */
export function checkPassword(password: string, name: string): void {
  const length = [...password].length;
  const refuse = (reason: string): InputError => new InputError('weak-password', `the password ${reason}`, { status: 422 });
  if (length < SHORTEST) throw refuse(`must have at least ${SHORTEST} characters`);
  if (length > LONGEST_PASSWORD) throw refuse(`must have at most ${LONGEST_PASSWORD} characters`);
  if (new Set(password).size < 5) throw refuse('must have at least 5 different characters');
  if (name.length >= 4 && password.toLowerCase().includes(name)) throw refuse('must not contain the sign-in name');
}

/** Hashes and compares, so many at once and no more: a flood of sign-ins is told to come later. */
export class Passwords {
  private running = 0;
  private nobody: Promise<string> | null = null;

  async hash(password: string): Promise<string> {
    return this.bounded(() => hash(password.normalize('NFC'), PARAMETERS));
  }

  /** Reckons what unknown names are compared with, so that the first of them takes no longer than others. */
  async prepare(): Promise<string> {
    this.nobody ??= hash('nobody has this password', PARAMETERS);
    return this.nobody;
  }

  /** False for an account that has no password, after as much work as for one that has. */
  async matches(passwordHash: string | null, password: string): Promise<boolean> {
    const nobody = await this.prepare();
    const matching = await this.bounded(() => verify(passwordHash ?? nobody, password.normalize('NFC')));
    return matching && passwordHash !== null;
  }

  private async bounded<T>(work: () => Promise<T>): Promise<T> {
    if (this.running >= MAX_AT_ONCE) throw new BusyError('sign-in-busy', 'too many are signing in; try again');
    this.running += 1;
    try {
      return await work();
    } finally {
      this.running -= 1;
    }
  }
}
