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

/** (a) The entry a reported wait names exactly. */
function takeExact(pairing: Pairing, terminal: Terminal): boolean {
  if (terminal.impliedEntry === null) return false;
  const visit = pairing.visits.find((one) => isFree(one) && inQueue(one, terminal) && one.enteredAt === terminal.impliedEntry);
  if (visit) take(visit, terminal);
  return visit !== undefined;
}

/** (b) What was already said: by another source within 2 s at both ends, or by the same one at exactly both ends. */
function sayAgain(pairing: Pairing, terminal: Terminal): boolean {
  const known = pairing.visits.find((visit) => {
    if (visit.end === null || visit.end.kind !== terminal.kind || !inQueue(visit, terminal)) return false;
    if (visit.end.fact.source === terminal.event.source)
      return terminal.impliedEntry === visit.enteredAt && visit.end.at === terminal.at && visit.end.fact.login === terminal.event.login;
    return near(visit.end.at, terminal.at) && (terminal.impliedEntry === null || near(visit.enteredAt, terminal.impliedEntry));
  });
  if (!known) return false;
  known.facts.push(terminal.event);
  pairing.aside.put(terminal.event, 'sameAgain');
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

/** (d) Without a reported wait the earliest free entry that is not later. Visits stand in order of entry. */
function takeEarliest(pairing: Pairing, terminal: Terminal): boolean {
  if (terminal.impliedEntry !== null) return false;
  const visit = pairing.visits.find((one) => isFree(one) && inQueue(one, terminal) && one.enteredAt <= terminal.at);
  if (visit) take(visit, terminal);
  return visit !== undefined;
}

/** (e) Whatever fits first: again, conflicting, a further leg, an entry slightly later, an inferred visit, an orphan. */
function settle(pairing: Pairing, terminal: Terminal): void {
  if (isRepeated(pairing, terminal) || conflicts(pairing, terminal) || isFurtherLeg(pairing, terminal)) return;
  const later = pairing.visits.find(
    (visit) => isFree(visit) && inQueue(visit, terminal) && visit.enteredAt > terminal.at && near(visit.enteredAt, terminal.at),
  );
  if (later) return take(later, terminal);
  if (terminal.impliedEntry !== null && terminal.event.queue !== undefined) return infer(pairing, terminal, terminal.impliedEntry);
  if (pairing.orphans) pairing.orphans.push(terminal.event);
  else pairing.aside.put(terminal.event, 'orphan');
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
  if (!known) return false;
  known.facts.push(terminal.event);
  pairing.aside.put(terminal.event, 'sameAgain');
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
    if (last && !pairing.legEnded(login, last.occurredAt, terminal.at)) {
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
    inferredEntry: true,
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
 * Gives every terminal its visit, pass by pass, so that what is certain is settled before what is likely. The system that announced the
 * call is heard first, then the others: what they say within 2 s is the same again. `terminals` in fold order; visits in order of entry.
 */
export function pairTerminals(pairing: Pairing, terminals: readonly CallEvent[]): void {
  const groups = new Map<string, Terminal[]>();
  for (const event of terminals) {
    const key = `${String(9_999_999 - event.rank).padStart(8, '0')}\n${event.source}`;
    const group = groups.get(key);
    if (group) group.push(terminalOf(event));
    else groups.set(key, [terminalOf(event)]);
  }
  const bySource = compareSources(pairing.own);
  const keys = [...groups.keys()].sort((a, b) => {
    const [rankA = '', sourceA = ''] = a.split('\n');
    const [rankB = '', sourceB = ''] = b.split('\n');
    return rankA === rankB ? bySource(sourceA, sourceB) : rankA < rankB ? -1 : 1;
  });
  for (const key of keys) {
    let rest = groups.get(key) as Terminal[];
    for (const pass of [takeById, takeExact, sayAgain, takeNear]) {
      if (rest.length > 0) rest = rest.filter((terminal) => !pass(pairing, terminal));
    }
    if (rest.length === 0) continue;
    rest = [...rest].sort((a, b) => a.at - b.at || AT_ONE_INSTANT[a.kind] - AT_ONE_INSTANT[b.kind]);
    rest = rest.filter((terminal) => !takeEarliest(pairing, terminal));
    for (const terminal of rest) settle(pairing, terminal);
  }
}
