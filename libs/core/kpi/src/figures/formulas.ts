import type { FlowOutReason, Seconds, VisitCell } from '@sightline/contracts';

/** Exclusive counts a service level is made of. T may lie below the short bound, so abandons fall into four classes. */
export interface LevelCounts {
  readonly answeredWithin: number;
  readonly answeredLate: number;
  readonly shortWithin: number;
  readonly shortLate: number;
  readonly longWithin: number;
  readonly longLate: number;
  readonly flowedOut: Readonly<Partial<Record<FlowOutReason, number>>>;
  readonly blocked: number;
}

type Coefficients = Readonly<Record<Exclude<keyof LevelCounts, 'flowedOut'>, number>> & {
  readonly flowedOut: Readonly<Partial<Record<FlowOutReason, number>>> & { readonly others: number };
};

export interface Formula {
  readonly id: string;
  readonly version: number;
  readonly numerator: Coefficients;
  readonly denominator: Coefficients;
  /** In words, T and short in seconds. */
  readonly words: (thresholdSeconds: number, shortSeconds: number) => string;
}

function row(counts: Partial<Record<Exclude<keyof LevelCounts, 'flowedOut'>, number>>, flowedOut = 0): Coefficients {
  return {
    answeredWithin: 0,
    answeredLate: 0,
    shortWithin: 0,
    shortLate: 0,
    longWithin: 0,
    longLate: 0,
    blocked: 0,
    ...counts,
    flowedOut: { others: flowedOut },
  };
}

const answered = { answeredWithin: 1, answeredLate: 1 };
const abandoned = { shortWithin: 1, shortLate: 1, longWithin: 1, longLate: 1 };

function formula(id: string, numerator: Coefficients, denominator: Coefficients, words: Formula['words']): Formula {
  return { id, version: 1, numerator, denominator, words };
}

/** The service levels the field knows, as data: two rows of coefficients over exclusive counts. T is inclusive. */
export const FORMULAS: readonly Formula[] = [
  formula(
    'SL1',
    row({ answeredWithin: 1, shortWithin: 1, longWithin: 1 }),
    row({ ...answered, ...abandoned }, 1),
    (t) => `(answered within ${t} s + abandoned within ${t} s) ÷ (answered + abandoned + flowed out)`,
  ),
  formula('SL2', row({ answeredWithin: 1 }), row(answered), (t) => `answered within ${t} s ÷ answered`),
  formula('SL3', row({ answeredWithin: 1 }), row({ ...answered, ...abandoned }), (t) => `answered within ${t} s ÷ (answered + abandoned)`),
  formula(
    'SL4',
    row({ answeredWithin: 1 }),
    row({ ...answered, shortLate: 1, longLate: 1 }),
    (t) => `answered within ${t} s ÷ (answered + abandoned after ${t} s)`,
  ),
  formula(
    'SL5',
    row({ answeredWithin: 1, shortWithin: 1, shortLate: 1 }),
    row({ ...answered, ...abandoned }),
    (t, short) => `(answered within ${t} s + abandoned within ${short} s) ÷ (answered + abandoned)`,
  ),
  formula(
    'SL6',
    row({ answeredWithin: 1 }),
    row({ ...answered, longWithin: 1, longLate: 1 }),
    (t, short) => `answered within ${t} s ÷ (answered + abandoned − abandoned within ${short} s)`,
  ),
  formula(
    'SL7',
    row({ answeredWithin: 1 }),
    row({ ...answered, ...abandoned, blocked: 1 }, 1),
    (t) => `answered within ${t} s ÷ (answered + abandoned + blocked + flowed out)`,
  ),
];

/** What a contract has unless it says otherwise. */
export const DEFAULT_LEVEL = { formula: 'SL6', thresholdSeconds: 20, shortSeconds: 5 } as const;

export function formulaOf(id: string): Formula | undefined {
  return FORMULAS.find((one) => one.id === id);
}

/** Rows of a sparse map up to and including `second`. */
export function countWithin(seconds: Seconds, second: number): number {
  let total = 0;
  for (const [at, count] of Object.entries(seconds)) if (Number(at) <= second) total += count;
  return total;
}

export function levelCounts(cell: VisitCell, thresholdSeconds: number, shortSeconds: number): LevelCounts {
  const answeredWithin = countWithin(cell.answered.seconds, thresholdSeconds);
  const short = countWithin(cell.abandoned.seconds, shortSeconds);
  const within = countWithin(cell.abandoned.seconds, thresholdSeconds);
  const shortWithin = countWithin(cell.abandoned.seconds, Math.min(thresholdSeconds, shortSeconds));
  return {
    answeredWithin,
    answeredLate: cell.answered.n - answeredWithin,
    shortWithin,
    shortLate: short - shortWithin,
    longWithin: within - shortWithin,
    longLate: cell.abandoned.n - within - short + shortWithin,
    flowedOut: cell.flowedOut,
    blocked: cell.blocked,
  };
}

function weigh(coefficients: Coefficients, counts: LevelCounts): number {
  let total = 0;
  for (const [name, factor] of Object.entries(coefficients)) {
    if (typeof factor === 'number') total += factor * (counts[name as keyof LevelCounts] as number);
  }
  for (const [reason, count] of Object.entries(counts.flowedOut)) {
    total += (coefficients.flowedOut[reason as FlowOutReason] ?? coefficients.flowedOut.others) * count;
  }
  return total;
}

export interface Level {
  readonly numerator: number;
  readonly denominator: number;
}

/** Numerator and denominator of a service level: integers, never averages. */
export function serviceLevel(cell: VisitCell, formula: Formula, thresholdSeconds: number, shortSeconds: number): Level {
  const counts = levelCounts(cell, thresholdSeconds, shortSeconds);
  return { numerator: weigh(formula.numerator, counts), denominator: weigh(formula.denominator, counts) };
}

/** Ends a waiting visit may still have, as exclusive counts: how it would add to numerator and denominator. */
function possibleEnds(formula: Formula, waitedSeconds: number, thresholdSeconds: number, shortSeconds: number): readonly Level[] {
  const ends: Level[] = [];
  const consider = (name: Exclude<keyof LevelCounts, 'flowedOut'>): void => {
    ends.push({ numerator: formula.numerator[name], denominator: formula.denominator[name] });
  };
  const withinReach = waitedSeconds <= thresholdSeconds;
  const shortReach = waitedSeconds <= shortSeconds;
  if (withinReach) consider('answeredWithin');
  consider('answeredLate');
  if (shortReach && waitedSeconds <= Math.min(thresholdSeconds, shortSeconds)) consider('shortWithin');
  if (shortReach && shortSeconds > thresholdSeconds) consider('shortLate');
  if (withinReach && thresholdSeconds > shortSeconds) consider('longWithin');
  consider('longLate');
  ends.push({ numerator: formula.numerator.flowedOut.others, denominator: formula.denominator.flowedOut.others });
  return ends;
}

/**
 * Best and worst level that visits still waiting admit, given how long each has waited, ms. Every visit ends in one of a few ways, each
 * adding to numerator and denominator; the extreme of a ratio of sums is found by asking, for a ratio r, whether Σ max(n − r·d) ≥ 0
 * (Dinkelbach's iteration): exact after a few steps since the choices are finite.
 */
export function openLevels(
  level: Level,
  waitsMs: readonly number[],
  formula: Formula,
  thresholdSeconds: number,
  shortSeconds: number,
): { readonly low: number | null; readonly high: number | null } {
  const choices = waitsMs.map((ms) => possibleEnds(formula, Math.ceil(ms / 1_000), thresholdSeconds, shortSeconds));
  const extreme = (sign: 1 | -1): number | null => {
    let ratio = level.denominator === 0 ? (sign === 1 ? 0 : 1) : level.numerator / level.denominator;
    for (let step = 0; step < 50; step += 1) {
      let { numerator, denominator } = level;
      for (const ends of choices) {
        const best = ends.reduce((chosen, end) =>
          sign * (end.numerator - ratio * end.denominator) > sign * (chosen.numerator - ratio * chosen.denominator) ? end : chosen,
        );
        numerator += best.numerator;
        denominator += best.denominator;
      }
      if (denominator === 0) return null;
      const next = numerator / denominator;
      if (next === ratio) return next;
      ratio = next;
    }
    return ratio;
  };
  return { low: extreme(-1), high: extreme(1) };
}
