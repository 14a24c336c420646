import { createHmac } from 'node:crypto';
import type { DeclaredNames } from '../sources/declared';
import { looksLikeNumber } from '../callers/numbers';

/** How names of a line leave it: in clear, or as a name that says nothing. */
export interface LineNames {
  readonly declared: DeclaredNames;
  /** A name to stand for another; the same for the same, and nobody without the source's key finds back. */
  readonly standIn: (text: string) => string;
}

/** Names under the source's vault key. Letters only, so that none is taken for a number again. */
export function keyedNames(declared: DeclaredNames, key: Uint8Array): LineNames {
  const known = new Map<string, string>();
  const standIn = (text: string): string => {
    let name = known.get(text);
    if (name === undefined) {
      const hash = createHmac('sha256', key).update('name\n').update(text).digest('hex').slice(0, 32);
      name = `number-${hash.replace(/\d/g, (digit) => 'ghijklmnop'.charAt(Number(digit)))}`;
      if (known.size >= KNOWN_MAX) known.clear();
      known.set(text, name);
    }
    return name;
  };
  return { declared, standIn };
}

const KNOWN_MAX = 4_096;
const WEEK_MS = 7 * 86_400_000;
/** What Asterisk calls a channel: the system's name if it has one, seconds since 1970 at its start, a running number. */
const UNIQUE_ID = /^(?:([A-Za-z][\w-]{0,31})-)?(\d{9,10})\.\d{1,9}$/;

/** A call's id in clear where it is Asterisk's own; any other may hold a number, and calls pair as well by a name that stands for it. */
export function callIdOf(id: string, occurredAt: number, names: LineNames): string {
  const [, system = '', startedAt] = UNIQUE_ID.exec(id) ?? [];
  const own = startedAt !== undefined && Math.abs(Number(startedAt) * 1_000 - occurredAt) <= WEEK_MS && !looksLikeNumber(system);
  return own ? id : names.standIn(id);
}

/** An agent reached at a telephone of their own counts like anybody, without the number; declared logins stay as they are. */
export function loginOf(login: string, names: LineNames): string {
  return looksLikeNumber(login) && !names.declared.logins.has(login) ? names.standIn(login) : login;
}

/** False for a number where a queue's name should be: most likely a caller's, in a line whose fields have moved. */
export function isQueueName(queue: string, names: LineNames): boolean {
  return !looksLikeNumber(queue) || names.declared.queues.has(queue);
}
