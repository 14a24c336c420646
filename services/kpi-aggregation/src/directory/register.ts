import type { ClinicGrant, DirectoryKind, DirectoryRow, DirectorySnapshot } from '@sightline/contracts';
import { UNASSIGNED_CLINIC } from '@sightline/contracts';

/** What a clinic was promised from some instant on. */
export interface Contract {
  readonly name: string;
  readonly formula: string;
  readonly thresholdSeconds: number;
  readonly shortSeconds: number;
}

/** The directory of one operator, as reading figures needs it: contracts, zones and names are applied when read, never stored. */
export class Register {
  readonly version: number;
  readonly operatorId: string;
  private readonly clinics: ReadonlyMap<string, DirectoryRow<'clinic'>>;
  private readonly contracts: ReadonlyMap<string, readonly DirectoryRow<'contract'>[]>;
  private readonly agents: ReadonlyMap<string, DirectoryRow<'agent'>>;
  private readonly mappings: readonly DirectoryRow<'mapping'>[];
  readonly sources: ReadonlyMap<string, DirectoryRow<'source'>>;

  constructor(snapshot: DirectorySnapshot, operatorId: string) {
    this.version = snapshot.version;
    this.operatorId = operatorId;
    const rows = snapshot.rows.filter((row) => row.operatorId === operatorId).sort(bySaid);
    const of = <K extends DirectoryKind>(kind: K): DirectoryRow<K>[] => rows.filter((row): row is DirectoryRow<K> => row.kind === kind);
    this.clinics = new Map(of('clinic').map((row) => [row.clinicId, row]));
    this.agents = new Map(of('agent').map((row) => [row.agentId, row]));
    this.sources = new Map(of('source').map((row) => [row.source, row]));
    this.mappings = of('mapping');
    const contracts = new Map<string, DirectoryRow<'contract'>[]>();
    for (const row of of('contract')) contracts.set(row.clinicId, [...(contracts.get(row.clinicId) ?? []), row]);
    this.contracts = contracts;
  }

  hasClinic(clinicId: string): boolean {
    return clinicId === UNASSIGNED_CLINIC || this.clinics.has(clinicId);
  }

  /** Clinics that a grant covers, the unassigned one left out. */
  clinicsOf(grant: ClinicGrant): readonly string[] {
    return grant === 'all' ? [...this.clinics.keys()] : grant.filter((clinicId) => this.clinics.has(clinicId));
  }

  clinicName(clinicId: string): string | null {
    return this.clinics.get(clinicId)?.name ?? null;
  }

  agentName(agentId: string): string | null {
    return this.agents.get(agentId)?.name ?? null;
  }

  /** Zones of some clinics, each once. */
  zonesOf(clinicIds: readonly string[]): readonly string[] {
    return distinct(clinicIds, (clinicId) => this.clinics.get(clinicId)?.zone);
  }

  /** Week starts of some clinics, each once. */
  weekStartsOf(clinicIds: readonly string[]): readonly number[] {
    return distinct(clinicIds, (clinicId) => this.clinics.get(clinicId)?.weekStart);
  }

  /** The clinic's contract that holds at an instant, null when it has none. */
  contractAt(clinicId: string, at: number): Contract | null {
    const contracts = this.contracts.get(clinicId) ?? [];
    return contracts.findLast((row) => holds(row, at, at + 1)) ?? null;
  }

  /**
   * Sources that served any of these clinics at some time of [from, to), by their mappings. The unassigned clinic gets calls from all of
   * them.
   */
  sourcesServing(clinicIds: readonly string[], from: number, to: number): readonly string[] {
    if (clinicIds.includes(UNASSIGNED_CLINIC)) return [...this.sources.keys()];
    const wanted = new Set(clinicIds);
    const serving = this.mappings.filter((row) => wanted.has(row.clinicId) && holds(row, from, to)).map((row) => row.source);
    return [...new Set(serving)].filter((source) => this.sources.has(source));
  }
}

function bySaid(a: DirectoryRow, b: DirectoryRow): number {
  return a.version - b.version || (a.id < b.id ? -1 : 1);
}

function holds(row: DirectoryRow, from: number, to: number): boolean {
  return (row.validFrom ?? -Infinity) < to && from < (row.validTo ?? Infinity);
}

function distinct<T>(keys: readonly string[], of: (key: string) => T | undefined): readonly T[] {
  const values = new Set<T>();
  for (const key of keys) {
    const value = of(key);
    if (value !== undefined) values.add(value);
  }
  return [...values];
}
