import type { DirectoryRow, MappingKey } from '@sightline/contracts';
import { UNASSIGNED_CLINIC } from '@sightline/contracts';
import { DEFAULT_LEVEL, isZone } from '@sightline/core-kpi';
import { readDate } from './dates';
import { Statements } from './statements';
import type { Columns, Line } from './table';

const CLINIC_COLUMNS = ['clinicName', 'zone'] as const;
const CONTRACT_COLUMNS = ['contractFormula', 'contractThresholdSeconds', 'contractShortSeconds', 'contractTargetPercent'] as const;
const DEFAULT_TARGET = 80;

export const MAPPING_COLUMNS: Columns = {
  needed: ['by', 'value', 'clinic'],
  optional: ['source', 'validFrom', 'validTo', ...CLINIC_COLUMNS, ...CONTRACT_COLUMNS],
};

/** Which clinic calls belong to, from when to when; a clinic that is not there yet is made, a contract too where its columns say one. */
export function interpretMappings(lines: readonly Line[], rows: readonly DirectoryRow[], defaultSource: string | null): Statements {
  const statements = new Statements(rows);
  for (const line of lines) {
    for (const column of [...CLINIC_COLUMNS, ...CONTRACT_COLUMNS]) statements.tell(line.cells['clinic'] as string, column, line);
  }
  for (const line of lines) {
    const clinicId = line.cells['clinic'] as string;
    if (clinicId === UNASSIGNED_CLINIC) {
      statements.refuse(line.number, `the clinic '${UNASSIGNED_CLINIC}' is reserved for calls that no mapping covers`);
      continue;
    }
    const zone = sayClinic(statements, line.number, clinicId);
    if (zone === null) continue;
    sayContract(statements, line.number, clinicId);
    sayMapping(statements, line, clinicId, zone, defaultSource);
  }
  return statements;
}

/** Returns the clinic's zone, null when it has none that can be used. */
function sayClinic(statements: Statements, line: number, clinicId: string): string | null {
  const bare = { kind: 'clinic', clinicId, name: clinicId, zone: 'UTC', weekStart: 1, opening: null } as const;
  const known = statements.known(bare);
  const zone = statements.toldOf(clinicId, 'zone') ?? known?.zone;
  if (zone === undefined || !isZone(zone)) {
    statements.refuse(line, zone === undefined ? 'the clinic is new: its zone is needed' : 'zone must be like America/New_York');
    return null;
  }
  const name = statements.toldOf(clinicId, 'clinicName') ?? known?.name ?? clinicId;
  const { weekStart, opening } = known ?? bare;
  statements.say(line, { ...bare, weekStart, opening, name, zone }, known?.validFrom ?? null, known?.validTo ?? null);
  return zone;
}

function sayContract(statements: Statements, line: number, clinicId: string): void {
  const [formula, threshold, short, target] = CONTRACT_COLUMNS.map((column) => statements.toldOf(clinicId, column));
  if (formula === undefined && threshold === undefined && short === undefined && target === undefined) return;
  const bare = { kind: 'contract', clinicId, name: '', ...DEFAULT_LEVEL, targetPercent: DEFAULT_TARGET } as const;
  const known = statements.known(bare);
  const terms = known ?? bare;
  const thresholdSeconds = threshold === undefined ? terms.thresholdSeconds : Number(threshold);
  const targetPercent = target === undefined ? terms.targetPercent : Number(target);
  const ownName = known && !/^[\d.]+\/\d+$/.test(known.name) ? known.name : null;
  const contract = {
    ...bare,
    name: ownName ?? `${targetPercent}/${thresholdSeconds}`,
    formula: formula ?? terms.formula,
    thresholdSeconds,
    shortSeconds: short === undefined ? terms.shortSeconds : Number(short),
    targetPercent,
  };
  statements.say(line, contract, known?.validFrom ?? null, known?.validTo ?? null);
}

function sayMapping(statements: Statements, line: Line, clinicId: string, zone: string, defaultSource: string | null): void {
  const { number, cells } = line;
  const source = cells['source'] || defaultSource;
  if (source === null) return statements.refuse(number, 'source must not be empty');
  const validFrom = readDate(cells['validFrom'], zone);
  const validTo = readDate(cells['validTo'], zone);
  if (typeof validFrom === 'object' && validFrom !== null) return statements.refuse(number, `validFrom ${validFrom.reason}`);
  if (typeof validTo === 'object' && validTo !== null) return statements.refuse(number, `validTo ${validTo.reason}`);
  const by = cells['by'] as MappingKey;
  statements.say(number, { kind: 'mapping', source, by, value: cells['value'] as string, clinicId }, validFrom, validTo);
}
