import type { CallEvent } from '@sightline/contracts';
import { compareSources } from './order';
import type { Aside, TerminalKind, Visit } from './visit';
import { isFree, near, SAME_MOMENT_MS, terminalKind } from './visit';

const STRENGTH: Record<TerminalKind, number> = { answered: 3, flowedOut: 2, abandoned: 1 };
/** At equal times a caller who flowed out did so before an answer, an answer before giving up. */
const AT_ONE_INSTANT: Record<TerminalKind, number> = { flowedOut: 0, answered: 1, abandoned: 2 };

interface Terminal {
  readonly event: CallEvent;
  readonly kind: TerminalKind;
  readonly at: number;
  /** Entry that the reported wait implies; null where none is reported. */
  readonly impliedEntry: number | null;
}

export interface Pairing {
  readonly visits: Visit[];
  readonly own: string;
  readonly aside: Aside;
  /** Whether a login had a leg ending in [from, to]: then an answer after it is a further leg, not the same answer again. */
  readonly legEnded: (login: string | undefined, from: number, to: number) => boolean;
  /** Terminals with nothing to end at their own rank; the next lower rank tries them. Null at the lowest: then they are orphans. */
  readonly orphans: CallEvent[] | null;
}

function terminalOf(event: CallEvent): Terminal {
  const wait = event.reportedWaitMs;
  return {
    event,
    kind: terminalKind(event) as TerminalKind,
    at: event.occurredAt,
    impliedEntry: wait === undefined ? null : event.occurredAt - wait,
  };
}

function inQueue(visit: Visit, terminal: Terminal): boolean {
  return terminal.event.queue === undefined || visit.queue === terminal.event.queue;
}

function take(visit: Visit, terminal: Terminal): void {
  visit.end = { kind: terminal.kind, at: terminal.at, fact: terminal.event, inferred: false };
}

/**
 * An end that is stated once more. A higher rank's instant stands; its fact only where it names another agent, since what the lower rank
 * says of legs hangs on its own answer.
 */
function restate(pairing: Pairing, visit: Visit, end: NonNullable<Visit['end']>, { event, kind, at }: Terminal): void {
  const wins = event.rank > end.fact.rank;
  const sameAgent = event.login === undefined || event.login === end.fact.login;
  if (wins) visit.end = { kind, at, fact: sameAgent ? end.fact : event, inferred: false };
  visit.facts.push(wins && !sameAgent ? end.fact : event);
  pairing.aside.put(wins ? end.fact : event, wins ? 'superseded' : 'sameAgain');
}

/** (a) The entry a reported wait names exactly. */
function takeExact(pairing: Pairing, terminal: Terminal): boolean {
  if (terminal.impliedEntry === null) return false;
  const visit = pairing.visits.find((one) => isFree(one) && inQueue(one, terminal) && one.enteredAt === terminal.impliedEntry);
  if (visit) take(visit, terminal);
  return visit !== undefined;
}

/**
 * (b) What was already said: by the same source exactly; by another within 2 s at both ends, or at the end where it is one agent's answer.
 * Of several the one of the same agent, then the nearest.
 */
function sayAgain(pairing: Pairing, terminal: Terminal): boolean {
  const { event, kind, at, impliedEntry } = terminal;
  let known: Visit | undefined;
  let least = Infinity;
  for (const visit of pairing.visits) {
    if (visit.end === null || visit.end.kind !== kind || !inQueue(visit, terminal)) continue;
    const sameAgent = visit.end.fact.login === event.login;
    const distance = Math.abs(visit.end.at - at);
    if (visit.end.fact.source === event.source && visit.end.fact.rank === event.rank) {
      if (!sameAgent || distance > 0 || (impliedEntry !== null && impliedEntry !== visit.enteredAt)) continue;
    } else if (distance > SAME_MOMENT_MS) continue;
    else if (impliedEntry !== null && !near(visit.enteredAt, impliedEntry) && !(sameAgent && event.login !== undefined)) continue;
    const badness = distance + (sameAgent ? 0 : SAME_MOMENT_MS + 1);
    if (badness >= least) continue;
    known = visit;
    least = badness;
  }
  if (!known?.end) return false;
  restate(pairing, known, known.end, terminal);
  return true;
}

/** (c) The entry nearest to what a reported wait names, within 2 s. */
function takeNear(pairing: Pairing, terminal: Terminal): boolean {
  if (terminal.impliedEntry === null) return false;
  let best: Visit | undefined;
  let least = SAME_MOMENT_MS + 1;
  for (const visit of pairing.visits) {
    const distance = Math.abs(visit.enteredAt - terminal.impliedEntry);
    if (distance < least && isFree(visit) && inQueue(visit, terminal)) {
      best = visit;
      least = distance;
    }
  }
  if (best) take(best, terminal);
  return best !== undefined;
}

/** Where a queue has more terminals left than entries, one that stands near its like says the same again. */
function isSurplus(pairing: Pairing, terminal: Terminal, left: readonly Terminal[]): boolean {
  const entries = pairing.visits.filter((visit) => isFree(visit) && inQueue(visit, terminal)).length;
  return left.filter(({ event }) => event.queue === terminal.event.queue).length > entries;
}

/** (d) Without a reported wait the earliest free entry that is not later. Visits stand in order of entry. */
function takeEarliest(pairing: Pairing, terminal: Terminal): boolean {
  if (terminal.impliedEntry !== null) return false;
  const visit = pairing.visits.find((one) => isFree(one) && inQueue(one, terminal) && one.enteredAt <= terminal.at);
  if (visit) take(visit, terminal);
  return visit !== undefined;
}

/** (e) Whatever fits first: again, an entry slightly later, conflicting, a further leg, an inferred visit, an orphan. */
function settle(pairing: Pairing, terminal: Terminal): void {
  if (isRepeated(pairing, terminal) || takeLater(pairing, terminal)) return;
  if (conflicts(pairing, terminal) || isFurtherLeg(pairing, terminal)) return;
  if (terminal.impliedEntry !== null && terminal.event.queue !== undefined) return infer(pairing, terminal, terminal.impliedEntry);
  if (pairing.orphans) pairing.orphans.push(terminal.event);
  else pairing.aside.put(terminal.event, 'orphan');
}

/** Clocks are read at different moments: an answer may stand up to 2 s before its entry. */
function takeLater(pairing: Pairing, terminal: Terminal): boolean {
  const visit = pairing.visits.find(
    (one) => isFree(one) && inQueue(one, terminal) && one.enteredAt > terminal.at && near(one.enteredAt, terminal.at),
  );
  if (visit) take(visit, terminal);
  return visit !== undefined;
}

function bothEndsNear(visit: Visit, terminal: Terminal): boolean {
  return (
    visit.end !== null &&
    inQueue(visit, terminal) &&
    near(visit.end.at, terminal.at) &&
    (terminal.impliedEntry === null || near(visit.enteredAt, terminal.impliedEntry))
  );
}

function isRepeated(pairing: Pairing, terminal: Terminal): boolean {
  const known = pairing.visits.find(
    (visit) =>
      visit.end?.kind === terminal.kind &&
      bothEndsNear(visit, terminal) &&
      (terminal.kind !== 'answered' ||
        terminal.event.login === undefined ||
        visit.end.fact.login === terminal.event.login ||
        visit.furtherAnswers.some((answer) => answer.login === terminal.event.login && near(answer.occurredAt, terminal.at))),
  );
  if (!known?.end) return false;
  restate(pairing, known, known.end, terminal);
  return true;
}

function conflicts(pairing: Pairing, terminal: Terminal): boolean {
  const known = pairing.visits.find((visit) => visit.end !== null && visit.end.kind !== terminal.kind && bothEndsNear(visit, terminal));
  if (!known?.end) return false;
  const rankDifference = terminal.event.rank - known.end.fact.rank;
  const wins = rankDifference > 0 || (rankDifference === 0 && STRENGTH[terminal.kind] > STRENGTH[known.end.kind]);
  const loser = wins ? known.end.fact : terminal.event;
  if (wins) take(known, terminal);
  known.facts.push(loser);
  pairing.aside.put(loser, rankDifference === 0 ? 'conflicting' : 'superseded');
  return true;
}

function isFurtherLeg(pairing: Pairing, terminal: Terminal): boolean {
  if (terminal.kind !== 'answered') return false;
  for (let index = pairing.visits.length - 1; index >= 0; index -= 1) {
    const visit = pairing.visits[index] as Visit;
    if (visit.end?.kind !== 'answered' || !inQueue(visit, terminal) || visit.end.at > terminal.at) continue;
    const { login } = terminal.event;
    const earlier = [visit.end.fact, ...visit.furtherAnswers].filter((answer) => answer.login === login);
    const last = earlier.at(-1);
    if (last && (near(last.occurredAt, terminal.at) || !pairing.legEnded(login, last.occurredAt, terminal.at))) {
      visit.facts.push(terminal.event);
      pairing.aside.put(terminal.event, 'sameAgain');
    } else visit.furtherAnswers.push(terminal.event);
    return true;
  }
  return false;
}

function infer(pairing: Pairing, terminal: Terminal, enteredAt: number): void {
  const visit: Visit = {
    queue: terminal.event.queue as string,
    visitId: terminal.event.visitId ?? null,
    enteredAt,
    entries: [],
    end: null,
    furtherAnswers: [],
    facts: [],
    rank: terminal.event.rank,
    impliedBy: terminal.event,
    blocked: false,
    unknownEnd: false,
  };
  take(visit, terminal);
  const after = pairing.visits.findIndex((one) => one.enteredAt > enteredAt);
  if (after < 0) pairing.visits.push(visit);
  else pairing.visits.splice(after, 0, visit);
}

/** Where a source has ids of its visits, pairing is by id. */
function takeById(pairing: Pairing, terminal: Terminal): boolean {
  const id = terminal.event.visitId;
  if (id === undefined) return false;
  const visit = pairing.visits.find((one) => one.visitId === id && inQueue(one, terminal));
  if (!visit) return false;
  if (visit.end === null) take(visit, terminal);
  else {
    const only: Pairing = { ...pairing, visits: [visit], orphans: null };
    if (!isRepeated(only, terminal) && !conflicts(only, terminal) && !isFurtherLeg(only, terminal)) {
      visit.facts.push(terminal.event);
      pairing.aside.put(terminal.event, 'conflicting');
    }
  }
  return true;
}

/**
 * Gives every terminal its visit, pass by pass, so that what is certain is settled before what is likely. The rank's own terminals come
 * before what higher ranks left over; then the system that announced the call before the others: what they say within 2 s is the same
 * again. `terminals` in fold order; visits in order of entry.
 */
export function pairTerminals(pairing: Pairing, terminals: readonly CallEvent[]): void {
  const groups = new Map<string, Terminal[]>();
  for (const event of terminals) {
    const key = `${event.rank}\n${event.source}`;
    const group = groups.get(key);
    if (group) group.push(terminalOf(event));
    else groups.set(key, [terminalOf(event)]);
  }
  const bySource = compareSources(pairing.own);
  const speaker = ([terminal]: readonly Terminal[]): CallEvent => (terminal as Terminal).event;
  const inTurn = [...groups.values()].sort((a, b) => speaker(a).rank - speaker(b).rank || bySource(speaker(a).source, speaker(b).source));
  for (const group of inTurn) {
    let rest = group;
    for (const pass of [takeById, takeExact, sayAgain, takeNear]) {
      if (rest.length > 0) rest = rest.filter((terminal) => !pass(pairing, terminal));
    }
    if (rest.length === 0) continue;
    rest = [...rest].sort((a, b) => a.at - b.at || AT_ONE_INSTANT[a.kind] - AT_ONE_INSTANT[b.kind]);
    rest.forEach((terminal, index) => {
      if (isSurplus(pairing, terminal, rest.slice(index)) && isRepeated(pairing, terminal)) return;
      if (!sayAgain(pairing, terminal) && !takeEarliest(pairing, terminal)) settle(pairing, terminal);
    });
  }
}
