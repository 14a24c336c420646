import type { ContactRow, LegRow, Viewer, VisitRow } from '@sightline/contracts';
import type { FigureOptions } from '@sightline/core-kpi';
import { outcomeAt } from '@sightline/core-kpi';
import type { Contribution, ListedRow } from './contribution';
import { classesOfRow, contributionOf } from './contribution';
import type { Moment } from './moment';
import { seesAgents } from './selection';

type Value = string | number | boolean | null;

/** One row of a call list: plain values by name, the same in JSON and CSV. Members that a viewer may not see are not there. */
export interface ListedCall {
  readonly [member: string]: Value | readonly string[] | Contribution;
  readonly classes: readonly string[];
  readonly contribution: Contribution;
}

/** What a row is listed for, and to whom. */
export interface Listing {
  readonly figure: string;
  readonly options: FigureOptions;
  readonly viewer: Viewer;
  readonly moment: Moment;
}

/** A row as it is shown. Who called is never in it: only whether that is known. */
export function listCall(row: ListedRow, { figure, options, viewer, moment }: Listing): ListedCall {
  const cutoff = moment.endUnknownBefore[row.source] ?? moment.endUnknownBefore['*'] ?? -Infinity;
  const agents = seesAgents(viewer) || (row.family === 'leg' && viewer.type === 'person' && row.agentId === viewer.agentId);
  return {
    family: row.family,
    call: row.call.id,
    callSource: row.call.source,
    id: row.id,
    clinic: row.clinicId,
    clinicName: moment.register.clinic(row.clinicId)?.name ?? null,
    source: row.source,
    callType: row.callType,
    ...membersOf(row, cutoff, moment),
    ...(agents ? agentOf(row, moment) : {}),
    firstReceivedAt: row.firstReceivedAt,
    changedByReceivedAt: row.changedByReceivedAt,
    classes: classesOfRow(row, options, cutoff),
    contribution: contributionOf(row, figure, options, cutoff),
  };
}

function membersOf(row: ListedRow, cutoff: number, moment: Moment): Readonly<Record<string, Value>> {
  switch (row.family) {
    case 'visit':
      return { queue: row.queue, queueName: queueNameOf(row.source, row.queue, moment), ...visitOf(row, cutoff) };
    case 'contact':
      return { visits: row.visits, ...stayOf(row, cutoff) };
    case 'leg':
      return legOf(row, moment);
  }
}

function queueNameOf(source: string, queue: string | null, { register }: Moment): string | null {
  return queue === null ? null : register.queueName(`${source}/${queue}`);
}

/** What visits and contacts have in common. */
function stayOf(row: VisitRow | ContactRow, cutoff: number): Readonly<Record<string, Value>> {
  const { outcome, waitMs, flowOutReason } = outcomeAt(row, cutoff);
  const { enteredAt, endedAt, talkMs, holdMs, wrapMs, legs, callerId } = row;
  return { enteredAt, outcome, flowOutReason, endedAt, waitMs, talkMs, holdMs, wrapMs, legs, callerKnown: callerId !== null };
}

function visitOf(row: VisitRow, cutoff: number): Readonly<Record<string, Value>> {
  const { endedBy, disposition, dialledNumber, tag, inferred } = row;
  return { ...stayOf(row, cutoff), endedBy, disposition, dialledNumber, tag, inferred };
}

function legOf(row: LegRow, moment: Moment): Readonly<Record<string, Value>> {
  const { queue, direction, startedAt, answeredAt, endedAt, wrapEndedAt, outcome, ringMs, talkMs, holdMs, wrapMs, endedBy, inferred } = row;
  const times = { direction, startedAt, answeredAt, endedAt, wrapEndedAt, outcome, ringMs, talkMs, holdMs, wrapMs, endedBy, inferred };
  return { queue, queueName: queueNameOf(row.source, queue, moment), ...times };
}

function agentOf(row: ListedRow, { register }: Moment): Readonly<Record<string, Value>> {
  if (row.family === 'contact') return {};
  const { login, agentId } = row;
  return { login, agent: agentId, agentName: agentId === null ? null : register.agentName(agentId) };
}
