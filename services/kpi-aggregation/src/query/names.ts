import type { Moment } from './moment';

/** What ids are called, of those that an answer speaks of. */
export interface Names {
  readonly clinic?: Readonly<Record<string, string>>;
  readonly queue?: Readonly<Record<string, string>>;
  readonly agent?: Readonly<Record<string, string>>;
}

/** Names of the clinics, queues and agents in the keys of some rows. What the directory has no name for is left out. */
export function namesOf(rows: readonly { readonly key: Readonly<Record<string, string>> }[], { register }: Moment): Names {
  const nameOf: Readonly<Record<keyof Names, (id: string) => string | null>> = {
    clinic: (id) => register.clinic(id)?.name ?? null,
    queue: (id) => register.queueName(id),
    agent: (id) => register.agentName(id),
  };
  const names: { -readonly [K in keyof Names]: Names[K] } = {};
  for (const dimension of Object.keys(nameOf) as (keyof Names)[]) {
    const known = new Map<string, string>();
    for (const { key } of rows) {
      const id = key[dimension];
      const name = id === undefined || known.has(id) ? null : nameOf[dimension](id);
      if (id !== undefined && name !== null) known.set(id, name);
    }
    if (known.size > 0) names[dimension] = Object.fromEntries(known);
  }
  return names;
}
