import type { Capability, DirectoryEntry } from '@sightline/contracts';
import type { DirectoryChange } from '@sightline/ports';
import { CALL_TYPES, CLINICS, OVERFLOW_QUEUE, POOLS, queueOf } from './clinics';
import { ASSISTANTS, AUDITORS, TEAMS } from './people';

export const CENTRE_NAME = 'Sightline demo centre';

/** All that the made-up telephone system tells. */
const CAPABILITIES: readonly Capability[] = [
  'visitIds',
  'ringing',
  'hold',
  'wrapUp',
  'outbound',
  'agentStates',
  'dispositions',
  'blocked',
  'endedBy',
];

const CALL_TYPE_NAMES = {
  scheduling: 'Scheduling',
  contactLenses: 'Contact lenses',
  billing: 'Billing',
  afterHours: 'After hours',
} as const;

function entries(source: string): DirectoryEntry[] {
  const siteId = 'manila';
  return [
    { kind: 'site', siteId, name: 'Manila', zone: 'Asia/Manila' },
    { kind: 'source', source, name: 'Demo telephone system', system: 'http', zone: 'UTC', capabilities: CAPABILITIES, live: true },
    ...TEAMS.map((team): DirectoryEntry => ({ kind: 'team', ...team, siteId })),
    ...POOLS.map((pool): DirectoryEntry => ({ kind: 'pool', ...pool })),
    ...CLINICS.flatMap((clinic): DirectoryEntry[] => [
      { kind: 'clinic', clinicId: clinic.clinicId, name: clinic.name, zone: clinic.zone, weekStart: 1, opening: clinic.opening },
      { kind: 'contract', clinicId: clinic.clinicId, formula: 'SL6', shortSeconds: 5, ...clinic.contract },
      { kind: 'poolClinic', poolId: clinic.poolId, clinicId: clinic.clinicId },
      { kind: 'mapping', source, by: 'dialledNumber', value: clinic.dialledNumber, clinicId: clinic.clinicId },
      { kind: 'mapping', source, by: 'tag', value: clinic.clinicId, clinicId: clinic.clinicId },
      ...CALL_TYPES.flatMap((callType): DirectoryEntry[] => {
        const queue = queueOf(clinic, callType);
        return [
          { kind: 'queue', source, queue, name: `${clinic.name}: ${CALL_TYPE_NAMES[callType]}`, callType },
          { kind: 'mapping', source, by: 'queue', value: queue, clinicId: clinic.clinicId },
        ];
      }),
    ]),
    { kind: 'queue', source, queue: OVERFLOW_QUEUE, name: 'Overflow, all pools', callType: null },
    ...ASSISTANTS.flatMap((person): DirectoryEntry[] => [
      { kind: 'agent', agentId: person.agentId, name: person.name, siteId },
      { kind: 'login', source, login: person.login, agentId: person.agentId },
      { kind: 'teamMember', teamId: person.teamId, agentId: person.agentId },
      ...person.pools.map((poolId): DirectoryEntry => ({ kind: 'poolAgent', poolId, agentId: person.agentId })),
    ]),
    ...AUDITORS.flatMap((person): DirectoryEntry[] => [
      { kind: 'agent', ...person, siteId },
      { kind: 'teamMember', teamId: 'quality', agentId: person.agentId },
    ]),
  ];
}

/** The centre as one change set of the directory: it has always been so. `source` names its telephone system. */
export function centreDirectory(source: string): readonly DirectoryChange[] {
  return entries(source).map((entry, index) => ({ ...entry, id: `centre-${entry.kind}-${index}`, validFrom: null, validTo: null }));
}
