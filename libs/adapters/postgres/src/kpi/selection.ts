import type { CellsQuery, Dimension, RowFilter } from '@sightline/ports';

/** Collects parameters of a statement and hands out their placeholders. */
export class Parameters {
  readonly values: unknown[] = [];

  add(value: unknown): string {
    this.values.push(value);
    return `$${this.values.length}`;
  }
}

const DIMENSIONS: Readonly<Record<Dimension, string>> = {
  clinic: 't."clinicId"',
  queue: `t.source || '/' || coalesce(t.queue, '')`,
  agent: 't."agentId"',
  callType: 't."callType"',
};

export function dimensionSql(dimension: Dimension): string {
  return DIMENSIONS[dimension];
}

/** The family's instant. */
export function instantSql(family: RowFilter['family']): string {
  return family === 'leg' ? 't.at' : 't."enteredAt"';
}

/** Conditions of a filter; the scope is row-level security's, not ours. */
export function filterSql(filter: RowFilter, parameters: Parameters): string {
  const at = instantSql(filter.family);
  const conditions = [`${at} >= ${parameters.add(filter.from)}`, `${at} < ${parameters.add(filter.to)}`];
  const within = (dimension: Dimension, values: readonly string[] | undefined): void => {
    if (values) conditions.push(`${DIMENSIONS[dimension]} = ANY(${parameters.add(values)}::text[])`);
  };
  within('clinic', filter.clinics);
  within('queue', filter.queues);
  within('agent', filter.agents);
  within('callType', filter.callTypes);
  return conditions.join(' AND ');
}

/**
 * FROM clause with what a waiting row is at the instant of reading: past its source's cutoff a visit's end is unknown and a contact is what
 * its last visit was. Gives `outcome_now`, `reason_now`, `wait_now` beside the row.
 */
export function fromSql(family: RowFilter['family'], endUnknownBefore: CellsQuery['endUnknownBefore'], parameters: Parameters): string {
  if (family === 'leg') return `kpi.leg t CROSS JOIN LATERAL (SELECT t.outcome AS outcome_now, NULL::bigint AS wait_now) AS now`;
  const named = Object.entries(endUnknownBefore).filter(([source]) => source !== '*');
  const sources = parameters.add(named.map(([source]) => source));
  const cutoffs = parameters.add(named.map(([, cutoff]) => finite(cutoff)));
  const others = parameters.add(finite(endUnknownBefore['*'] ?? -Infinity));
  const entered = family === 'visit' ? 't."enteredAt"' : 't."waitingSince"';
  const expired = `(t.outcome = 'waiting' AND ${entered} < coalesce(cut.cutoff, ${others}::bigint))`;
  const now =
    family === 'visit'
      ? `CASE WHEN ${expired} THEN 'endUnknown' ELSE t.outcome END AS outcome_now, t."flowOutReason" AS reason_now, t."waitMs" AS wait_now`
      : `CASE WHEN ${expired} THEN t."expiredOutcome" ELSE t.outcome END AS outcome_now,
         CASE WHEN ${expired} THEN t."expiredFlowOutReason" ELSE t."flowOutReason" END AS reason_now,
         CASE WHEN ${expired} THEN t."expiredWaitMs" ELSE t."waitMs" END AS wait_now`;
  return `kpi.${family} t
    LEFT JOIN unnest(${sources}::text[], ${cutoffs}::bigint[]) AS cut(source, cutoff) ON cut.source = t.source
    CROSS JOIN LATERAL (SELECT ${now}) AS now`;
}

/** Bounds of bigint stand for the infinities. */
function finite(value: number): number {
  return Math.max(-9_007_199_254_740_991, Math.min(9_007_199_254_740_991, value));
}
