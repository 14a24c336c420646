import type { DirectoryEntry } from '@sightline/contracts';
import { startOfDate } from '../clock/local-time';
import type { ClinicRow } from '../directory/directory';
import { identifierOf } from '../directory/directory';

/** A queue whose calls belong to no clinic, and how many there are. */
export interface Unmapped {
  readonly source: string;
  readonly queue: string;
  readonly visits: number;
}

/** The clinic somebody wrote beside a queue; the zone counts where there is no such clinic yet. */
export interface Choice {
  readonly clinicName: string;
  readonly zone: string;
}

export type Change = DirectoryEntry & { readonly validFrom: number | null };

export const keyOf = ({ source, queue }: Pick<Unmapped, 'source' | 'queue'>): string => `${source}/${queue}`;

export function clinicNamed(name: string, clinics: readonly ClinicRow[]): ClinicRow | undefined {
  const wanted = name.trim().toLocaleLowerCase();
  return clinics.find((clinic) => clinic.name.toLocaleLowerCase() === wanted);
}

/**
 * One change set out of what was written beside the queues: new clinics once each, and a mapping for every queue, from the beginning of a
 * date in its clinic's zone on (null: always).
 */
export function planOf(
  queues: readonly Unmapped[],
  choices: ReadonlyMap<string, Choice>,
  clinics: readonly ClinicRow[],
  since: string | null,
): readonly Change[] {
  const known = [...clinics];
  const changes: Change[] = [];
  for (const { source, queue } of queues) {
    const choice = choices.get(keyOf({ source, queue }));
    if (!choice || choice.clinicName.trim() === '') continue;
    let clinic: Pick<ClinicRow, 'clinicId' | 'name' | 'zone'> | undefined = clinicNamed(choice.clinicName, known);
    if (!clinic) {
      const clinicId = identifierOf(choice.clinicName, new Set([...known.map((one) => one.clinicId), 'unassigned']));
      const made = { kind: 'clinic', clinicId, name: choice.clinicName.trim(), zone: choice.zone, weekStart: 1, opening: null } as const;
      changes.push({ ...made, validFrom: null });
      known.push(made as unknown as ClinicRow);
      clinic = made;
    }
    const validFrom = since === null ? null : startOfDate(since, clinic.zone);
    changes.push({ kind: 'mapping', source, by: 'queue', value: queue, clinicId: clinic.clinicId, validFrom });
  }
  return changes;
}
