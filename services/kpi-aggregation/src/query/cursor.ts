import { createHash } from 'node:crypto';
import { PARTITIONS } from '@sightline/contracts';
import type { ChangeCursor, PartitionHeader, RowPosition } from '@sightline/ports';
import { z } from 'zod';
import { refuse } from './parameters';

/** Characters of a cursor at most. */
export const MAX_CURSOR = 4_096;

/** Where a call list goes on, and the state of the store that it is a list of. */
export interface ListCursor {
  /** What was asked; a cursor goes on with its own question only. */
  readonly question: string;
  /** What the classes of the rows depend on besides the rows: the level, and when waits are given up. */
  readonly terms: string;
  /** The instant of the first page, ms. */
  readonly nowMs: number;
  readonly partitions: readonly ChangeCursor[];
  /** Null before the first row. */
  readonly after: RowPosition | null;
}

const count = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);
const text = z.string().max(512);
const schema = z.tuple([
  z.string().length(22),
  z.string().length(22),
  count,
  z.array(z.tuple([count.max(PARTITIONS - 1), count, count])).max(PARTITIONS),
  z.tuple([count, text, text]).nullable(),
]);

/** 128 bits of the SHA-256 of a value's JSON, base64url: equal values, equal texts. */
export function fingerprintOf(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest().subarray(0, 16).toString('base64url');
}

/** What a partition was at when read. */
export function pinsOf(headers: readonly PartitionHeader[]): readonly ChangeCursor[] {
  return headers.map(({ partition, generation, commitNo }) => ({ partition, generation, commitNo }));
}

/** A text that only we read: whoever changes it gets a refusal, or rows that are his to see anyway. */
export function encodeCursor({ question, terms, nowMs, partitions, after }: ListCursor): string {
  const pins = partitions.map(({ partition, generation, commitNo }) => [partition, generation, commitNo]);
  const position = after && [after.at, after.call, after.id];
  return Buffer.from(JSON.stringify([question, terms, nowMs, pins, position])).toString('base64url');
}

/** InputError 400 for anything that is no cursor of ours. */
export function decodeCursor(written: string): ListCursor {
  const read = schema.safeParse(jsonOf(written));
  if (!read.success) throw refuse('cursor', 'is none of ours');
  const [question, terms, nowMs, pins, position] = read.data;
  return {
    question,
    terms,
    nowMs,
    partitions: pins.map(([partition, generation, commitNo]) => ({ partition, generation, commitNo })),
    after: position && { at: position[0], call: position[1], id: position[2] },
  };
}

function jsonOf(written: string): unknown {
  if (!/^[\w-]+$/.test(written)) return null;
  try {
    return JSON.parse(Buffer.from(written, 'base64url').toString('utf8'));
  } catch {
    return null;
  }
}
