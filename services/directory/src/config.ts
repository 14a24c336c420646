import type { ConfigOf } from '@sightline/runtime';
import { setting } from '@sightline/runtime';
import { z } from 'zod';

export const directorySettings = {
  sessionHours: setting(
    'SIGHTLINE_SESSION_HOURS',
    'hours after which people sign in again, 1 to 24',
    z
      .string()
      .regex(/^([1-9]|1\d|2[0-4])$/, 'must be a whole number from 1 to 24')
      .default('12')
      .transform(Number),
  ),
  secureCookies: setting(
    'SIGHTLINE_SECURE_COOKIES',
    'always: session cookies go over https only, as behind a proxy that speaks it; auto: when the request came by https',
    z.enum(['auto', 'always'], 'must be auto or always').default('auto'),
  ),
};

export type DirectoryConfig = ConfigOf<typeof directorySettings>;
