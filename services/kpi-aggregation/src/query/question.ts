import type { FigureFamily, Viewer } from '@sightline/contracts';
import type { Register } from '@sightline/core-kpi';
import { figureInfo, figuresOf, LATER_FIGURES } from '@sightline/core-kpi';
import type { Dimension } from '@sightline/ports';
import type { LevelWish } from './level';
import { decodeLevel } from './level';
import type { RawQuery } from './parameters';
import { notYet, Parameters, refuse } from './parameters';
import type { Period } from './period';
import { decodePeriod } from './period';
import type { Selection } from './selection';
import { clinicsInQuestion, decodeGroupBy, decodeSelection } from './selection';

/** Figures of one question at most. */
const MAX_FIGURES = 200;

/** Parameters that are understood and will work one day. */
export const LATER_PARAMETERS = ['asReceivedBy', 'team', 'site', 'pool', 'openingHours'] as const;

const SELECTION = ['family', 'clinic', 'queue', 'agent', 'callType', 'from', 'to', 'zone'] as const;
const LEVEL = ['formula', 'thresholdSeconds', 'shortSeconds'] as const;

export const FIGURE_PARAMETERS = [...SELECTION, 'interval', 'weekStart', 'groupBy', 'figures', ...LEVEL, 'confidence'] as const;
export const CALL_PARAMETERS = [...SELECTION, 'class', 'figure', ...LEVEL, 'limit', 'cursor'] as const;

/** What an answer shows when the question names no figure. */
const USUAL: Readonly<Record<FigureFamily, readonly string[]>> = {
  visit: ['offered', 'answered', 'abandoned', 'waiting', 'serviceLevel', 'abandonRate', 'asaMs', 'ahtMs'],
  contact: ['offered', 'answered', 'abandoned', 'waiting', 'serviceLevel', 'abandonRate', 'asaMs', 'ahtMs'],
  leg: ['attempts', 'answered', 'missed', 'outbound', 'ahtMs'],
};

/** A question for figures, decoded. */
export interface FiguresQuestion {
  readonly selection: Selection;
  readonly period: Period;
  readonly groupBy: readonly Dimension[];
  readonly figures: readonly string[];
  readonly level: LevelWish;
  /** 0.5 to 0.999, null where no interval was asked for. */
  readonly confidenceLevel: number | null;
}

export function decodeFiguresQuestion(raw: RawQuery, register: Register, viewer: Viewer): FiguresQuestion {
  const parameters = new Parameters(raw, FIGURE_PARAMETERS, LATER_PARAMETERS);
  const selection = decodeSelection(parameters, register, viewer);
  return {
    selection,
    period: decodePeriod(parameters, register, clinicsInQuestion(selection, viewer.clinics, register)),
    groupBy: decodeGroupBy(parameters, selection.family, viewer),
    figures: decodeFigures(parameters, selection.family),
    level: decodeLevel(parameters),
    confidenceLevel: parameters.decimal('confidence', 0.5, 0.999) ?? null,
  };
}

function decodeFigures(parameters: Parameters, family: FigureFamily): readonly string[] {
  const names = parameters.names('figures') ?? USUAL[family];
  if (names.length > MAX_FIGURES) throw refuse('figures', `takes at most ${MAX_FIGURES} names`, { max: MAX_FIGURES });
  for (const name of names) needsFigure(family, name, 'figures');
  return names;
}

/** Refuses a figure that the family does not have, or not yet. */
export function needsFigure(family: FigureFamily, name: string, parameter: string): void {
  if (LATER_FIGURES.has(name)) throw notYet(parameter, `the figure ${name}`);
  if (figureInfo(family, name)) return;
  const allowed = figuresOf(family).map((figure) => figure.name);
  throw refuse(parameter, `the family ${family} has no such figure; see allowed, and percentiles such as waitMsP90`, { allowed });
}
