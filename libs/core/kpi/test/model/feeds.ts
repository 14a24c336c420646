import type { CallEvent } from '@sightline/contracts';
import { EVENT_SCHEMA } from '@sightline/contracts';
import type { Said, Tick, TrueCall, TrueVisit } from './calls';
import type { Chance } from './random';

/** What a source can say about its queue visits. */
export type Reports = 'waits' | 'nothing' | 'visitIds';

const TERMINALS: ReadonlySet<string> = new Set(['callAnswered', 'callAbandoned', 'callFlowedOut']);

/** Turns what happened into what sources say of it, with every fault that real ones have. Changes the truth where the log defines it. */
export class Feeds {
  private sequence = 0;

  constructor(
    private readonly chance: Chance,
    private readonly tick: Tick,
    private readonly reports: Reports,
  ) {}

  /** Facts of a call as its sources state them, in any order. */
  of(call: TrueCall): CallEvent[] {
    this.entrySecondLate(call);
    const events = call.said.map((said) => this.event(call, 'pbx', said));
    for (const event of events.filter(({ fact }) => TERMINALS.has(fact.kind))) {
      if (!this.chance.is(0.05)) continue;
      // Said again at once, some a second later.
      const occurredAt = event.occurredAt + this.chance.of([0, 0, 0, 1_000]);
      events.push({ ...event, occurredAt, eventId: `${event.eventId}-again`, sequence: (this.sequence += 1) });
    }
    if (this.chance.is(0.3)) events.push(this.record(call));
    if (this.chance.is(0.5)) events.push(...this.secondFeed(call));
    return this.chance.shuffled(events);
  }

  private event(call: TrueCall, source: string, said: Said): CallEvent {
    const { chance, reports } = this;
    this.sequence += 1;
    // Two clocks are read for a reported duration: some are a mark off.
    const reported = (ms: number): number => Math.max(0, ms + (chance.is(0.05) ? chance.of([-this.tick, this.tick]) : 0));
    return {
      source,
      eventId: `${source}-${this.sequence}`,
      revision: 1,
      tombstone: false,
      rank: 0,
      sequence: this.sequence,
      occurredAt: said.at,
      receivedAt: said.at + 700,
      schema: EVENT_SCHEMA,
      call: { source: 'pbx', id: call.id },
      ...(said.queue === null ? {} : { queue: said.queue }),
      ...(said.login === null ? {} : { login: said.login }),
      ...(said.waitMs === null || reports !== 'waits' ? {} : { reportedWaitMs: reported(said.waitMs) }),
      ...(said.talkMs === null || reports !== 'waits' ? {} : { reportedTalkMs: reported(said.talkMs) }),
      ...(said.visit === null || reports !== 'visitIds' ? {} : { visitId: `${call.id}/${said.visit}` }),
      fact: said.fact,
    };
  }

  /** Some entries are written a second late, so that an answer at once stands a second before its entry. */
  private entrySecondLate(call: TrueCall): void {
    call.visits.forEach((visit, index) => {
      if (visit.outcome !== 'answered' || visit.endedAt - visit.enteredAt >= 1_000 || !this.chance.is(0.5)) return;
      visit.enteredAt = visit.endedAt + 1_000;
      for (const said of call.said) if (said.visit === index && said.fact.kind === 'queueEntered') said.at = visit.enteredAt;
    });
  }

  /**
   * A record of the whole call, of higher rank, by one of two systems: of its last visit, or from the first entry to the end whatever lay
   * between; some name no queue.
   */
  private record(call: TrueCall): CallEvent {
    const { chance } = this;
    const first = call.visits[0] as TrueVisit;
    const last = call.visits.at(-1) as TrueVisit;
    const answered = last.outcome === 'answered';
    const over = chance.is(0.4) ? last : first;
    const endedAt = Math.max(last.endedAt, ...call.legs.map((leg) => leg.endedAt));
    return {
      ...this.event(call, chance.of(['pbx', 'acd']), { at: endedAt, ...NOTHING, fact: { kind: 'callStarted' } }),
      rank: 1,
      ...(chance.is(0.2) ? {} : { queue: over.queue }),
      ...(answered ? { login: last.login as string } : {}),
      fact: {
        kind: 'callRecorded',
        enteredAt: over.enteredAt,
        ...(answered ? { answeredAt: last.endedAt } : {}),
        ...(last.outcome.startsWith('flowedOut') && chance.is(0.5) ? {} : { endedAt }),
        abandoned: last.outcome === 'abandoned',
      },
    };
  }

  /** Another system says everything once more, by its own clock and under its own ids. */
  private secondFeed(call: TrueCall): CallEvent[] {
    const skew = this.chance.between(-800, 800);
    return call.said.map((said) => {
      const at = Math.floor((said.at + skew + this.chance.between(-200, 200)) / this.tick) * this.tick;
      return this.event(call, 'acd', { ...said, at });
    });
  }
}

const NOTHING = { queue: null, login: null, visit: null, waitMs: null, talkMs: null };
