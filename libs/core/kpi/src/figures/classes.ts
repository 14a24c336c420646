import type { ContactRow, FigureFamily, LegRow, VisitRow } from '@sightline/contracts';
import type { FigureOptions } from './catalogue';
import { durationSeconds, SHORT_TALK_SECONDS, waitSeconds } from './cells';

/** A condition every store can evaluate: all given parts hold. Seconds as in the cells: waits round up, talk rounds down. */
export interface ClassCondition {
  readonly outcomes?: readonly string[];
  readonly waitSecondsMax?: number;
  /** At least so many whole seconds. */
  readonly waitSecondsMin?: number;
  readonly talkSecondsBelow?: number;
  /** Only rows with talk, all legs of which have ended. */
  readonly legsEnded?: boolean;
}

type ClassOf = (options: Pick<FigureOptions, 'thresholdSeconds' | 'shortSeconds'>) => ClassCondition;

const VISIT_CLASSES: Readonly<Record<string, ClassOf>> = {
  all: () => ({}),
  offered: () => ({ outcomes: ['answered', 'abandoned', 'flowedOut', 'waiting', 'endUnknown'] }),
  answered: () => ({ outcomes: ['answered'] }),
  answeredWithin: ({ thresholdSeconds }) => ({ outcomes: ['answered'], waitSecondsMax: thresholdSeconds }),
  answeredLate: ({ thresholdSeconds }) => ({ outcomes: ['answered'], waitSecondsMin: thresholdSeconds + 1 }),
  abandoned: () => ({ outcomes: ['abandoned'] }),
  shortAbandoned: ({ shortSeconds }) => ({ outcomes: ['abandoned'], waitSecondsMax: shortSeconds }),
  abandonedWithin: ({ thresholdSeconds }) => ({ outcomes: ['abandoned'], waitSecondsMax: thresholdSeconds }),
  flowedOut: () => ({ outcomes: ['flowedOut'] }),
  blocked: () => ({ outcomes: ['blocked'] }),
  waiting: () => ({ outcomes: ['waiting'] }),
  endUnknown: () => ({ outcomes: ['endUnknown'] }),
  talked: () => ({ outcomes: ['answered'], legsEnded: true }),
  shortTalk: () => ({ outcomes: ['answered'], legsEnded: true, talkSecondsBelow: SHORT_TALK_SECONDS }),
};

const LEG_CLASSES: Readonly<Record<string, ClassOf>> = {
  all: () => ({}),
  answered: () => ({ outcomes: ['answered'] }),
  missed: () => ({ outcomes: ['missed'] }),
  talked: () => ({ outcomes: ['answered'], legsEnded: true }),
  shortTalk: () => ({ outcomes: ['answered'], legsEnded: true, talkSecondsBelow: SHORT_TALK_SECONDS }),
};

/** Names of the classes a call list of the family may be narrowed to. */
export function classesOf(family: FigureFamily): readonly string[] {
  return Object.keys(family === 'leg' ? LEG_CLASSES : VISIT_CLASSES);
}

/** What a class selects; undefined when the family has no such class. */
export function classCondition(
  family: FigureFamily,
  name: string,
  options: Pick<FigureOptions, 'thresholdSeconds' | 'shortSeconds'>,
): ClassCondition | undefined {
  const table = family === 'leg' ? LEG_CLASSES : VISIT_CLASSES;
  return Object.hasOwn(table, name) ? table[name]?.(options) : undefined;
}

/** Outcome of a row at an instant: a wait past its cutoff has an unknown end; a contact then is what its last visit was. */
export function outcomeAt(row: VisitRow | ContactRow, endUnknownBefore: number): Pick<VisitRow, 'outcome' | 'waitMs' | 'flowOutReason'> {
  if (row.outcome !== 'waiting') return row;
  if (row.family === 'visit') return row.enteredAt < endUnknownBefore ? { ...row, outcome: 'endUnknown' } : row;
  if (row.waitingSince === null || row.waitingSince >= endUnknownBefore) return row;
  return { outcome: row.expiredOutcome, waitMs: row.expiredWaitMs, flowOutReason: row.expiredFlowOutReason };
}

/** Whether a row belongs to a class: the same decision in every store and test. */
export function inClass(row: VisitRow | ContactRow | LegRow, condition: ClassCondition, endUnknownBefore: number): boolean {
  const now = row.family === 'leg' ? { outcome: row.outcome, waitMs: null } : outcomeAt(row, endUnknownBefore);
  if (condition.outcomes && !condition.outcomes.includes(now.outcome)) return false;
  if (condition.waitSecondsMax !== undefined && (now.waitMs === null || waitSeconds(now.waitMs) > condition.waitSecondsMax)) return false;
  if (condition.waitSecondsMin !== undefined && (now.waitMs === null || waitSeconds(now.waitMs) < condition.waitSecondsMin)) return false;
  const talkEnded = row.family === 'leg' ? row.talkMs !== null : row.legs > 0 && row.legs === row.legsEnded;
  if (condition.legsEnded === true && !talkEnded) return false;
  return condition.talkSecondsBelow === undefined || durationSeconds(row.talkMs ?? 0) < condition.talkSecondsBelow;
}
