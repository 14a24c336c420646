import type { FlowOutReason, LegCell, VisitCell } from '@sightline/contracts';
import type { CellRow, CellsQuery } from '@sightline/ports';
import type { EntityManager } from 'typeorm';
import { dimensionSql, filterSql, fromSql, instantSql, Parameters } from './selection';

/** A change so long after both the interval's end and the first receipt is a revision (DESIGN, labels), ms. */
const REVISED_AFTER_MS = 86_400_000;

const ENDED = `t.legs > 0 AND t.legs = t."legsEnded" AND t.outcome = 'answered'`;

/** What a visit or contact adds to its cell, as (name, second or key, ms) rows. */
function visitMeasures(family: 'visit' | 'contact'): string {
  const handle = '(t."talkMs" + t."holdMs" + t."wrapMs")';
  const seconds = (ms: string): string => `(${ms} / 1000)::text`;
  const endedBy =
    family === 'visit' ? `CASE WHEN t."endedBy" IN ('agent', 'caller', 'system') THEN t."endedBy" ELSE 'unknown' END` : `'unknown'`;
  const ofVisit =
    family === 'visit'
      ? `, (CASE WHEN t.outcome = 'answered' THEN 'dispositions' END, coalesce(t.disposition, ''), 0::bigint),
         (CASE WHEN t."surveyInvited" THEN 'surveyInvited' END, '', 0),
         (CASE WHEN t."surveyScore" IS NOT NULL THEN 'surveyScores' END, t."surveyScore" || '/' || t."surveyScaleMax", 0)`
      : '';
  return `
    (now.outcome_now, CASE now.outcome_now
        WHEN 'answered' THEN ((coalesce(now.wait_now, 0) + 999) / 1000)::text
        WHEN 'abandoned' THEN ((coalesce(now.wait_now, 0) + 999) / 1000)::text
        WHEN 'flowedOut' THEN coalesce(now.reason_now, 'otherQueue') ELSE '' END, coalesce(now.wait_now, 0)),
    (CASE WHEN ${ENDED} THEN 'talk' END, ${seconds('t."talkMs"')}, t."talkMs"),
    (CASE WHEN ${ENDED} THEN 'hold' END, ${seconds('t."holdMs"')}, t."holdMs"),
    (CASE WHEN ${ENDED} THEN 'wrap' END, ${seconds('t."wrapMs"')}, t."wrapMs"),
    (CASE WHEN ${ENDED} THEN 'handle' END, ${seconds(handle)}, ${handle}),
    (CASE WHEN ${ENDED} AND t."holdMs" > 0 THEN 'held' END, '', 0),
    (CASE WHEN ${ENDED} AND t."talkMs" < 10000 THEN 'shortTalk' END, ${endedBy}, 0)${ofVisit}`;
}

/** What a leg adds to its cell. */
function legMeasures(): string {
  const hold = 'coalesce(t."holdMs", 0)';
  const wrap = 'coalesce(t."wrapMs", 0)';
  const handle = `(t."talkMs" + ${hold} + ${wrap})`;
  const ended = 't."talkMs" IS NOT NULL AND t."answeredAt" IS NOT NULL';
  const duration = (name: string, ms: string): string => `(CASE WHEN ${ended} THEN '${name}' END, (${ms} / 1000)::text, ${ms})`;
  return `
    ('attempts', '', 0::bigint),
    (CASE WHEN t.outcome = 'missed' THEN 'missed' END, '', 0),
    (CASE WHEN t.direction = 'outbound' THEN 'outbound' END, '', 0),
    (CASE WHEN t."answeredAt" IS NOT NULL THEN 'answered' END, '', 0),
    (CASE WHEN t."answeredAt" IS NOT NULL AND t."ringMs" IS NOT NULL THEN 'ring' END, (t."ringMs" / 1000)::text, t."ringMs"),
    ${duration('talk', 't."talkMs"')},
    ${duration('hold', hold)},
    ${duration('wrap', wrap)},
    ${duration('handle', handle)},
    (CASE WHEN ${ended} AND ${hold} > 0 THEN 'held' END, '', 0),
    (CASE WHEN ${ended} AND t."talkMs" < 10000 THEN 'shortTalk' END,
      CASE WHEN t."endedBy" IN ('agent', 'caller', 'system') THEN t."endedBy" ELSE 'unknown' END, 0)`;
}

interface Measure {
  readonly dimensions: readonly string[];
  readonly interval: number;
  readonly name: string;
  readonly k: string;
  readonly n: number;
  readonly ms: number;
  readonly revised_at: number | null;
}

interface Durations {
  n: number;
  sumMs: number;
  seconds: Record<string, number>;
}

const durations = (): Durations => ({ n: 0, sumMs: 0, seconds: {} });
const shortTalk = (): VisitCell['shortTalk'] => ({ agent: 0, caller: 0, system: 0, unknown: 0 });

function emptyVisit(): VisitCell {
  return {
    answered: durations(),
    abandoned: durations(),
    flowedOut: {},
    blocked: 0,
    waiting: 0,
    endUnknown: 0,
    talk: durations(),
    hold: durations(),
    wrap: durations(),
    handle: durations(),
    held: 0,
    shortTalk: shortTalk(),
    dispositions: {},
    surveyInvited: 0,
    surveyScores: {},
  };
}

function emptyLeg(): LegCell {
  return {
    attempts: 0,
    missed: 0,
    answered: 0,
    outbound: 0,
    ring: durations(),
    talk: durations(),
    hold: durations(),
    wrap: durations(),
    handle: durations(),
    held: 0,
    shortTalk: shortTalk(),
  };
}

/** Lays one measured group into its cell: a duration, a count by key, or a plain count. */
function lay(cell: VisitCell | LegCell, { name, k, n, ms }: Measure): void {
  const members = cell as unknown as Record<string, unknown>;
  const member = members[name];
  if (typeof member === 'number') members[name] = member + n;
  else if (member !== null && typeof member === 'object' && 'seconds' in member) {
    const draft = member as Durations;
    draft.n += n;
    draft.sumMs += ms;
    draft.seconds[k] = (draft.seconds[k] ?? 0) + n;
  } else {
    const counts = member as Record<FlowOutReason | string, number>;
    counts[k] = (Object.hasOwn(counts, k) ? (counts[k] as number) : 0) + n;
  }
}

/** The sums of all rows of the query, per key and interval: one GROUP BY over each row's measures. */
export async function readCells(manager: EntityManager, query: CellsQuery): Promise<readonly CellRow[]> {
  const parameters = new Parameters();
  const boundaries = parameters.add(query.boundaries);
  const at = instantSql(query.family);
  const from = fromSql(query.family, query.endUnknownBefore, parameters);
  const where = filterSql(query, parameters);
  const dimensions = query.groupBy.length === 0 ? `'{}'::text[]` : `ARRAY[${query.groupBy.map(dimensionSql).join(', ')}]`;
  const rows: Measure[] = await manager.query(
    `SELECT g.dimensions, g.interval, m.name, m.k, count(*) AS n, sum(m.ms) AS ms,
        max(CASE WHEN t."changedByReceivedAt" > greatest(t."firstReceivedAt", (${boundaries}::bigint[])[g.interval + 2]) + ${REVISED_AFTER_MS}
            THEN t."changedByReceivedAt" END) AS revised_at
     FROM ${from}
     CROSS JOIN LATERAL (SELECT ${dimensions} AS dimensions, width_bucket(${at}, ${boundaries}::bigint[]) - 1 AS interval) AS g
     CROSS JOIN LATERAL (VALUES ${query.family === 'leg' ? legMeasures() : visitMeasures(query.family)}) AS m(name, k, ms)
     WHERE ${where} AND m.name IS NOT NULL AND g.interval >= 0 AND g.interval < ${query.boundaries.length - 1}
     GROUP BY g.dimensions, g.interval, m.name, m.k`,
    parameters.values,
  );
  const cells = new Map<string, { key: readonly string[]; interval: number; cell: VisitCell | LegCell; revisedAt: number | null }>();
  for (const row of rows) {
    const name = `${row.interval}\n${row.dimensions.join('\n')}`;
    let entry = cells.get(name);
    if (!entry) {
      entry = { key: row.dimensions, interval: row.interval, cell: query.family === 'leg' ? emptyLeg() : emptyVisit(), revisedAt: null };
      cells.set(name, entry);
    }
    lay(entry.cell, row);
    if (row.revised_at !== null) entry.revisedAt = Math.max(entry.revisedAt ?? 0, row.revised_at);
  }
  return [...cells.values()];
}
