import { SightlineError } from '@sightline/contracts';
import type { z } from 'zod';

/** One environment variable: what it means and what it may be. The schema is given a text, or undefined where the variable is not set. */
export interface Setting<T> {
  readonly variable: `SIGHTLINE_${string}`;
  readonly help: string;
  readonly schema: z.ZodType<T>;
  readonly secret: boolean;
}

export type Settings = Readonly<Record<string, Setting<unknown>>>;
export type ConfigOf<S extends Settings> = { readonly [K in keyof S]: S[K] extends Setting<infer T> ? T : never };

export function setting<T>(
  variable: Setting<T>['variable'],
  help: string,
  schema: z.ZodType<T>,
  options: { readonly secret?: true } = {},
): Setting<T> {
  return { variable, help, schema, secret: options.secret ?? false };
}

/**
 * Reads all settings of a process at once. A value that cannot be used and a SIGHTLINE_ variable that nobody knows are one error
 * (`bad-config`) that names every one of them: a misspelt setting must not pass as a default.
 */
export function readSettings<S extends Settings>(settings: S, env: NodeJS.ProcessEnv, ignored: readonly string[] = []): ConfigOf<S> {
  const problems: string[] = [];
  const known = new Set(Object.values(settings).map((one): string => one.variable));
  for (const name of Object.keys(env)) {
    if (name.startsWith('SIGHTLINE_') && !known.has(name) && !ignored.includes(name)) problems.push(`${name}: no setting has this name`);
  }
  const config: Record<string, unknown> = {};
  for (const [name, one] of Object.entries(settings)) {
    const value = env[one.variable];
    const read = one.schema.safeParse(value === '' ? undefined : value);
    if (read.success) config[name] = read.data;
    else problems.push(`${one.variable}: ${read.error.issues[0]?.message ?? 'cannot be used'} (${one.help})`);
  }
  if (problems.length > 0) throw new SightlineError('bad-config', `configuration cannot be used:\n  ${problems.join('\n  ')}`);
  return config as ConfigOf<S>;
}

/** What to print at start: every setting with its value, secrets masked. */
export function describeSettings<S extends Settings>(
  settings: S,
  config: ConfigOf<S>,
): readonly { readonly variable: string; readonly value: string; readonly help: string }[] {
  return Object.entries(settings).map(([name, { variable, help, secret }]) => {
    const value: unknown = config[name];
    const text = value === undefined || value === null ? '' : String(value);
    return { variable, value: secret && text !== '' ? '****' : text, help };
  });
}
