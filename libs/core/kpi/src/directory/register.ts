import type { ClinicGrant, DirectoryKind, DirectoryRow, DirectorySnapshot } from '@sightline/contracts';
import { UNASSIGNED_CLINIC } from '@sightline/contracts';
import { localClock } from '../figures/intervals';

/** What a clinic was promised from some instant on. */
export type Contract = DirectoryRow<'contract'>;

/** Agents and clinics that are grouped, as of an instant. */
export interface Pool {
  readonly poolId: string;
  readonly name: string;
  readonly clinics: readonly string[];
  readonly agents: readonly string[];
}

/** The directory of one operator, as reading figures needs it: contracts, zones and names are applied when read, never stored. */
export class Register {
  readonly version: number;
  readonly operatorId: string;
  readonly operator: DirectoryRow<'operator'> | null;
  readonly sources: ReadonlyMap<string, DirectoryRow<'source'>>;
  readonly sites: readonly DirectoryRow<'site'>[];
  private readonly clinics: ReadonlyMap<string, DirectoryRow<'clinic'>>;
  private readonly contracts: ReadonlyMap<string, readonly Contract[]>;
  private readonly agents: ReadonlyMap<string, DirectoryRow<'agent'>>;
  private readonly queueNames: ReadonlyMap<string, string>;
  private readonly mappings: ReadonlyMap<string, readonly DirectoryRow<'mapping'>[]>;
  private readonly pools: readonly DirectoryRow<'pool'>[];
  private readonly poolClinics: readonly DirectoryRow<'poolClinic'>[];
  private readonly poolAgents: readonly DirectoryRow<'poolAgent'>[];

  constructor(snapshot: DirectorySnapshot, operatorId: string) {
    this.version = snapshot.version;
    this.operatorId = operatorId;
    const rows = snapshot.rows.filter((row) => row.operatorId === operatorId).sort(bySaid);
    const of = <K extends DirectoryKind>(kind: K): DirectoryRow<K>[] => rows.filter((row): row is DirectoryRow<K> => row.kind === kind);
    this.operator = of('operator').at(-1) ?? null;
    this.sites = of('site');
    this.clinics = new Map(of('clinic').map((row) => [row.clinicId, row]));
    this.agents = new Map(of('agent').map((row) => [row.agentId, row]));
    this.sources = new Map(of('source').map((row) => [row.source, row]));
    this.queueNames = new Map(of('queue').map((row) => [`${row.source}/${row.queue}`, row.name]));
    this.mappings = byClinic(of('mapping'));
    this.contracts = byClinic(of('contract'));
    this.pools = of('pool');
    this.poolClinics = of('poolClinic');
    this.poolAgents = of('poolAgent');
  }

  hasClinic(clinicId: string): boolean {
    return clinicId === UNASSIGNED_CLINIC || this.clinics.has(clinicId);
  }

  clinic(clinicId: string): DirectoryRow<'clinic'> | null {
    return this.clinics.get(clinicId) ?? null;
  }

  /** Clinics that a grant covers, the unassigned one left out. */
  clinicsOf(grant: ClinicGrant): readonly string[] {
    return grant === 'all' ? [...this.clinics.keys()] : grant.filter((clinicId) => this.clinics.has(clinicId));
  }

  agentName(agentId: string): string | null {
    return this.agents.get(agentId)?.name ?? null;
  }

  /** Name of a queue written source/queue, the one said last. */
  queueName(queue: string): string | null {
    return this.queueNames.get(queue) ?? null;
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

  /** Whether a clinic is open at an instant by its own clock. Without stated hours it counts as open. */
  isOpenAt(clinicId: string, at: number): boolean {
    const clinic = this.clinics.get(clinicId);
    if (!clinic?.opening) return true;
    const { day, minute } = localClock(at, clinic.zone);
    return clinic.opening.some((span) => span.day === day && span.fromMinute <= minute && minute < span.toMinute);
  }

  /** Pools with who belongs to them at an instant. */
  poolsAt(at: number): readonly Pool[] {
    return this.pools
      .filter((pool) => holds(pool, at, at + 1))
      .map(({ poolId, name }) => ({
        poolId,
        name,
        clinics: distinct(this.poolClinics, (row) => (row.poolId === poolId && holds(row, at, at + 1) ? row.clinicId : undefined)),
        agents: distinct(this.poolAgents, (row) => (row.poolId === poolId && holds(row, at, at + 1) ? row.agentId : undefined)),
      }));
  }

  /**
   * Sources that served any of these clinics at some time of [from, to), by their mappings. The unassigned clinic gets calls from all of
   * them.
   */
  sourcesServing(clinicIds: readonly string[], from: number, to: number): readonly string[] {
    if (clinicIds.includes(UNASSIGNED_CLINIC)) return [...this.sources.keys()];
    const serving = clinicIds.flatMap((clinicId) => (this.mappings.get(clinicId) ?? []).filter((row) => holds(row, from, to)));
    return distinct(serving, ({ source }) => (this.sources.has(source) ? source : undefined));
  }
}

function byClinic<R extends { readonly clinicId: string }>(rows: readonly R[]): ReadonlyMap<string, readonly R[]> {
  const clinics = new Map<string, R[]>();
  for (const row of rows) {
    const known = clinics.get(row.clinicId);
    if (known) known.push(row);
    else clinics.set(row.clinicId, [row]);
  }
  return clinics;
}

function bySaid(a: DirectoryRow, b: DirectoryRow): number {
  return a.version - b.version || (a.id < b.id ? -1 : 1);
}

function holds(row: DirectoryRow, from: number, to: number): boolean {
  return (row.validFrom ?? -Infinity) < to && from < (row.validTo ?? Infinity);
}

function distinct<K, T>(keys: readonly K[], of: (key: K) => T | undefined): readonly T[] {
  const values = new Set<T>();
  for (const key of keys) {
    const value = of(key);
    if (value !== undefined) values.add(value);
  }
  return [...values];
}
