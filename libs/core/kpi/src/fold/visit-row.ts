import type { VisitOutcome, VisitRow } from '@sightline/contracts';
import type { Context } from './attributes';
import { attribute, callType, clinicOf, lenders, received, signsOf } from './attributes';
import type { Leg } from './legs';
import { holdMsOf, wrapMsOf } from './legs';
import type { Visit } from './visit';
import { flowOutReason } from './visit';

/** A visit is known by the fact that opened it: its entry (of several the smallest), of an inferred one the terminal that implies it. */
export function visitId({ entries, impliedBy }: Visit): string {
  const opening = entries.length === 0 && impliedBy ? [impliedBy] : entries;
  return opening.map(({ source, eventId }) => `${source}/${eventId}`).reduce((least, id) => (id < least ? id : least));
}

function outcomeOf(visit: Visit): VisitOutcome {
  if (visit.blocked) return 'blocked';
  if (visit.end !== null) return visit.end.kind;
  return visit.unknownEnd ? 'endUnknown' : 'waiting';
}

/** The row of a visit; `legs` are its answered ones. */
export function visitRow(context: Context, visit: Visit, legs: readonly Leg[]): VisitRow {
  const { call, meaning } = context;
  const lending = context.events.some((event) => event.attributes) ? lenders(context, visit) : visit.entries;
  const signs = signsOf(lending);
  const ended = legs.filter((leg) => leg.endedAt !== null);
  const endFact = visit.end?.fact ?? null;
  const sum = (of: (leg: Leg) => number | null): number => ended.reduce((total, leg) => total + (of(leg) ?? 0), 0);
  const first = visit.end?.kind === 'answered' ? (endFact?.login ?? null) : null;
  const facts = [...visit.entries, ...(endFact ? [endFact] : []), ...visit.furtherAnswers, ...visit.facts];
  for (const leg of legs) facts.push(...leg.facts);
  const surveys = visit.facts.filter((event) => event.fact.kind === 'surveyAnswered');
  const survey = surveys.at(-1)?.fact;
  const disposed = visit.facts.filter((event) => event.fact.kind === 'callDisposed').at(-1)?.fact;
  const lastEnded = ended.reduce<Leg | null>((latest, leg) => ((leg.endedAt ?? 0) >= (latest?.endedAt ?? -Infinity) ? leg : latest), null);
  const endedAt = visit.blocked ? visit.enteredAt : (visit.end?.at ?? null);
  return {
    family: 'visit',
    id: visitId(visit),
    call,
    operatorId: context.operatorId,
    clinicId: clinicOf(context, lending, visit.queue, visit.enteredAt),
    source: call.source,
    callType: callType(context, lending, visit.queue, visit.enteredAt, 'inbound'),
    queue: visit.queue,
    enteredAt: visit.enteredAt,
    outcome: outcomeOf(visit),
    flowOutReason: flowOutReason(visit),
    endedAt,
    waitMs: endedAt === null ? null : Math.max(0, endedAt - visit.enteredAt),
    talkMs: sum((leg) => Math.max(0, (leg.endedAt as number) - (leg.answeredAt as number) - (holdMsOf(leg) ?? 0))),
    holdMs: sum(holdMsOf),
    wrapMs: sum(wrapMsOf),
    legs: legs.length,
    legsEnded: ended.length,
    login: first,
    agentId:
      first === null
        ? null
        : meaning.agentOf(call.source, first, legs.find(({ login }) => login === first)?.startedAt ?? (endedAt as number)),
    endedBy: lastEnded?.endedBy === 'transfer' ? 'agent' : (lastEnded?.endedBy ?? null),
    disposition: disposed?.kind === 'callDisposed' ? disposed.disposition : null,
    dialledNumber: signs.dialledNumber,
    tag: signs.tag,
    callerId: attribute(lending, 'callerId'),
    inferred: visit.entries.length === 0 || (visit.end?.inferred ?? false),
    surveyInvited:
      visit.facts.some((event) => event.fact.kind === 'surveyInvited' || event.fact.kind === 'surveySent') || survey !== undefined,
    surveyScore: survey?.kind === 'surveyAnswered' ? survey.score : null,
    surveyScaleMax: survey?.kind === 'surveyAnswered' ? survey.scaleMax : null,
    ...received(facts),
  };
}
