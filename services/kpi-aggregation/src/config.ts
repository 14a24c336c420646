import type { ConfigOf } from '@sightline/runtime';
import { setting } from '@sightline/runtime';
import { z } from 'zod';

const whole = (fallback: number, min: number, max: number): z.ZodType<number> =>
  z
    .string()
    .regex(/^\d{1,12}$/, 'must be a whole number')
    .optional()
    .transform((text) => (text === undefined ? fallback : Number(text)))
    .refine((value) => value >= min && value <= max, `must be from ${min} to ${max}`);

export const kpiSettings = {
  foldGroup: setting(
    'SIGHTLINE_FOLD_GROUP',
    'name under which folding processes share the partitions of the log',
    z
      .string()
      .regex(/^[\w-]{1,64}$/, 'must be letters, digits, - and _')
      .default('history'),
  ),
  foldBatch: setting('SIGHTLINE_FOLD_BATCH', 'records folded into one commit at most', whole(5_000, 100, 50_000)),
  foldTickMs: setting('SIGHTLINE_FOLD_TICK_MS', 'shortest time between two commits while little comes, ms', whole(50, 0, 10_000)),
  foldCacheFacts: setting('SIGHTLINE_FOLD_CACHE_FACTS', 'facts kept in memory at most', whole(400_000, 0, 50_000_000)),
  refoldBatch: setting(
    'SIGHTLINE_REFOLD_BATCH',
    'calls folded anew in one commit at most after a directory change',
    whole(2_000, 1, 50_000),
  ),
  foldStallMs: setting(
    'SIGHTLINE_FOLD_STALL_MS',
    'how long the fold may stand still with work before it is restarted, ms',
    whole(30_000, 1_000, 600_000),
  ),
} as const;

export type KpiConfig = ConfigOf<typeof kpiSettings>;
