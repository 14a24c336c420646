import type { FigureFamily, FigureRow, LegCell, Viewer, VisitCell } from '@sightline/contracts';
import { InputError } from '@sightline/contracts';
import type { FigureOptions } from '@sightline/core-kpi';
import { emptyLegCell, emptyVisitCell, figureOf } from '@sightline/core-kpi';
import type { CellRow, Dimension, KpiReader } from '@sightline/ports';
import type { Concerned, Freshness } from './envelope';
import { capabilitiesOf, concernedBy, freshnessOf, labelFor } from './envelope';
import type { Level } from './level';
import { levelFor } from './level';
import type { Moment } from './moment';
import type { Names } from './names';
import { namesOf } from './names';
import type { RawQuery } from './parameters';
import type { FiguresQuestion } from './question';
import { decodeFiguresQuestion } from './question';
import type { Snapshots } from './snapshots';
import { placeName, waitsByPlace } from './waits';

/** Figures of one answer at most: rows times figures. */
const MAX_VALUES = 250_000;

/** Which level a row's figures were reckoned by. */
export interface StatedLevel {
  readonly formula: string;
  readonly version: number;
  readonly thresholdSeconds: number;
  readonly shortSeconds: number;
  readonly words: string;
  readonly statedBy: Level['statedBy'];
}

export interface AnswerRow extends FigureRow {
  readonly level: StatedLevel;
}

export interface FiguresAnswer {
  readonly family: FigureFamily;
  readonly from: number;
  readonly to: number;
  readonly zone: string;
  readonly interval: string;
  readonly groupBy: readonly Dimension[];
  /** The instant of the snapshot, ms. */
  readonly at: number;
  /** Records of the log that this answer lacks. */
  readonly behind: number;
  readonly names: Names;
  readonly rows: readonly AnswerRow[];
}

function stateLevel({ formula, thresholdSeconds, shortSeconds, statedBy }: Level): StatedLevel {
  const words = formula.words(thresholdSeconds, shortSeconds);
  return { formula: formula.id, version: formula.version, thresholdSeconds, shortSeconds, words, statedBy };
}

/** Answers GET /v1/figures from one snapshot of the store. */
export class FigureQueries {
  constructor(private readonly snapshots: Snapshots) {}

  async answer(raw: RawQuery, viewer: Viewer): Promise<FiguresAnswer> {
    const register = await this.snapshots.registerOf(viewer);
    const question = decodeFiguresQuestion(raw, register, viewer);
    return this.snapshots.read(viewer, register, (reader, moment) => answerFigures(reader, question, viewer, moment));
  }
}

async function answerFigures(reader: KpiReader, question: FiguresQuestion, viewer: Viewer, moment: Moment): Promise<FiguresAnswer> {
  const { selection, period, groupBy } = question;
  const { from, to, zone, interval } = period;
  const rows = (await reckonCells(reader, question, viewer, moment)).map((reckoned) => reckoned.row);
  const names = namesOf(rows, moment);
  return { family: selection.family, from, to, zone, interval, groupBy, at: moment.nowMs, behind: moment.behind, names, rows };
}

/** Reads the cells of a question and reckons its figures: rows by key, then time. */
export async function reckonCells(
  reader: KpiReader,
  question: FiguresQuestion,
  viewer: Viewer,
  moment: Moment,
): Promise<readonly Reckoned[]> {
  const { selection, period, groupBy } = question;
  const { from, to, boundaries } = period;
  const query = { ...selection, from, to, boundaries, groupBy, endUnknownBefore: moment.endUnknownBefore };
  const cells = withEmptyIntervals(await reader.cells(query), question);
  if (cells.length * question.figures.length > MAX_VALUES) {
    const advice = 'ask for fewer groups, longer intervals or fewer figures';
    throw new InputError('answer-too-large', `the answer would have too many rows: ${advice}`, { details: { max: MAX_VALUES } });
  }
  const waits = await waitsByPlace(reader, question, cells, moment);
  const reckon = createReckoner(question, viewer, moment);
  return cells.map((cell) => reckon(cell, waits.get(placeName(cell))));
}

/** Rows by key, then time. Without a grouping every interval has a row, whether anything came or not. */
function withEmptyIntervals(cells: readonly CellRow[], { selection, period, groupBy }: FiguresQuestion): readonly CellRow[] {
  if (groupBy.length > 0) return [...cells].sort((a, b) => byKey(a.key, b.key) || a.interval - b.interval);
  const known = new Map(cells.map((cell) => [cell.interval, cell]));
  const empty = selection.family === 'leg' ? emptyLegCell() : emptyVisitCell();
  return period.boundaries.slice(0, -1).map((_, interval) => known.get(interval) ?? { key: [], interval, cell: empty, revisedAt: null });
}

function byKey(a: readonly string[], b: readonly string[]): number {
  const at = a.findIndex((value, index) => value !== b[index]);
  if (at < 0) return 0;
  return (a[at] as string) < (b[at] as string) ? -1 : 1;
}

interface Surroundings {
  readonly concerned: Concerned;
  readonly freshness: Freshness;
  readonly level: Level;
  readonly options: FigureOptions;
}

/** A row of an answer and what it was made of. */
export interface Reckoned extends Surroundings {
  readonly cell: VisitCell | LegCell;
  readonly row: AnswerRow;
}

type Reckoner = (row: CellRow, openWaitsMs: readonly number[] | undefined) => Reckoned;

/** What belongs to an interval, clinic and queue is found once, however many agents and call types share it. */
function createReckoner(question: FiguresQuestion, viewer: Viewer, moment: Moment): Reckoner {
  const { selection, groupBy, period, figures } = question;
  const known = new Map<string, Surroundings>();
  return ({ key, interval, cell, revisedAt }, openWaitsMs) => {
    const named = Object.fromEntries(groupBy.map((dimension, index) => [dimension, key[index] ?? '']));
    const place = { key: named, from: period.boundaries[interval] as number, to: period.boundaries[interval + 1] as number };
    const name = `${interval}\n${named['clinic'] ?? ''}\n${named['queue'] ?? ''}`;
    let around = known.get(name);
    if (!around) known.set(name, (around = surroundingsOf(question, viewer, moment, place)));
    const options = openWaitsMs ? { ...around.options, openWaitsMs } : around.options;
    const waiting = 'waiting' in cell ? cell.waiting : 0;
    const row = {
      ...place,
      figures: figures.map((figure) => figureOf(selection.family, figure, cell, options)),
      ...labelFor(place, around.concerned.sources, moment, { waiting, revisedAt }),
      ...around.freshness,
      level: stateLevel(around.level),
    };
    return { ...around, cell, row };
  };
}

function surroundingsOf(
  { selection, level: wish, confidenceLevel }: FiguresQuestion,
  viewer: Viewer,
  moment: Moment,
  place: { readonly key: Readonly<Record<string, string>>; readonly from: number; readonly to: number },
): Surroundings {
  const concerned = concernedBy(place, selection, viewer.clinics, moment);
  const capabilities = capabilitiesOf(concerned.sources, moment);
  const level = levelFor(wish, moment.register, concerned.clinics, place.from);
  return {
    concerned,
    freshness: freshnessOf(place, concerned.sources, moment),
    level,
    options: { ...level, ...(capabilities ? { capabilities } : {}), ...(confidenceLevel === null ? {} : { confidenceLevel }) },
  };
}
