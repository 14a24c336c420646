import { createHash } from 'node:crypto';

/** One line of the hash-chained access log: who saw or changed what. Never the personal datum itself. */
export interface AccessEntry {
  /** Milliseconds since 1970 UTC. */
  readonly at: number;
  readonly operatorId: string;
  readonly actor: string;
  readonly action: string;
  readonly object: string;
}

/** A line as it is kept. Numbers ascend over all operators; each operator has a chain of its own, so that it can check its own lines. */
export interface AccessRecord extends AccessEntry {
  readonly number: number;
  readonly hash: string;
}

/** Hash of a line over the operator's line before it ('' before the first): whoever changes or drops a line breaks the chain. */
export function accessHash(previous: string, number: number, entry: AccessEntry): string {
  return createHash('sha256')
    .update(JSON.stringify([previous, number, entry.at, entry.operatorId, entry.actor, entry.action, entry.object]))
    .digest('hex');
}
