import type { Capability, Durations, Figure, FigureFamily, LegCell, VisitCell } from '@sightline/contracts';
import { greatestSecond, nearestRank } from './durations';
import type { Formula } from './formulas';
import { countWithin, DEFAULT_LEVEL, formulaOf, openLevels, serviceLevel } from './formulas';

/** How a figure is to be reckoned. */
export interface FigureOptions {
  readonly formula: Formula;
  readonly thresholdSeconds: number;
  readonly shortSeconds: number;
  /** Waits so far of the visits still waiting, ms; absent where the interval is not live. */
  readonly openWaitsMs?: readonly number[];
  /** What the sources in question can report; absent = everything. */
  readonly capabilities?: ReadonlySet<Capability>;
  /** 0.5 … 0.999: adds an interval for claims about a process. Never for what is owed by contract. */
  readonly confidenceLevel?: number;
}

export const DEFAULT_OPTIONS: FigureOptions = {
  formula: formulaOf(DEFAULT_LEVEL.formula) as Formula,
  thresholdSeconds: DEFAULT_LEVEL.thresholdSeconds,
  shortSeconds: DEFAULT_LEVEL.shortSeconds,
};

type Measured = Omit<Figure, 'figure'>;

interface Definition<C> {
  readonly name: string;
  readonly words: string;
  readonly unit: 'count' | 'ms' | 'ratio' | 'score';
  readonly requires?: Capability;
  readonly of: (cell: C, options: FigureOptions) => Measured;
}

const number = (value: number): Measured => ({ value, n: value });

function ratio(numerator: number, denominator: number, why: string): Measured {
  if (denominator === 0) return { value: null, reason: why, numerator, denominator, n: 0 };
  return { value: numerator / denominator, numerator, denominator, n: denominator };
}

const mean = (durations: Durations, why: string): Measured => ratio(durations.sumMs, durations.n, why);

const second = (value: number | null, n: number, why: string): Measured =>
  value === null ? { value: null, reason: why, n } : { value: value * 1_000, n };

const counts = <C>(name: string, words: string, of: (cell: C) => number, requires?: Capability): Definition<C> => ({
  name,
  words,
  unit: 'count',
  ...(requires ? { requires } : {}),
  of: (cell) => number(of(cell)),
});

/** Sum, mean, greatest of a family of durations; whole percentiles come by name (`<name>P90`). */
function durations<C>(name: string, what: string, of: (cell: C) => Durations, requires?: Capability): Definition<C>[] {
  const why = `no ${what}`;
  const extra = requires ? { requires } : {};
  return [
    { name: `${name}Sum`, words: `sum over ${what}`, unit: 'ms', ...extra, of: (cell) => ({ value: of(cell).sumMs, n: of(cell).n }) },
    { name: `${name}Mean`, words: `sum ÷ number of ${what}`, unit: 'ms', ...extra, of: (cell) => mean(of(cell), why) },
    {
      name: `${name}Max`,
      words: `greatest of ${what}, to the second`,
      unit: 'ms',
      ...extra,
      of: (cell) => second(greatestSecond(of(cell).seconds), of(cell).n, why),
    },
  ];
}

const sumOf = (values: Readonly<Record<string, number>>): number => Object.values(values).reduce((total, value) => total + value, 0);
export const offeredOf = (cell: VisitCell): number =>
  cell.answered.n + cell.abandoned.n + sumOf(cell.flowedOut) + cell.waiting + cell.endUnknown;

function level(cell: VisitCell, options: FigureOptions): Measured {
  const { formula, thresholdSeconds, shortSeconds, openWaitsMs } = options;
  const { numerator, denominator } = serviceLevel(cell, formula, thresholdSeconds, shortSeconds);
  return {
    ...ratio(numerator, denominator, 'nothing in the denominator'),
    ...(openWaitsMs ? { open: openLevels({ numerator, denominator }, openWaitsMs, formula, thresholdSeconds, shortSeconds) } : {}),
    formula: { id: formula.id, version: formula.version, thresholdSeconds, shortSeconds },
  };
}

function csat(cell: VisitCell): Measured {
  let n = 0;
  let sum = 0;
  for (const [key, count] of Object.entries(cell.surveyScores)) {
    n += count;
    sum += Number(key.split('/')[0]) * count;
  }
  return ratio(sum, n, 'no survey answered');
}

const short = (cell: VisitCell | LegCell): number => sumOf(cell.shortTalk);
const dispositionless = (cell: VisitCell): number => cell.dispositions[''] ?? 0;

const VISIT_DURATIONS: readonly [string, string, (cell: VisitCell) => Durations, Capability?][] = [
  ['waitMs', 'waits of answered visits', (cell) => cell.answered],
  ['abandonWaitMs', 'waits of abandoned visits', (cell) => cell.abandoned],
  ['talkMs', 'answered visits that have ended', (cell) => cell.talk],
  ['holdMs', 'answered visits that have ended', (cell) => cell.hold, 'hold'],
  ['wrapMs', 'answered visits that have ended', (cell) => cell.wrap, 'wrapUp'],
  ['handleMs', 'answered visits that have ended', (cell) => cell.handle],
];

const VISIT_FIGURES: readonly Definition<VisitCell>[] = [
  counts('offered', 'visits that entered the queue', offeredOf),
  counts('received', 'offered + blocked', (cell) => offeredOf(cell) + cell.blocked),
  counts('answered', 'visits answered by an agent', (cell) => cell.answered.n),
  counts('abandoned', 'visits whose caller hung up waiting', (cell) => cell.abandoned.n),
  counts('flowedOut', 'visits that left the queue otherwise', (cell) => sumOf(cell.flowedOut)),
  counts('blocked', 'calls the queue refused', (cell) => cell.blocked, 'blocked'),
  counts('waiting', 'visits waiting now', (cell) => cell.waiting),
  counts('endUnknown', 'visits whose end nobody stated', (cell) => cell.endUnknown),
  {
    name: 'shortAbandoned',
    words: 'abandoned within the short bound',
    unit: 'count',
    of: (cell, { shortSeconds }) => number(countWithin(cell.abandoned.seconds, shortSeconds)),
  },
  {
    name: 'answeredWithin',
    words: 'answered within the threshold',
    unit: 'count',
    of: (cell, { thresholdSeconds }) => number(countWithin(cell.answered.seconds, thresholdSeconds)),
  },
  {
    name: 'abandonedWithin',
    words: 'abandoned within the threshold',
    unit: 'count',
    of: (cell, { thresholdSeconds }) => number(countWithin(cell.abandoned.seconds, thresholdSeconds)),
  },
  { name: 'serviceLevel', words: 'by the formula', unit: 'ratio', of: level },
  {
    name: 'abandonRate',
    words: 'abandoned ÷ (answered + abandoned)',
    unit: 'ratio',
    of: (cell) => ratio(cell.abandoned.n, cell.answered.n + cell.abandoned.n, 'nothing answered or abandoned'),
  },
  {
    name: 'abandonRateWithoutShort',
    words: 'abandoned after the short bound ÷ (answered + those)',
    unit: 'ratio',
    of: (cell, { shortSeconds }) => {
      const long = cell.abandoned.n - countWithin(cell.abandoned.seconds, shortSeconds);
      return ratio(long, cell.answered.n + long, 'nothing answered or abandoned');
    },
  },
  { name: 'asaMs', words: 'mean wait of answered visits', unit: 'ms', of: (cell) => mean(cell.answered, 'nothing answered') },
  {
    name: 'ahtMs',
    words: '(talk + hold + wrap) ÷ answered visits that have ended',
    unit: 'ms',
    of: (cell) => mean(cell.handle, 'nothing answered'),
  },
  ...VISIT_DURATIONS.flatMap((one) => durations(...one)),
  {
    name: 'holdMsMeanHeld',
    words: 'hold ÷ visits with any hold',
    unit: 'ms',
    requires: 'hold',
    of: (cell) => ratio(cell.hold.sumMs, cell.held, 'nobody was held'),
  },
  counts('shortTalk', 'answered and over within 10 s', short),
  {
    name: 'shortCallShare',
    words: 'talk under 10 s ÷ answered visits that have ended',
    unit: 'ratio',
    of: (cell) => ratio(short(cell), cell.talk.n, 'nothing answered'),
  },
  {
    name: 'bookedShare',
    words: 'disposition "booked" ÷ answered with a disposition',
    unit: 'ratio',
    requires: 'dispositions',
    of: (cell) => ratio(cell.dispositions['booked'] ?? 0, cell.answered.n - dispositionless(cell), 'no disposition stated'),
  },
  {
    name: 'dispositionMissingShare',
    words: 'answered without a disposition ÷ answered',
    unit: 'ratio',
    requires: 'dispositions',
    of: (cell) => ratio(dispositionless(cell), cell.answered.n, 'nothing answered'),
  },
  { name: 'csat', words: 'sum of survey scores ÷ surveys answered', unit: 'score', requires: 'surveys', of: csat },
  counts('surveyInvited', 'visits asked for a survey', (cell) => cell.surveyInvited, 'surveys'),
  {
    name: 'surveyResponseRate',
    words: 'surveys answered ÷ invited',
    unit: 'ratio',
    requires: 'surveys',
    of: (cell) => ratio(sumOf(cell.surveyScores), cell.surveyInvited, 'nobody was invited'),
  },
];

/** Contacts know no disposition, survey or who ended what: those belong to visits. */
const CONTACT_ONLY_OUT = /^(shortTalk|shortCallShare|bookedShare|dispositionMissingShare|csat|survey.*)$/;

const LEG_DURATIONS: readonly [string, string, (cell: LegCell) => Durations, Capability?][] = [
  ['ringMs', 'answered legs', (cell) => cell.ring, 'ringing'],
  ['talkMs', 'legs that have ended', (cell) => cell.talk],
  ['holdMs', 'legs that have ended', (cell) => cell.hold, 'hold'],
  ['wrapMs', 'legs that have ended', (cell) => cell.wrap, 'wrapUp'],
  ['handleMs', 'legs that have ended', (cell) => cell.handle],
];

const LEG_FIGURES: readonly Definition<LegCell>[] = [
  counts('attempts', 'rings, dials and answers', (cell) => cell.attempts),
  counts('missed', 'rings the agent let run out', (cell) => cell.missed, 'ringing'),
  counts('answered', 'legs answered', (cell) => cell.answered),
  counts('outbound', 'legs dialled out', (cell) => cell.outbound, 'outbound'),
  { name: 'ahtMs', words: '(talk + hold + wrap) ÷ legs that have ended', unit: 'ms', of: (cell) => mean(cell.handle, 'nothing answered') },
  ...LEG_DURATIONS.flatMap((one) => durations(...one)),
  {
    name: 'holdMsMeanHeld',
    words: 'hold ÷ legs with any hold',
    unit: 'ms',
    requires: 'hold',
    of: (cell) => ratio(cell.hold.sumMs, cell.held, 'nobody was held'),
  },
  counts('shortTalk', 'answered and over within 10 s', short),
  {
    name: 'shortCallShare',
    words: 'talk under 10 s ÷ legs that have ended',
    unit: 'ratio',
    of: (cell) => ratio(short(cell), cell.talk.n, 'nothing answered'),
  },
];

/** Known to the product, not reckoned yet: asking for one is an honest "later". */
export const LATER_FIGURES: ReadonlySet<string> = new Set([
  'occupancy',
  'utilisation',
  'free',
  'fcr',
  'quality',
  'signedInMs',
  'availableMs',
]);

const DEFINITIONS: Readonly<Record<FigureFamily, readonly Definition<never>[]>> = {
  visit: VISIT_FIGURES as readonly Definition<never>[],
  contact: VISIT_FIGURES.filter(({ name }) => !CONTACT_ONLY_OUT.test(name)) as readonly Definition<never>[],
  leg: LEG_FIGURES as readonly Definition<never>[],
};

function percentileOf(family: FigureFamily, name: string): Definition<never> | undefined {
  const parts = /^(\w+Ms)P([1-9]\d?)$/.exec(name);
  if (!parts) return undefined;
  const table: readonly (readonly [string, string, (cell: never) => Durations, Capability?])[] =
    family === 'leg' ? LEG_DURATIONS : VISIT_DURATIONS;
  const [, what, of, requires] = table.find(([base]) => base === parts[1]) ?? [];
  if (!what || !of) return undefined;
  return {
    name,
    words: `${parts[2]} % of ${what} lie at or under it, nearest rank, to the second`,
    unit: 'ms',
    ...(requires ? { requires } : {}),
    of: (cell) => second(nearestRank(of(cell).seconds, of(cell).n, Number(parts[2])), of(cell).n, `no ${what}`),
  };
}

function definitionOf(family: FigureFamily, name: string): Definition<never> | undefined {
  return DEFINITIONS[family].find((one) => one.name === name) ?? percentileOf(family, name);
}

export interface FigureInfo {
  readonly name: string;
  readonly words: string;
  readonly unit: 'count' | 'ms' | 'ratio' | 'score';
  readonly requires?: Capability;
}

/** What a family can be asked for. `…P1` to `…P99` of every duration exist besides. */
export function figuresOf(family: FigureFamily): readonly FigureInfo[] {
  return DEFINITIONS[family].map(({ name, words, unit, requires }) => ({ name, words, unit, ...(requires ? { requires } : {}) }));
}

export function figureInfo(family: FigureFamily, name: string): FigureInfo | undefined {
  return definitionOf(family, name);
}

/** Wilson's score interval of a proportion (Wilson 1927), for claims about the process behind the calls. */
function wilson(k: number, n: number, confidenceLevel: number): Figure['confidence'] {
  const z = normalQuantile(1 - (1 - confidenceLevel) / 2);
  const p = k / n;
  const centre = (p + (z * z) / (2 * n)) / (1 + (z * z) / n);
  const half = (z / (1 + (z * z) / n)) * Math.sqrt((p * (1 - p)) / n + (z * z) / (4 * n * n));
  return { low: Math.max(0, centre - half), high: Math.min(1, centre + half), level: confidenceLevel, method: 'Wilson' };
}

/** Quantile of the standard normal distribution by bisection of its distribution function (Abramowitz and Stegun 7.1.26). */
function normalQuantile(p: number): number {
  const cumulative = (z: number): number => {
    const t = 1 / (1 + 0.3275911 * (z / Math.SQRT2));
    const tail = ((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t + 0.254829592) * t * Math.exp((-z * z) / 2);
    return 1 - tail / 2;
  };
  let low = 0;
  let high = 6;
  for (let step = 0; step < 60; step += 1) {
    const middle = (low + high) / 2;
    if (cumulative(middle) < p) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/**
 * One figure of a merged cell. Ratios come from merged integers; an empty denominator is null with a reason, never 0 or 1; what no source
 * in question reports is null: not reported. Throws RangeError for a name the family does not have: callers check with figureInfo.
 */
export function figureOf(family: FigureFamily, name: string, cell: VisitCell | LegCell, options: FigureOptions): Figure {
  const definition = definitionOf(family, name);
  if (!definition) throw new RangeError(`no figure ${name} in family ${family}`);
  if (definition.requires && options.capabilities && !options.capabilities.has(definition.requires)) {
    return { figure: name, value: null, reason: 'not reported by this source', n: 0 };
  }
  const measured = definition.of(cell as never, options);
  const { numerator, denominator } = measured;
  const isProportion =
    definition.unit === 'ratio' && numerator !== undefined && denominator !== undefined && denominator > 0 && numerator <= denominator;
  if (options.confidenceLevel === undefined || !isProportion) return { figure: name, ...measured };
  return {
    figure: name,
    ...measured,
    confidence: wilson(numerator, denominator, options.confidenceLevel) as NonNullable<Figure['confidence']>,
  };
}
