import type { CallEvent } from '@sightline/contracts';
import { compareSources } from './order';
import type { Visit } from './visit';
import { SAME_MOMENT_MS } from './visit';

interface Statement {
  readonly first: CallEvent;
  readonly all: CallEvent[];
}

function sameVisitId(a: CallEvent, b: CallEvent): boolean {
  return a.visitId !== undefined && a.visitId === b.visitId && a.queue === b.queue;
}

/** Lays the statements of one more source over those known: same queue, within 2 s, nearest first, one to one. */
function merge(known: Statement[], more: readonly CallEvent[]): void {
  const pairs: { statement: Statement; event: CallEvent; distance: number }[] = [];
  for (const event of more) {
    for (const statement of known) {
      if (sameVisitId(statement.first, event)) pairs.push({ statement, event, distance: -1 });
      else if (statement.first.visitId === undefined || event.visitId === undefined) {
        const distance = Math.abs(statement.first.occurredAt - event.occurredAt);
        if (statement.first.queue === event.queue && distance <= SAME_MOMENT_MS) pairs.push({ statement, event, distance });
      }
    }
  }
  pairs.sort((a, b) => a.distance - b.distance);
  const taken = new Set<CallEvent | Statement>();
  for (const { statement, event } of pairs) {
    if (taken.has(statement) || taken.has(event)) continue;
    taken.add(statement);
    taken.add(event);
    statement.all.push(event);
  }
  for (const event of more) if (!taken.has(event)) known.push({ first: event, all: [event] });
}

/** Entries (or blocks) of one rank as visits. Statements of different sources about one entry become one. `events` in fold order. */
export function visitsOfEntries(events: readonly CallEvent[], own: string, blocked: boolean): Visit[] {
  const bySource = new Map<string, CallEvent[]>();
  for (const event of events) {
    const list = bySource.get(event.source);
    if (list) list.push(event);
    else bySource.set(event.source, [event]);
  }
  let statements: Statement[] = [];
  if (bySource.size === 1) statements = events.map((event) => ({ first: event, all: [event] }));
  else for (const source of [...bySource.keys()].sort(compareSources(own))) merge(statements, bySource.get(source) as CallEvent[]);
  return dropRepeatedIds(statements).map(({ first, all }) => ({
    queue: first.queue ?? '',
    visitId: first.visitId ?? null,
    enteredAt: first.occurredAt,
    entries: all,
    end: null,
    furtherAnswers: [],
    facts: [],
    rank: first.rank,
    impliedBy: null,
    blocked,
    unknownEnd: false,
  }));
}

/** A visit id names one visit: a second statement under it, even by the same source, is the same entry again. */
function dropRepeatedIds(statements: readonly Statement[]): readonly Statement[] {
  const byId = new Map<string, Statement>();
  return statements.filter((statement) => {
    const id = statement.first.visitId;
    if (id === undefined) return true;
    const known = byId.get(`${statement.first.queue}\n${id}`);
    if (known) known.all.push(...statement.all);
    else byId.set(`${statement.first.queue}\n${id}`, statement);
    return !known;
  });
}
