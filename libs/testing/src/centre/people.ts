import { POOLS } from './clinics';

/** A working day in minutes after the floor's day begins (05:00 in New York), nine hours with an hour for lunch. */
export interface Shift {
  readonly fromMinute: number;
  readonly people: number;
  /** Nights are few: whoever works then answers for all pools. */
  readonly allPools: boolean;
}

const SHIFTS: readonly Shift[] = [
  { fromMinute: 0, people: 6, allPools: true },
  { fromMinute: 150, people: 14, allPools: false },
  { fromMinute: 210, people: 11, allPools: false },
  { fromMinute: 300, people: 11, allPools: false },
  { fromMinute: 390, people: 8, allPools: false },
  { fromMinute: 900, people: 8, allPools: true },
];
export const SHIFT_MINUTES = 540;

export interface CentreAssistant {
  readonly agentId: string;
  readonly name: string;
  readonly login: string;
  readonly teamId: string;
  readonly pools: readonly string[];
  readonly shift: Shift;
  /** ISO days (1 = Monday) on which the floor's day is free. */
  readonly daysOff: readonly number[];
  /** In the class that has just begun: slower, and some rings are missed. */
  readonly ramp: boolean;
}

const GIVEN =
  'Maricel Jun Liza Paolo Grace Arnel Cherry Dennis Rowena Mark Jocelyn Rico Aileen Noel Hazel Bong Jenny Carlo Mylene Rey Kristine Allan Divina Jerome Tess Edgar Rhea Vince Lorna Ramil Joy Nestor Sheila Gilbert Ana Ferdie Melody Ian Carmela Jayson Norma Kenneth Bea Lito Charisse Dante Irene Miguel Leah Oscar Pia Renato Glenda Santi Vilma Wendell Yna Zandro'.split(
    ' ',
  );
const FAMILY =
  'Santos Reyes Cruz Bautista Ocampo Garcia Mendoza Torres Villanueva Ramos Aquino Navarro Castillo Flores Domingo Salazar Mercado Pascual Aguilar Tolentino Valdez Soriano Manalo Lim Dizon Corpuz Santiago Magno Ibarra'.split(
    ' ',
  );

export const TEAMS = [
  { teamId: 'team-amihan', name: 'Team Amihan' },
  { teamId: 'team-bituin', name: 'Team Bituin' },
  { teamId: 'team-dalisay', name: 'Team Dalisay' },
  { teamId: 'team-liwanag', name: 'Team Liwanag' },
  { teamId: 'ramp-class', name: 'Ramp class' },
  { teamId: 'quality', name: 'Quality' },
] as const;
const FLOOR_TEAMS = TEAMS.slice(0, 4);

/** Every ninth of those who do not work nights belongs to the class, up to four. */
function assistant(index: number, shift: Shift, ramp: boolean): CentreAssistant {
  const number = String(index + 1).padStart(2, '0');
  const own = POOLS[index % POOLS.length]?.poolId as string;
  const second = POOLS[(index + 1) % POOLS.length]?.poolId as string;
  const pools = shift.allPools ? POOLS.map((pool) => pool.poolId) : index % 4 === 0 && !ramp ? [own, second] : [own];
  const staggered = shift.allPools || index % 3 === 0;
  const first = 1 + (index % 7);
  return {
    agentId: `assistant-${number}`,
    name: `${GIVEN[index % GIVEN.length]} ${FAMILY[(index * 7) % FAMILY.length]}`,
    login: `va${number}`,
    teamId: ramp ? 'ramp-class' : (FLOOR_TEAMS[index % FLOOR_TEAMS.length]?.teamId as string),
    pools,
    shift,
    daysOff: staggered ? [first, 1 + (first % 7)] : [6, 7],
    ramp,
  };
}

function everybody(): CentreAssistant[] {
  const people: CentreAssistant[] = [];
  let inClass = 0;
  for (const shift of SHIFTS) {
    for (let n = 0; n < shift.people; n += 1) {
      const ramp = !shift.allPools && inClass < 4 && n % 9 === 3;
      if (ramp) inClass += 1;
      people.push(assistant(people.length, shift, ramp));
    }
  }
  return people;
}

/** 58 who answer; four of them in the ramp class. */
export const ASSISTANTS: readonly CentreAssistant[] = everybody();

export const AUDITORS = [
  { agentId: 'auditor-1', name: 'Corazon Dela Peña' },
  { agentId: 'auditor-2', name: 'Emil Zamora' },
] as const;
