import { createHash } from 'node:crypto';
import { InputError } from '@sightline/contracts';
import type { ImportJob } from '@sightline/ports';
import { z } from 'zod';
import { whenAmbiguousSchema, zoneSchema } from '../queue-log/zone';

/** A file is sent, and named by its SHA-256, in pieces of a MiB. */
export const CHUNK_BYTES = 1_048_576;
/** The largest file. */
export const IMPORT_BYTES_MAX = 4_096 * CHUNK_BYTES;

/** What confirming an import states; chunks as the preview named them. */
export const importRequest = z
  .strictObject({
    source: z.string().min(1).max(64),
    format: z.literal('queueLog'),
    zone: zoneSchema,
    whenAmbiguous: whenAmbiguousSchema.default(null),
    sizeBytes: z.int().min(1).max(IMPORT_BYTES_MAX),
    chunks: z.array(z.string().regex(/^[0-9a-f]{64}$/, 'must be a SHA-256, 64 hex digits')).min(1),
  })
  .refine((request) => request.chunks.length === Math.ceil(request.sizeBytes / CHUNK_BYTES), {
    path: ['chunks'],
    message: 'must name one chunk for each MiB',
  });
export type ImportRequest = z.infer<typeof importRequest>;

/** A job with the chunk to be sent next; null when none is. */
export type ImportView = ImportJob & { readonly nextChunk: number | null };

export function newJob(importId: string, operatorId: string, request: ImportRequest, nowMs: number): ImportJob {
  return {
    importId,
    operatorId,
    ...request,
    acceptedBytes: 0,
    lines: 0,
    damagedLines: 0,
    events: 0,
    lastOccurredAt: null,
    state: 'open',
    createdAt: nowMs,
    finishedAt: null,
  };
}

/** The chunk in which a byte lies. */
export function chunkAt(offset: number): number {
  return Math.floor(offset / CHUNK_BYTES);
}

export function isLastChunk(job: ImportJob, index: number): boolean {
  return index === job.chunks.length - 1;
}

/**
 * Refuses a chunk that is not the next one (InputError 409 `chunk-out-of-order`, saying which is) or not the bytes that were confirmed
 * (422 `chunk-differs`).
 */
export function requireChunk(job: ImportJob, index: number, nextChunk: number, bytes: Uint8Array): void {
  if (job.state !== 'open')
    throw new InputError('import-closed', `the import is ${job.state}`, { status: 409, details: { nextChunk: null } });
  if (index !== nextChunk) {
    throw new InputError('chunk-out-of-order', `chunk ${nextChunk} is next`, { status: 409, details: { nextChunk } });
  }
  const size = Math.min(CHUNK_BYTES, job.sizeBytes - index * CHUNK_BYTES);
  const same = bytes.length === size && createHash('sha256').update(bytes).digest('hex') === job.chunks[index];
  if (!same) throw new InputError('chunk-differs', 'these are not the bytes that were confirmed', { status: 422, details: { nextChunk } });
}

const QUIET_MS = 5 * 60_000;

/** How far a finished file vouches for its source: its last line and five minutes, but never beyond now. Null if no line had a time. */
export function vouchedUntil(job: ImportJob, nowMs: number): number | null {
  return typeof job.lastOccurredAt === 'number' ? Math.min(job.lastOccurredAt + QUIET_MS, nowMs) : null;
}
