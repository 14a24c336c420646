import type { Capability, DirectoryKind, DirectoryRow, DirectorySnapshot, MappingKey } from '@sightline/contracts';
import { UNASSIGNED_CLINIC } from '@sightline/contracts';

/** What a visit offers for finding its clinic. */
export interface Signs {
  readonly tag: string | null;
  readonly dialledNumber: string | null;
  readonly queue: string | null;
}

/** Clinics that the facts of a source may touch. */
export type SourceClinics = ReadonlyMap<string, 'all' | readonly string[]>;

/** The dated directory, compiled for looking up what a fact means at its instant. */
export interface Meaning {
  readonly version: number;
  /** Null for a source nobody declared. */
  operatorOf(source: string): string | null;
  /** By tag, else dialled number, else queue, as mapped at `at`; else the unassigned clinic. */
  clinicOf(source: string, signs: Signs, at: number): string;
  /** The agent a login maps to at `at`, else `unknown:<source>/<login>`. */
  agentOf(source: string, login: string, at: number): string;
  /** The queue's call type at `at`, else ''. */
  queueTypeOf(source: string, queue: string, at: number): string;
  capabilitiesOf(source: string): ReadonlySet<Capability>;
  grantedClinics(source: string): 'all' | ReadonlySet<string>;
}

type Interval<T> = { readonly from: number; readonly to: number; readonly value: T };

/** Dated values by key. Overlaps are refused when saved; should one exist all the same, the row that was said last counts. */
class Dated<T> {
  private readonly byKey = new Map<string, Interval<T>[]>();

  add(key: string, row: DirectoryRow, value: T): void {
    const interval = { from: row.validFrom ?? -Infinity, to: row.validTo ?? Infinity, value };
    const known = this.byKey.get(key);
    if (known) known.push(interval);
    else this.byKey.set(key, [interval]);
  }

  at(key: string, at: number): T | undefined {
    const intervals = this.byKey.get(key);
    if (!intervals) return undefined;
    for (let index = intervals.length - 1; index >= 0; index -= 1) {
      const interval = intervals[index] as Interval<T>;
      if (interval.from <= at && at < interval.to) return interval.value;
    }
    return undefined;
  }
}

function ofKind<K extends DirectoryKind>(rows: readonly DirectoryRow[], kind: K): readonly DirectoryRow<K>[] {
  return rows.filter((row): row is DirectoryRow<K> => row.kind === kind);
}

/** Compiles a snapshot. `clinics` narrows what the facts of a source may touch; a source not named may touch all. */
export function createMeaning(snapshot: DirectorySnapshot, clinics: SourceClinics = new Map()): Meaning {
  const rows = [...snapshot.rows].sort((a, b) => a.version - b.version || (a.id < b.id ? -1 : 1));
  const sources = new Map(ofKind(rows, 'source').map((row) => [row.source, row]));
  const mappings = new Dated<string>();
  for (const row of ofKind(rows, 'mapping')) mappings.add(mappingKey(row.source, row.by, row.value), row, row.clinicId);
  const logins = new Dated<string>();
  for (const row of ofKind(rows, 'login')) logins.add(`${row.source}\n${row.login}`, row, row.agentId);
  const queueTypes = new Dated<string>();
  for (const row of ofKind(rows, 'queue')) if (row.callType !== null) queueTypes.add(`${row.source}\n${row.queue}`, row, row.callType);
  const capabilities = new Map([...sources].map(([source, row]) => [source, new Set(row.capabilities)]));
  const grants = new Map([...clinics].map(([source, granted]) => [source, granted === 'all' ? 'all' : new Set(granted)] as const));
  const none: ReadonlySet<Capability> = new Set();

  const mapped = (source: string, by: MappingKey, value: string | null, at: number): string | undefined =>
    value === null ? undefined : mappings.at(mappingKey(source, by, value), at);

  return {
    version: snapshot.version,
    operatorOf: (source) => sources.get(source)?.operatorId ?? null,
    clinicOf: (source, signs, at) =>
      mapped(source, 'tag', signs.tag, at) ??
      mapped(source, 'dialledNumber', signs.dialledNumber, at) ??
      mapped(source, 'queue', signs.queue, at) ??
      UNASSIGNED_CLINIC,
    agentOf: (source, login, at) => logins.at(`${source}\n${login}`, at) ?? `unknown:${source}/${login}`,
    queueTypeOf: (source, queue, at) => queueTypes.at(`${source}\n${queue}`, at) ?? '',
    capabilitiesOf: (source) => capabilities.get(source) ?? none,
    grantedClinics: (source) => grants.get(source) ?? 'all',
  };
}

function mappingKey(source: string, by: MappingKey, value: string): string {
  return `${source}\n${by}\n${value}`;
}
