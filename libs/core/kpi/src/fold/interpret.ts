import type {
  Attributes,
  CallEvent,
  CallRef,
  FactKind,
  Interpretation,
  LegRow,
  StoredFact,
  VisitOutcome,
  VisitRow,
} from '@sightline/contracts';
import { contactsOf } from './contacts';
import { visitsOfEntries } from './entries';
import { CLOCK_AHEAD_MS, currentVersions, MAX_FACT_VERSIONS } from './facts';
import type { Leg, LegWork } from './legs';
import { buildLegs, closeAttempts, holdMsOf, isLegFact, visitAt, wrapMsOf } from './legs';
import type { Meaning, Signs } from './meaning';
import { compareEvents, compareSources } from './order';
import type { Reading } from './ranks';
import { mergeReadings } from './ranks';
import { milestonesOf } from './records';
import { interpretLoginDay } from './states';
import { pairTerminals } from './terminals';
import type { Visit } from './visit';
import { Aside, flowOutReason, SAME_MOMENT_MS, terminalKind } from './visit';

/** Raised whenever `interpret` may give other rows for the same facts: stores then fold anew. */
export const FOLD_VERSION = 1;

const NOTHING: Interpretation = { visits: [], legs: [], contacts: [], states: [], sidelined: [], continues: null };

/** Facts about a visit that are neither its entry, its end nor an agent's. */
const ABOUT_VISIT: ReadonlySet<FactKind> = new Set(['callDisposed', 'surveyInvited', 'surveySent', 'surveyAnswered']);

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
  const context: Context = { call, operatorId, meaning, events };
  const legs = reading.legs.map((leg) => legRow(context, leg)).sort(byStart);
  const visits = rowsOfVisits(context, reading);
  return {
    visits,
    legs,
    contacts: link ? [] : contactsOf(call, visits),
    states: [],
    sidelined: aside.list,
    continues: link?.fact.kind === 'callLinked' ? link.fact.to : null,
  };
}

/**
 * Leaves out what sources with narrower grants say about visits of other clinics. Which clinic that is, only the call's own system and
 * sources that may touch every clinic can tell: no grant widens itself by naming a tag.
 */
function withoutForeign(call: CallRef, events: readonly CallEvent[], meaning: Meaning, aside: Aside): readonly CallEvent[] {
  const isNarrow = ({ source }: CallEvent): boolean => meaning.grantedClinics(source) !== 'all';
  if (!events.some(isNarrow)) return events;
  const trusted = events.filter((event) => event.attributes && (event.source === call.source || !isNarrow(event)));
  const clinicOf = ({ queue, occurredAt }: CallEvent): string => {
    const signs = signsOf(trusted.filter((one) => one.queue === undefined || one.queue === queue));
    return meaning.clinicOf(call.source, { ...signs, queue: queue ?? null }, occurredAt);
  };
  const visited = new Set(events.filter((event) => event.queue !== undefined).map(clinicOf));
  return events.filter((event) => {
    const granted = meaning.grantedClinics(event.source);
    if (granted === 'all') return true;
    const mine = event.queue === undefined ? [...visited].some((clinic) => granted.has(clinic)) : granted.has(clinicOf(event));
    if (!mine) aside.put(event, 'foreignClinic');
    return mine;
  });
}

function readRanks(call: CallRef, events: readonly CallEvent[], aside: Aside): Reading {
  const ranks = [...new Set(events.map((event) => event.rank))].sort((a, b) => b - a);
  if (ranks.length <= 1) return readRank(call, events, ranks[0] ?? 0, aside, null);
  let carried: CallEvent[] = [];
  const readings = ranks.map((rank, index) => {
    const own = [...events.filter((event) => event.rank === rank), ...carried].sort(compareEvents);
    const orphans: CallEvent[] | null = index < ranks.length - 1 ? [] : null;
    const reading = readRank(call, own, rank, aside, orphans);
    carried = orphans ?? [];
    return reading;
  });
  const merged = mergeReadings(readings, aside);
  return { ...merged, visits: withoutRepetitions(merged.visits, aside) };
}

/** The reading of one rank; `events` are its own and those of higher ranks that found nothing to belong to there. */
function readRank(call: CallRef, events: readonly CallEvent[], rank: number, aside: Aside, orphans: CallEvent[] | null): Reading {
  const of = (kind: FactKind): CallEvent[] => events.filter((event) => event.fact.kind === kind);
  const paired = [...visitsOfEntries(of('queueEntered'), call.source, false), ...visitsOfEntries(of('callBlocked'), call.source, true)];
  if (paired.length > 1) paired.sort((a, b) => a.enteredAt - b.enteredAt);
  pairTerminals(
    { visits: paired, own: call.source, aside, orphans, legEnded: legEnds(events) },
    events.filter((event) => terminalKind(event) !== null),
  );
  const visits = withoutRepetitions(paired, aside);
  const visitOf = new Map<CallEvent, Visit>();
  for (const visit of visits) {
    if (visit.end?.kind === 'answered') visitOf.set(visit.end.fact, visit);
    for (const answer of visit.furtherAnswers) visitOf.set(answer, visit);
  }
  const legs: Leg[] = [];
  const work: LegWork = { rank, legs, visits, visitOf, aside, orphans };
  const legFacts = events.filter(isLegFact);
  const own = legFacts.filter((event) => event.rank === rank);
  const sources = new Set(own.map((event) => event.source));
  for (const source of [...sources].sort(compareSources(call.source))) {
    buildLegs(work, sources.size === 1 ? own : own.filter((event) => event.source === source));
  }
  if (own.length < legFacts.length) {
    buildLegs(
      work,
      legFacts.filter((event) => event.rank > rank),
    );
  }
  closeAttempts(legs);
  return { rank, visits: withoutRepetitions(visits, aside), legs };
}

/** Whether a leg of a login was said to end in [from, to]. */
function legEnds(events: readonly CallEvent[]): (login: string | undefined, from: number, to: number) => boolean {
  return (login, from, to) =>
    events.some(
      (event) =>
        (event.fact.kind === 'legEnded' || (event.fact.kind === 'callTransferred' && event.fact.mode === 'cold')) &&
        event.login === login &&
        event.occurredAt >= from &&
        event.occurredAt <= to,
    );
}

/** A free entry within [entry − 2 s, end) of another visit of its queue is that entry again; one before a later visit has an unknown end. */
function withoutRepetitions(visits: readonly Visit[], aside: Aside): Visit[] {
  if (visits.length === 1) return [...visits];
  return visits.filter((visit, index) => {
    if (visit.end !== null || visit.blocked) return true;
    const host = visits.find(
      (other) =>
        other !== visit &&
        other.end !== null &&
        other.queue === visit.queue &&
        other.enteredAt - SAME_MOMENT_MS <= visit.enteredAt &&
        visit.enteredAt < other.end.at,
    );
    if (host) {
      host.facts.push(...visit.entries);
      for (const entry of visit.entries) aside.put(entry, 'repetition');
      return false;
    }
    if (visits.slice(index + 1).some((later) => later.queue === visit.queue && !later.blocked)) visit.unknownEnd = true;
    return true;
  });
}

/** Dispositions, surveys and the like: to the visit they name, else the latest one entered not later, else the first. */
function assignOthers(visits: readonly Visit[], events: readonly CallEvent[], aside: Aside): void {
  for (const event of events) {
    if (!ABOUT_VISIT.has(event.fact.kind)) {
      if (!isLegFact(event) && !SPOKEN.has(event.fact.kind) && terminalKind(event) === null) aside.put(event, 'inert');
      continue;
    }
    const named = event.visitId === undefined ? undefined : visits.find((visit) => visit.visitId === event.visitId);
    const visit = named ?? visitAt(visits, event.queue, event.occurredAt);
    if (visit) visit.facts.push(event);
    else aside.put(event, 'orphan');
  }
}

const SPOKEN: ReadonlySet<FactKind> = new Set(['callStarted', 'queueEntered', 'callBlocked', 'callLinked']);

interface Context {
  readonly call: CallRef;
  readonly operatorId: string;
  readonly meaning: Meaning;
  readonly events: readonly CallEvent[];
}

function signsOf(events: readonly CallEvent[]): Omit<Signs, 'queue'> {
  return { tag: attribute(events, 'tag'), dialledNumber: attribute(events, 'dialledNumber') };
}

function attribute<K extends keyof Attributes>(events: readonly CallEvent[], name: K): NonNullable<Attributes[K]> | null {
  for (const event of events) {
    const value = event.attributes?.[name];
    if (value !== undefined) return value;
  }
  return null;
}

/** Facts that may lend a visit their attributes: its entry, then what was said of the call as a whole or of its queue. */
function lenders(context: Context, visit: Visit): readonly CallEvent[] {
  return [
    ...visit.entries,
    ...context.events.filter((event) => event.attributes && (event.queue === undefined || event.queue === visit.queue)),
  ];
}

function callType(context: Context, facts: readonly CallEvent[], queue: string | null, at: number, direction: string): string {
  const reason = attribute(facts, 'callReason');
  if (reason !== null) return `${attribute(facts, 'direction') ?? direction}:${reason}`;
  return queue === null ? '' : context.meaning.queueTypeOf(context.call.source, queue, at);
}

function outcomeOf(visit: Visit): VisitOutcome {
  if (visit.blocked) return 'blocked';
  if (visit.end !== null) return visit.end.kind;
  return visit.unknownEnd ? 'endUnknown' : 'waiting';
}

function idOf(events: readonly CallEvent[]): string {
  let least: string | null = null;
  for (const event of events) {
    const id = `${event.source}/${event.eventId}`;
    if (least === null || id < least) least = id;
  }
  return least ?? '';
}

function received(facts: readonly CallEvent[]): { firstReceivedAt: number; changedByReceivedAt: number } {
  let first = Infinity;
  let lastOne = -Infinity;
  for (const { receivedAt } of facts) {
    if (receivedAt < first) first = receivedAt;
    if (receivedAt > lastOne) lastOne = receivedAt;
  }
  return { firstReceivedAt: first, changedByReceivedAt: lastOne };
}

function rowsOfVisits(context: Context, reading: Reading): VisitRow[] {
  const used = new Map<string, number>();
  return reading.visits.map((visit) => {
    const row = visitRow(
      context,
      visit,
      reading.legs.filter((leg) => leg.visit === visit && leg.outcome === 'answered'),
    );
    const times = used.get(row.id) ?? 0;
    used.set(row.id, times + 1);
    return times === 0 ? row : { ...row, id: `${row.id}#${times}` };
  });
}

function visitRow(context: Context, visit: Visit, legs: readonly Leg[]): VisitRow {
  const { call, meaning } = context;
  const lending = context.events.some((event) => event.attributes) ? lenders(context, visit) : visit.entries;
  const signs = { ...signsOf(lending), queue: visit.queue };
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
    id: idOf(visit.entries.length > 0 ? visit.entries : facts),
    call,
    operatorId: context.operatorId,
    clinicId: meaning.clinicOf(call.source, signs, visit.enteredAt),
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
    agentId: first === null ? null : meaning.agentOf(call.source, first, endedAt as number),
    endedBy: lastEnded?.endedBy === 'transfer' ? 'agent' : (lastEnded?.endedBy ?? null),
    disposition: disposed?.kind === 'callDisposed' ? disposed.disposition : null,
    dialledNumber: signs.dialledNumber,
    tag: signs.tag,
    callerId: attribute(lending, 'callerId'),
    inferred: visit.inferredEntry || (visit.end?.inferred ?? false),
    surveyInvited:
      visit.facts.some((event) => event.fact.kind === 'surveyInvited' || event.fact.kind === 'surveySent') || survey !== undefined,
    surveyScore: survey?.kind === 'surveyAnswered' ? survey.score : null,
    surveyScaleMax: survey?.kind === 'surveyAnswered' ? survey.scaleMax : null,
    ...received(facts),
  };
}

function legRow(context: Context, leg: Leg): LegRow {
  const { call, meaning } = context;
  const lending = leg.visit ? lenders(context, leg.visit) : [leg.opening, ...context.events.filter((event) => event.attributes)];
  const at = leg.visit?.enteredAt ?? leg.startedAt;
  const queue = leg.visit?.queue ?? leg.opening.queue ?? null;
  const direction = attribute([leg.opening], 'direction') ?? (leg.outbound ? 'outbound' : 'inbound');
  const holdMs = holdMsOf(leg);
  const answered = leg.answeredAt;
  const openHold = leg.endedAt === null ? leg.holds.find((hold) => hold.to === null) : undefined;
  return {
    family: 'leg',
    id: idOf([leg.opening]),
    call,
    operatorId: context.operatorId,
    clinicId: meaning.clinicOf(call.source, { ...signsOf(lending), queue }, at),
    source: call.source,
    callType: callType(context, lending, queue, at, direction),
    visitId: leg.visit ? idOf(leg.visit.entries.length > 0 ? leg.visit.entries : leg.facts) : null,
    queue,
    login: leg.login,
    agentId: meaning.agentOf(call.source, leg.login, leg.startedAt),
    direction,
    startedAt: leg.startedAt,
    answeredAt: answered,
    endedAt: leg.endedAt,
    wrapEndedAt: leg.wrapEndedAt,
    outcome: leg.outcome,
    ringMs: answered !== null ? answered - leg.startedAt : leg.endedAt === null ? null : leg.endedAt - leg.startedAt,
    talkMs: answered === null || leg.endedAt === null ? null : Math.max(0, leg.endedAt - answered - (holdMs ?? 0)),
    holdMs,
    wrapMs: wrapMsOf(leg),
    endedBy: leg.endedBy,
    heldSince: openHold?.from ?? null,
    inWrapSince: leg.wrapEndedAt === null && leg.wrapStartedAt !== null ? leg.wrapStartedAt : null,
    inferred: leg.inferred,
    ...received(leg.facts.length > 0 ? leg.facts : [leg.opening]),
  };
}

function byStart(a: LegRow, b: LegRow): number {
  return a.startedAt - b.startedAt || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
}
