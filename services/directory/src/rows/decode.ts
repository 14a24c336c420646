import type { DirectoryEntry, DirectoryRow } from '@sightline/contracts';
import type { DirectoryChange } from '@sightline/ports';
import { z } from 'zod';
import { ENTRIES, entryOf, instant, printable } from './entry';
import { keyOf, rowIdOf } from './keys';
import type { RowProblem } from './problem';

/** Rows that one change set may have. */
export const MAX_CHANGES = 20_000;

const DATED = {
  /** Left out: found by what the row speaks of and when that begins, else made from both. */
  id: printable(128).optional(),
  validFrom: instant.nullable().default(null),
  validTo: instant.nullable().default(null),
  removed: z.boolean().default(false),
  /** A row may be sent back as it was read. */
  operatorId: z.string().optional(),
  version: z.number().optional(),
  recordedAt: z.number().optional(),
};
const [first, ...others] = ENTRIES.map((entry) => entry.extend(DATED));
export const stating = z.discriminatedUnion('kind', [first as NonNullable<typeof first>, ...others], 'must be a kind of row');
export const removing = z.strictObject({ id: printable(128), removed: z.literal(true) });

type Decoded = { readonly change: DirectoryChange } | { readonly problems: readonly RowProblem[] };

/** Reads rows as they were sent and gives those without an id theirs. Of a set with problems nothing is used. */
export function decodeChanges(
  raw: readonly unknown[],
  current: readonly DirectoryRow[],
  operatorId: string,
): { readonly changes: readonly DirectoryChange[]; readonly problems: readonly RowProblem[] } {
  const byId = new Map(current.map((row) => [row.id, row]));
  const idOf = naming(current);
  const decoded = raw.map((value, index) =>
    isRemoval(value) ? decodeRemoval(value, index, byId) : decodeStatement(value, index, operatorId, idOf),
  );
  return {
    changes: decoded.flatMap((one) => ('change' in one ? [one.change] : [])),
    problems: decoded.flatMap((one) => ('problems' in one ? one.problems : [])),
  };
}

function decodeRemoval(value: unknown, index: number, byId: ReadonlyMap<string, DirectoryRow>): Decoded {
  const read = removing.safeParse(value);
  if (!read.success) return { problems: problemsOf(index, read.error) };
  const row = byId.get(read.data.id);
  if (!row) return { problems: [{ index, pointer: '/id', code: 'unknown-row', detail: 'there is no row of this id' }] };
  return { change: { ...entryOf(row), id: row.id, validFrom: row.validFrom, validTo: row.validTo, removed: true } };
}

function decodeStatement(value: unknown, index: number, operatorId: string, idOf: ReturnType<typeof naming>): Decoded {
  const read = stating.safeParse(value);
  if (!read.success) return { problems: problemsOf(index, read.error) };
  const { id, validFrom, validTo, removed, operatorId: stated, version: _version, recordedAt: _recordedAt, ...entry } = read.data;
  if (stated !== undefined && stated !== operatorId) {
    return { problems: [{ index, pointer: '/operatorId', code: 'foreign-operator', detail: 'this is not your operator' }] };
  }
  // There is one operator, whatever its row is called.
  const own = entry.kind === 'operator' ? undefined : id;
  return { change: { ...entry, id: own ?? idOf(entry, validFrom), validFrom, validTo, ...(removed ? { removed } : {}) } };
}

function isRemoval(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'removed' in value && value.removed === true && !('kind' in value);
}

/** Ids by what a row speaks of and when that begins: a row that is there keeps its id. */
export function naming(current: readonly DirectoryRow[]): (entry: DirectoryEntry, validFrom: number | null) => string {
  const known = new Map(current.map((row) => [`${keyOf(row)}\n${row.validFrom}`, row.id]));
  return (entry, validFrom) => known.get(`${keyOf(entry)}\n${validFrom}`) ?? rowIdOf(entry, validFrom);
}

function problemsOf(index: number, error: z.ZodError): readonly RowProblem[] {
  return error.issues.map((issue) => {
    const unknown = issue.code === 'unrecognized_keys' ? issue.keys[0] : undefined;
    const path = unknown === undefined ? issue.path : [...issue.path, unknown.slice(0, 64)];
    return {
      index,
      pointer: path.map((part) => `/${String(part).replace(/~/g, '~0').replace(/\//g, '~1')}`).join(''),
      code: unknown === undefined ? 'bad-member' : 'unknown-member',
      detail: unknown === undefined ? issue.message : 'is not a member of this kind of row',
    };
  });
}
