import type { ClinicGrant, FigureFamily, Viewer } from '@sightline/contracts';
import { InputError, UNASSIGNED_CLINIC } from '@sightline/contracts';
import type { Dimension } from '@sightline/ports';
import type { Register } from '@sightline/core-kpi';
import type { Parameters } from './parameters';
import { notYet, refuse } from './parameters';

export const FAMILIES: readonly FigureFamily[] = ['visit', 'contact', 'leg'];

/** What rows of a family can be told apart by. */
export const DIMENSIONS: Readonly<Record<FigureFamily, readonly Dimension[]>> = {
  visit: ['clinic', 'queue', 'callType'],
  contact: ['clinic', 'callType'],
  leg: ['clinic', 'queue', 'agent', 'callType'],
};

/** Roles that may see who an agent is. */
const SEES_AGENTS: ReadonlySet<string> = new Set(['administrator', 'manager', 'supervisor', 'auditor']);

/** Whether a viewer may see agents one by one. Walls and clinics see them as counts only. */
export function seesAgents(viewer: Viewer): boolean {
  return SEES_AGENTS.has(viewer.role);
}

/** Which rows a question is about. */
export interface Selection {
  readonly family: FigureFamily;
  readonly clinics?: readonly string[];
  readonly queues?: readonly string[];
  readonly agents?: readonly string[];
  readonly callTypes?: readonly string[];
}

/** Reads family, clinic, queue, agent and callType. What the viewer has no grant for is refused, whether it exists or not. */
export function decodeSelection(parameters: Parameters, register: Register, viewer: Viewer): Selection {
  if (parameters.one('family') === 'time') throw notYet('family', 'the family time');
  const family = parameters.oneOf('family', FAMILIES) ?? 'visit';
  const values: Record<Dimension, readonly string[] | undefined> = {
    clinic: parameters.names('clinic'),
    queue: parameters.list('queue'),
    agent: parameters.list('agent'),
    callType: parameters.texts('callType'),
  };
  for (const dimension of Object.keys(values) as Dimension[]) {
    if (values[dimension]) needsDimension(family, dimension, dimension);
  }
  for (const clinicId of values.clinic ?? []) {
    if (!isGranted(clinicId, viewer.clinics, register))
      throw new InputError('foreign-clinic', 'a clinic of this query is not yours to see', { status: 403 });
  }
  for (const queue of values.queue ?? []) needsOwnQueue(queue, register);
  if (values.agent) needsAgents(viewer, values.agent);
  return {
    family,
    ...(values.clinic ? { clinics: values.clinic } : {}),
    ...(values.queue ? { queues: values.queue } : {}),
    ...(values.agent ? { agents: values.agent } : {}),
    ...(values.callType ? { callTypes: values.callType } : {}),
  };
}

/** Reads groupBy. */
export function decodeGroupBy(parameters: Parameters, family: FigureFamily, viewer: Viewer): readonly Dimension[] {
  const names = parameters.names('groupBy') ?? [];
  for (const name of names) needsDimension(family, name, 'groupBy');
  if (names.includes('agent')) needsAgents(viewer, null);
  return names as readonly Dimension[];
}

/** Clinics that a selection is about, as far as the viewer may see them; the unassigned one is among them where nobody excluded it. */
export function clinicsInQuestion(selection: Selection, grant: ClinicGrant, register: Register): readonly string[] {
  if (selection.clinics) return selection.clinics;
  return grant === 'all' ? [...register.clinicsOf(grant), UNASSIGNED_CLINIC] : register.clinicsOf(grant);
}

function isGranted(clinicId: string, grant: ClinicGrant, register: Register): boolean {
  return grant === 'all' ? register.hasClinic(clinicId) : grant.includes(clinicId);
}

function needsDimension(family: FigureFamily, dimension: string, parameter: string): void {
  const allowed: readonly string[] = DIMENSIONS[family];
  if (!allowed.includes(dimension)) {
    throw refuse(parameter, `the family ${family} is told apart by ${allowed.join(', ')} only`, { allowed });
  }
}

/** A queue is known by its source: source/queue. */
function needsOwnQueue(queue: string, register: Register): void {
  const slash = queue.indexOf('/');
  if (slash <= 0) throw refuse('queue', 'must be written source/queue');
  if (!register.sources.has(queue.slice(0, slash)))
    throw new InputError('foreign-queue', 'a queue of this query is not yours to see', { status: 403 });
}

/** Whoever may not see agents one by one may still see what is their own. */
function needsAgents(viewer: Viewer, agents: readonly string[] | null): void {
  const own = viewer.type === 'person' && agents?.length === 1 && agents[0] === viewer.agentId;
  if (!own && !seesAgents(viewer)) throw new InputError('agents-hidden', 'agents are not shown one by one to this role', { status: 403 });
}
