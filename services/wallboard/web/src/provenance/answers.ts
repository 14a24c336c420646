import type { Figure, FigureFamily, FigureRow } from '@sightline/contracts';
import type { Counts } from './formula';
import { sumOf, WORDINGS } from './formula';
import { COUNTS } from './question';

/** How a level was reckoned, and who said so. */
export interface StatedLevel {
  readonly formula: string;
  readonly version: number;
  readonly thresholdSeconds: number;
  readonly shortSeconds: number;
  readonly words: string;
  readonly statedBy: 'question' | 'contract' | 'default';
}

export type AnswerRow = FigureRow & { readonly level: StatedLevel };

/** GET /v1/figures. */
export interface FiguresAnswer {
  readonly family: FigureFamily;
  readonly from: number;
  readonly to: number;
  readonly zone: string;
  readonly at: number;
  /** Records of the log that the answer lacks. */
  readonly behind: number;
  readonly names?: { readonly clinic?: Readonly<Record<string, string>> };
  readonly rows: readonly AnswerRow[];
}

/** A row of GET /v1/calls: a visit or a contact. */
export interface ListedCall {
  readonly id: string;
  readonly call: string;
  readonly clinicName: string | null;
  readonly source: string;
  readonly queue?: string | null;
  readonly queueName?: string | null;
  readonly enteredAt: number;
  readonly outcome: string;
  readonly flowOutReason: string | null;
  readonly waitMs: number | null;
  readonly talkMs: number;
  readonly agentName?: string | null;
  readonly login?: string | null;
  readonly classes: readonly string[];
}

/** GET /v1/calls. */
export interface CallsAnswer {
  readonly class: string;
  readonly total: number;
  readonly figure: AnswerRow;
  readonly at: number;
  readonly calls: readonly ListedCall[];
  readonly next: string | null;
}

export function figureIn(row: AnswerRow, name: string): Figure | null {
  return row.figures.find(({ figure }) => figure === name) ?? null;
}

export function countsIn(row: AnswerRow): Counts {
  return Object.fromEntries(COUNTS.map((name) => [name, figureIn(row, name)?.value ?? 0])) as Counts;
}

/** Classes of calls that a level is made of, each with its calls. Short abandons are among the abandoned. */
export const CLASSES = [
  'answeredLate',
  'abandoned',
  'answeredWithin',
  'shortAbandoned',
  'flowedOut',
  'waiting',
  'endUnknown',
  'blocked',
] as const;
export type CallClass = (typeof CLASSES)[number];

export function sizeOf(name: CallClass, counts: Counts): number {
  return name === 'answeredLate' ? counts.answered - counts.answeredWithin : counts[name];
}

/** Whether the classes make up what was offered, and the counts make up the figure. */
export function addsUp(row: AnswerRow, level: Figure | null): boolean {
  const counts = countsIn(row);
  const { offered, answered, abandoned, flowedOut, waiting, endUnknown } = counts;
  if (answered + abandoned + flowedOut + waiting + endUnknown !== offered) return false;
  const wording = WORDINGS[row.level.formula];
  if (!level || !wording || level.numerator === undefined) return true;
  return sumOf(wording.numerator, counts) === level.numerator && sumOf(wording.denominator, counts) === level.denominator;
}
