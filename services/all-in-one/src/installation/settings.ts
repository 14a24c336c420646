import { directorySettings } from '@sightline/directory';
import { ingestionSettings } from '@sightline/ingestion';
import { kpiSettings } from '@sightline/kpi-aggregation';
import type { ConfigOf, Settings } from '@sightline/runtime';
import { describeSettings, readSettings } from '@sightline/runtime';
import { wallboardSettings } from '@sightline/wallboard';
import { installationSettings, OTHER_VARIABLES, serveSettings } from './config';

/** Settings by part. A variable that no part knows is refused. */
export const ALL_SETTINGS = {
  installation: installationSettings,
  serve: serveSettings,
  ingestion: ingestionSettings,
  directory: directorySettings,
  kpi: kpiSettings,
  wallboard: wallboardSettings,
} as const;

export type Configuration = { readonly [K in keyof typeof ALL_SETTINGS]: ConfigOf<(typeof ALL_SETTINGS)[K]> };

/** All parts from one environment. SightlineError `bad-config` names everything that is wrong at once. */
export function readConfiguration(env: NodeJS.ProcessEnv): Configuration {
  const flat: Record<string, Settings[string]> = {};
  const parts = Object.entries(ALL_SETTINGS) as [string, Settings][];
  for (const [part, settings] of parts) for (const [name, one] of Object.entries(settings)) flat[`${part}.${name}`] = one;
  const values = readSettings(flat, env, OTHER_VARIABLES) as Readonly<Record<string, unknown>>;
  const read = parts.map(([part, settings]) => [
    part,
    Object.fromEntries(Object.keys(settings).map((name) => [name, values[`${part}.${name}`]])),
  ]);
  return Object.fromEntries(read) as Configuration;
}

/** Every variable with its value, secrets masked: what an engineer wants to see in the log. */
export function describeConfiguration(config: Configuration): Readonly<Record<string, string>> {
  const parts = Object.entries(ALL_SETTINGS) as [keyof Configuration, Settings][];
  const told = parts.flatMap(([part, settings]) => describeSettings(settings, config[part] as ConfigOf<Settings>));
  return Object.fromEntries(told.map(({ variable, value }) => [variable, value]));
}
