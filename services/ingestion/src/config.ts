import path from 'node:path';
import type { ConfigOf } from '@sightline/runtime';
import { setting } from '@sightline/runtime';
import { z } from 'zod';

const folders = z
  .string()
  .default('')
  .transform((text) => text.split(path.delimiter).filter((folder) => folder !== ''))
  .refine((list) => list.every((folder) => path.isAbsolute(folder)), 'every folder must be an absolute path');

export const ingestionSettings = {
  followFolders: setting('SIGHTLINE_FOLLOW_FOLDERS', 'Folders below which files may be followed, as in PATH; none: no file', folders),
  followPollMs: setting(
    'SIGHTLINE_FOLLOW_POLL_MS',
    'How often a followed file is looked at, ms',
    z.coerce.number().int().min(50).max(60_000).default(1_000),
  ),
  intakeBytes: setting(
    'SIGHTLINE_INTAKE_BYTES',
    'Bytes of events being received at once before senders are asked to wait',
    z.coerce.number().int().min(8_388_608).default(67_108_864),
  ),
};

export type IngestionConfig = ConfigOf<typeof ingestionSettings>;
