import type { AccessRecord } from '@sightline/contracts';
import { accessHash } from '@sightline/contracts';

export type Verdict =
  | {
      readonly ok: true;
      readonly lines: number;
      /** To be kept elsewhere: whoever cuts off the end cannot restore it. */ readonly lastHash: string;
    }
  | { readonly ok: false; readonly number: number; readonly reason: string };

/**
 * Checks the lines of one operator, oldest first and whole, without a connection to anything: a line that was changed, dropped, inserted
 * or moved breaks the chain at its place. Lines cut off at the end show only against a last hash that was kept elsewhere.
 * @param previous The hash before the first line given; '' when that is the operator's very first.
 */
export function verifyAccessLog(entries: readonly AccessRecord[], previous = ''): Verdict {
  let lastHash = previous;
  for (const entry of entries) {
    if (accessHash(lastHash, entry.number, entry) !== entry.hash) {
      return { ok: false, number: entry.number, reason: 'its hash does not follow from it and the line before' };
    }
    lastHash = entry.hash;
  }
  return { ok: true, lines: entries.length, lastHash };
}
