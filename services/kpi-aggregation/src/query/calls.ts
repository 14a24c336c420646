import type { FigureFamily, Viewer } from '@sightline/contracts';
import { InputError } from '@sightline/contracts';
import type { Register } from '@sightline/core-kpi';
import { classCondition, classesOf } from '@sightline/core-kpi';
import type { Changes, KpiReader } from '@sightline/ports';
import type { ListedCall } from './call-row';
import { listCall } from './call-row';
import { countInClass, figureOfClass } from './contribution';
import type { ListCursor } from './cursor';
import { decodeCursor, encodeCursor, fingerprintOf, MAX_CURSOR, pinsOf } from './cursor';
import type { AnswerRow } from './figures';
import { reckonCells } from './figures';
import type { Level, LevelWish } from './level';
import { decodeLevel } from './level';
import type { Moment } from './moment';
import type { RawQuery } from './parameters';
import { Parameters, refuse } from './parameters';
import type { Period } from './period';
import { decodePeriod } from './period';
import { CALL_PARAMETERS, LATER_PARAMETERS, needsFigure } from './question';
import type { Selection } from './selection';
import { clinicsInQuestion, decodeSelection } from './selection';
import type { Snapshots } from './snapshots';

/** Rows of one page at most, and where nothing is said. */
export const MAX_PAGE = 1_000;
const USUAL_PAGE = 100;
/** How long a cursor may be used, ms: the list of an older one begins anew. */
const CURSOR_LASTS_MS = 24 * 3_600_000;
const MINUTE_MS = 60_000;

/** A question for the calls behind a figure, decoded. */
interface CallsQuestion {
  readonly selection: Selection;
  readonly period: Period;
  readonly class: string;
  readonly figure: string;
  readonly level: LevelWish;
  readonly limit: number;
  readonly cursor: ListCursor | null;
}

export interface CallsAnswer {
  readonly family: FigureFamily;
  readonly from: number;
  readonly to: number;
  readonly class: string;
  /** Rows of the class, over all pages. */
  readonly total: number;
  /** The figure of the selection, with its envelope, from the same snapshot. */
  readonly figure: AnswerRow;
  readonly at: number;
  readonly behind: number;
  readonly calls: readonly ListedCall[];
  /** Null on the last page. */
  readonly next: string | null;
}

/** Answers GET /v1/calls: one row per visit, contact or leg, paged over one state of the store. */
export class CallQueries {
  constructor(private readonly snapshots: Snapshots) {}

  async answer(raw: RawQuery, viewer: Viewer): Promise<CallsAnswer> {
    const register = await this.snapshots.registerOf(viewer);
    const question = decodeCallsQuestion(raw, register, viewer);
    const nowMs = this.snapshots.nowMs();
    const pinned = Math.min(question.cursor?.nowMs ?? nowMs, nowMs);
    return this.snapshots.read(viewer, register, (reader, moment) => answerCalls(reader, question, viewer, moment, nowMs), pinned);
  }
}

function decodeCallsQuestion(raw: RawQuery, register: Register, viewer: Viewer): CallsQuestion {
  for (const name of ['interval', 'groupBy']) {
    if (name in raw || `${name}[]` in raw)
      throw refuse(name, 'a list of calls is of one span and one group: narrow from, to and the dimensions instead');
  }
  const parameters = new Parameters(raw, CALL_PARAMETERS, LATER_PARAMETERS, { cursor: MAX_CURSOR });
  const selection = decodeSelection(parameters, register, viewer);
  const { family } = selection;
  const name = parameters.oneOf('class', classesOf(family)) ?? 'all';
  const figure = parameters.one('figure') ?? figureOfClass(family, name);
  needsFigure(family, figure, 'figure');
  const written = parameters.one('cursor');
  return {
    selection,
    period: decodePeriod(parameters, register, clinicsInQuestion(selection, viewer.clinics, register)),
    class: name,
    figure,
    level: decodeLevel(parameters),
    limit: parameters.whole('limit', 1, MAX_PAGE) ?? USUAL_PAGE,
    cursor: written === undefined ? null : decodeCursor(written),
  };
}

async function answerCalls(
  reader: KpiReader,
  question: CallsQuestion,
  viewer: Viewer,
  moment: Moment,
  nowMs: number,
): Promise<CallsAnswer> {
  const { selection, period, figure, cursor } = question;
  const { from, to } = period;
  const asked = { selection, period, groupBy: [], figures: [figure], level: question.level, confidenceLevel: null };
  const [sum] = await reckonCells(reader, asked, viewer, moment);
  if (!sum) throw refuse('to', 'must be later than from');
  const { cell, row, options, level, concerned } = sum;
  const start = startOf(question, viewer, moment, level, concerned.sources);
  if (cursor) await needsSameState(reader, cursor, start, question, nowMs);
  const page = await reader.rows({
    ...selection,
    from,
    to,
    endUnknownBefore: moment.endUnknownBefore,
    where: classCondition(selection.family, question.class, level) ?? {},
    after: cursor?.after ?? null,
    limit: question.limit,
  });
  return {
    family: selection.family,
    from,
    to,
    class: question.class,
    total: countInClass(selection.family, question.class, cell, level),
    figure: row,
    at: moment.nowMs,
    behind: moment.behind,
    calls: page.rows.map((listed) => listCall(listed, { figure, options, viewer, moment })),
    next: page.next && encodeCursor({ ...(cursor ?? start), after: page.next }),
  };
}

/** The cursor of the first page as of this moment. */
function startOf(question: CallsQuestion, viewer: Viewer, moment: Moment, level: Level, sources: readonly string[]): ListCursor {
  const { selection, period, figure, level: wish } = question;
  const { formula, thresholdSeconds, shortSeconds } = level;
  const asked = [viewer.operatorId, viewer.clinics, selection, period.from, period.to, question.class, figure];
  const cutoffs = [...sources].sort().map((source) => [source, moment.endUnknownBefore[source] ?? null]);
  return {
    question: fingerprintOf([...asked, wish.formula?.id ?? null, wish.thresholdSeconds ?? null, wish.shortSeconds ?? null]),
    terms: fingerprintOf([formula.id, formula.version, thresholdSeconds, shortSeconds, cutoffs]),
    nowMs: moment.nowMs,
    partitions: pinsOf(moment.headers),
    after: null,
  };
}

/** Refuses to go on where the list is another one by now: with a cursor to begin it anew. */
async function needsSameState(
  reader: KpiReader,
  cursor: ListCursor,
  start: ListCursor,
  { selection, period }: CallsQuestion,
  nowMs: number,
): Promise<void> {
  if (cursor.question !== start.question) throw refuse('cursor', 'belongs to another question');
  const changes = await reader.changedSince(cursor.partitions);
  const isOld = cursor.nowMs > nowMs || nowMs - cursor.nowMs > CURSOR_LASTS_MS;
  if (!isOld && cursor.terms === start.terms && !touches(changes, selection, period)) return;
  throw new InputError('snapshot-moved', 'calls of this list have changed since its first page; begin again with the cursor given', {
    status: 409,
    details: { cursor: encodeCursor({ ...start, nowMs }) },
  });
}

/** Whether anything changed where the list looks. Live traffic elsewhere moves commits all the time and is no reason. */
function touches({ snapshot, minutes }: Changes, { family, clinics }: Selection, { from, to }: Period): boolean {
  if (snapshot.length > 0) return true;
  return minutes.some(
    (changed) =>
      changed.family === family &&
      changed.minute < to &&
      changed.minute + MINUTE_MS > from &&
      (clinics === undefined || clinics.includes(changed.clinicId)),
  );
}
