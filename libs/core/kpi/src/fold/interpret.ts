import type { CallEvent, FactKind, Interpretation, StoredFact } from '@sightline/contracts';
import type { Context } from './attributes';
import { contactsOf } from './contacts';
import { CLOCK_AHEAD_MS, currentVersions, MAX_FACT_VERSIONS } from './facts';
import { mayPlace, withoutForeign } from './grants';
import { byStart, legRow } from './leg-row';
import { isLegFact, visitOfFact } from './legs';
import type { Meaning } from './meaning';
import { compareEvents } from './order';
import { readRanks } from './reading';
import { milestonesOf } from './records';
import { interpretLoginDay } from './states';
import type { Visit } from './visit';
import { Aside, terminalKind } from './visit';
import { visitRow } from './visit-row';

/** Raised whenever `interpret` may give other rows for the same facts: stores then fold anew. */
export const FOLD_VERSION = 1;

const NOTHING: Interpretation = { visits: [], legs: [], contacts: [], states: [], sidelined: [], continues: null };

/** Facts about a visit that are neither its entry, its end nor an agent's. */
const ABOUT_VISIT: ReadonlySet<FactKind> = new Set(['callDisposed', 'surveyInvited', 'surveySent', 'surveyAnswered']);

/** Facts that are heard without being anybody's end or leg. */
const SPOKEN: ReadonlySet<FactKind> = new Set(['callStarted', 'queueEntered', 'callBlocked', 'callLinked']);

/**
 * What the facts of one entity mean: rows, and what made none. Pure: the same set of facts and the same directory give the same rows,
 * whatever the order, the doubling or the batching in which the facts arrived. `key` is the entity's key; DESIGN's rules are in SPEC.md.
 */
export function interpret(key: string, facts: readonly StoredFact[], meaning: Meaning): Interpretation {
  if (facts.length === 0) return NOTHING;
  if (facts.length > MAX_FACT_VERSIONS) return { ...NOTHING, sidelined: [{ fact: { source: '', eventId: '' }, reason: 'quarantined' }] };
  const aside = new Aside();
  const events: CallEvent[] = [];
  for (const event of [...currentVersions(facts)].sort(compareEvents)) {
    if (event.tombstone) continue;
    const milestones = milestonesOf(event);
    if (milestones.some(({ occurredAt, receivedAt }) => occurredAt > receivedAt + CLOCK_AHEAD_MS)) aside.put(event, 'clockAhead');
    else if (milestones.length === 0) aside.put(event, 'inert');
    else events.push(...milestones);
  }
  // The milestones of a record stand before it.
  events.sort(compareEvents);
  if (!key.startsWith('c')) return { ...NOTHING, states: interpretLoginDay(events, meaning, aside), sidelined: aside.list };
  return interpretCall(events, meaning, aside);
}

function interpretCall(all: readonly CallEvent[], meaning: Meaning, aside: Aside): Interpretation {
  const call = all[0]?.call;
  const operatorId = call ? meaning.operatorOf(call.source) : null;
  if (!call || operatorId === null) return { ...NOTHING, sidelined: aside.list };
  const events = withoutForeign(call, all, meaning, aside);
  if (events.some((event) => event.attributes?.test === true)) {
    for (const event of events) aside.put(event, 'test');
    return { ...NOTHING, sidelined: aside.list };
  }
  const reading = readRanks(call, events, aside);
  assignOthers(reading.visits, events, aside);

  const link = events.find((event) => event.fact.kind === 'callLinked');
  const context: Context = { call, operatorId, meaning, events, mayPlace: mayPlace(call, meaning) };
  const answered = reading.legs.filter((leg) => leg.outcome === 'answered');
  const legs = reading.legs.map((leg) => legRow(context, leg)).sort(byStart);
  const visits = reading.visits.map((visit) =>
    visitRow(
      context,
      visit,
      answered.filter((leg) => leg.visit === visit),
    ),
  );
  return {
    visits,
    legs,
    contacts: link ? [] : contactsOf(call, visits),
    states: [],
    sidelined: aside.list,
    continues: link?.fact.kind === 'callLinked' ? link.fact.to : null,
  };
}

/** Dispositions, surveys and the like: to the visit they name, else the latest one entered not later, else the first. */
function assignOthers(visits: readonly Visit[], events: readonly CallEvent[], aside: Aside): void {
  for (const event of events) {
    if (!ABOUT_VISIT.has(event.fact.kind)) {
      if (!isLegFact(event) && !SPOKEN.has(event.fact.kind) && terminalKind(event) === null) aside.put(event, 'inert');
      continue;
    }
    const visit = visitOfFact(visits, event);
    if (visit) visit.facts.push(event);
    else aside.put(event, 'orphan');
  }
}
