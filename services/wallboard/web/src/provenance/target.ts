import type { Target } from '../wall/figure';

const KINDS: ReadonlySet<string> = new Set<Target['of']>(['level', 'last30', 'waiting', 'longest', 'people', 'quarter']);

/** The number an address asks about; null when it asks about none. */
export function targetOf(query: Readonly<Record<string, string>>): Target | null {
  const { of: kind, row, at } = query;
  if (kind === undefined || !KINDS.has(kind)) return null;
  const instant = Number(at);
  if (kind === 'quarter' && !(Number.isSafeInteger(instant) && instant > 0)) return null;
  if ((kind === 'level' || kind === 'last30') && row === undefined) return null;
  return {
    of: kind as Target['of'],
    ...(row === undefined ? {} : { row }),
    ...(kind === 'quarter' ? { at: instant } : {}),
  };
}

/** The inverse: members of an address. */
export function queryOfTarget(target: Target | null): Readonly<Record<string, string | undefined>> {
  return { of: target?.of, row: target?.row, at: target?.at === undefined ? undefined : String(target.at) };
}
