import type { OpeningSpan } from '@sightline/contracts';

export const CALL_TYPES = ['scheduling', 'contactLenses', 'billing', 'afterHours'] as const;
export type CentreCallType = (typeof CALL_TYPES)[number];

export interface CentreClinic {
  readonly clinicId: string;
  readonly name: string;
  readonly zone: string;
  readonly poolId: string;
  /** Its own number, out of those that are reserved for fiction. */
  readonly dialledNumber: string;
  readonly opening: readonly OpeningSpan[];
  /** Callers an hour when it is open and busy. */
  readonly callsPerHour: number;
  readonly contract: { readonly name: string; readonly thresholdSeconds: number; readonly targetPercent: number };
}

export const POOLS = [
  { poolId: 'east', name: 'East' },
  { poolId: 'central', name: 'Central' },
  { poolId: 'west', name: 'West' },
] as const;

const EASTERN = 'America/New_York';
const CENTRAL = 'America/Chicago';
const MOUNTAIN = 'America/Denver';
const PACIFIC = 'America/Los_Angeles';

/** id, name, zone, pool, area code, calls an hour, open on Saturdays, contract. */
const TABLE: readonly (readonly [string, string, string, string, number, number, boolean, keyof typeof CONTRACTS])[] = [
  ['lakeside', 'Lakeside Eye', EASTERN, 'east', 607, 16, true, '90/30'],
  ['harbor', 'Harbor Vision', EASTERN, 'east', 207, 12, true, '80/20'],
  ['maple-street', 'Maple Street Optometry', EASTERN, 'east', 802, 7, false, '80/20'],
  ['old-mill', 'Old Mill Eye Care', EASTERN, 'east', 603, 9, false, '85/30'],
  ['bayview', 'Bayview Family Eye', EASTERN, 'east', 401, 11, true, '80/20'],
  ['hill-country', 'Hill & Dale Optical', EASTERN, 'east', 304, 6, false, '85/30'],
  ['northgate', 'Northgate Vision Center', EASTERN, 'east', 716, 14, true, '90/30'],
  ['orchard', 'Orchard Park Eye', EASTERN, 'east', 518, 8, false, '80/20'],
  ['prairie', 'Prairie Sight', CENTRAL, 'central', 605, 10, false, '80/20'],
  ['river-bend', 'River Bend Optometry', CENTRAL, 'central', 563, 12, true, '80/20'],
  ['twin-oaks', 'Twin Oaks Eye Clinic', CENTRAL, 'central', 608, 9, false, '85/30'],
  ['meridian', 'Meridian Eye Group', CENTRAL, 'central', 414, 17, true, '90/30'],
  ['cornerstone', 'Cornerstone Vision', CENTRAL, 'central', 816, 11, true, '80/20'],
  ['sunflower', 'Sunflower Family Optical', CENTRAL, 'central', 785, 7, false, '80/20'],
  ['gateway', 'Gateway Eye Associates', CENTRAL, 'central', 314, 13, true, '85/30'],
  ['bluestem', 'Bluestem Optometry', CENTRAL, 'central', 316, 6, false, '80/20'],
  ['summit', 'Summit Eye Care', MOUNTAIN, 'west', 970, 12, true, '80/20'],
  ['red-rock', 'Red Rock Vision', MOUNTAIN, 'west', 435, 9, false, '85/30'],
  ['aspen-grove', 'Aspen Grove Optical', MOUNTAIN, 'west', 719, 8, false, '80/20'],
  ['high-desert', 'High Desert Eye', MOUNTAIN, 'west', 505, 10, true, '80/20'],
  ['pacific', 'Pacific Family Vision', PACIFIC, 'west', 805, 15, true, '90/30'],
  ['cedar', 'Cedar & Pine Optometry', PACIFIC, 'west', 541, 8, false, '80/20'],
  ['golden-valley', 'Golden Valley Eye', PACIFIC, 'west', 559, 12, true, '85/30'],
  ['lighthouse', 'Lighthouse Optical', PACIFIC, 'west', 360, 7, false, '80/20'],
];

const CONTRACTS = {
  '80/20': { name: '80/20 contract', thresholdSeconds: 20, targetPercent: 80 },
  '85/30': { name: '85/30 contract', thresholdSeconds: 30, targetPercent: 85 },
  '90/30': { name: '90/30 contract', thresholdSeconds: 30, targetPercent: 90 },
} as const;

function opening(saturdays: boolean): OpeningSpan[] {
  const weekdays = [1, 2, 3, 4, 5].map((day) => ({ day, fromMinute: 8 * 60, toMinute: 17 * 60 + 30 }));
  return saturdays ? [...weekdays, { day: 6, fromMinute: 9 * 60, toMinute: 13 * 60 }] : weekdays;
}

export const CLINICS: readonly CentreClinic[] = TABLE.map(
  ([clinicId, name, zone, poolId, area, callsPerHour, saturdays, contract], index) => ({
    clinicId,
    name,
    zone,
    poolId,
    dialledNumber: `+1${area}55501${String(10 + index)}`,
    opening: opening(saturdays),
    callsPerHour,
    contract: CONTRACTS[contract],
  }),
);

const QUEUE_NAMES: Readonly<Record<CentreCallType, string>> = {
  scheduling: 'scheduling',
  contactLenses: 'contacts',
  billing: 'billing',
  afterHours: 'after-hours',
};

/** Where calls of a clinic and type wait. */
export function queueOf(clinic: CentreClinic, type: CentreCallType): string {
  return `${clinic.clinicId}-${QUEUE_NAMES[type]}`;
}

/** Where callers of all clinics go on waiting when their own pool has nobody: the clinic is known by the number they dialled. */
export const OVERFLOW_QUEUE = 'overflow';
