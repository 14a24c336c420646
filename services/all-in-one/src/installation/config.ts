import type { ConfigOf } from '@sightline/runtime';
import { setting } from '@sightline/runtime';
import { z } from 'zod';

const port = z
  .string()
  .regex(/^\d{1,5}$/, 'must be a port number')
  .default('7070')
  .transform(Number)
  .refine((value) => value <= 65_535, 'must be a port number');

export const installationSettings = {
  dataFolder: setting('SIGHTLINE_DATA', 'Folder of database, keys and logs', z.string().default('.sightline')),
  databaseUrl: setting(
    'SIGHTLINE_DATABASE_URL',
    "A PostgreSQL of yours instead of the one that comes along: a superuser's postgres:// URL",
    z
      .string()
      .regex(/^postgres(ql)?:\/\//, 'must be a postgres:// URL')
      .optional(),
    { secret: true },
  ),
  databaseName: setting(
    'SIGHTLINE_DATABASE_NAME',
    'Name of the database',
    z
      .string()
      .regex(/^[a-z_][a-z0-9_]{0,62}$/, 'must be lower-case letters, digits and _')
      .default('sightline'),
  ),
  logLevel: setting('SIGHTLINE_LOG_LEVEL', 'How much is logged', z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info')),
  logTo: setting(
    'SIGHTLINE_LOG_TO',
    'file: sightline.log in the data folder; stdout: standard output',
    z.enum(['file', 'stdout']).default('file'),
  ),
};

export const serveSettings = {
  host: setting('SIGHTLINE_HOST', 'Address to listen on; 0.0.0.0 for other machines', z.string().min(1).default('127.0.0.1')),
  port: setting('SIGHTLINE_PORT', 'Port to listen on; 0 lets the system choose', port),
  demo: setting(
    'SIGHTLINE_DEMO',
    'Who may open the demo centre: local (browsers on this machine), anyone, off (nobody)',
    z.enum(['local', 'anyone', 'off']).default('local'),
  ),
};

export type InstallationConfig = ConfigOf<typeof installationSettings>;
export type ServeConfig = ConfigOf<typeof serveSettings>;

/** Variables that are not for the server: of its command line and of its tests. */
export const OTHER_VARIABLES = [
  'SIGHTLINE_URL',
  'SIGHTLINE_TOKEN',
  'SIGHTLINE_TEST_DATA',
  'SIGHTLINE_TEST_POSTGRES',
  'SIGHTLINE_CHROMIUM',
] as const;
