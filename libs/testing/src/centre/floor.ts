import type { FlowOutReason } from '@sightline/contracts';
import { Agenda } from './agenda';
import type { CentreCallType, CentreClinic } from './clinics';
import { OVERFLOW_QUEUE, POOLS, queueOf } from './clinics';
import type { Caller } from './demand';
import type { CentreAssistant } from './people';
import { SHIFT_MINUTES } from './people';
import type { Random } from './random';
import type { Statement } from './statement';

/** Somebody at work. */
interface Agent {
  readonly person: CentreAssistant;
  state: 'off' | 'free' | 'busy' | 'paused';
  freeSince: number;
  /** Breaks still to take, earliest first. */
  readonly breaks: { readonly at: number; readonly ms: number; readonly reason: string }[];
  readonly until: number;
}

interface Call {
  readonly id: string;
  readonly clinic: CentreClinic;
  readonly type: CentreCallType;
  readonly number: string;
  visits: number;
}

/** A caller in a queue. */
interface Waiting {
  readonly call: Call;
  readonly queue: string;
  readonly visitId: string;
  readonly pools: readonly string[];
  readonly enteredAt: number;
  /** Longest first; who came over from another queue has waited there. */
  readonly since: number;
  ringing: Agent | null;
  over: boolean;
}

/** Somebody to be called by us. */
interface Task {
  readonly clinic: CentreClinic;
  readonly number: string;
}

const MINUTE = 60_000;
const SECOND = 1_000;
const TALK_MEAN_MS: Readonly<Record<CentreCallType, number>> = {
  scheduling: 225 * SECOND,
  contactLenses: 170 * SECOND,
  billing: 290 * SECOND,
  afterHours: 120 * SECOND,
};
const DISPOSITIONS: Readonly<Record<CentreCallType, readonly string[]>> = {
  scheduling: ['booked', 'booked', 'booked', 'rescheduled', 'cancelled', 'question'],
  contactLenses: ['ordered', 'ordered', 'question'],
  billing: ['paid', 'question', 'escalated'],
  afterHours: ['message', 'message', 'booked', 'urgent'],
};
const ALL_POOLS = POOLS.map((pool) => pool.poolId);
const RING_OUT_MS = 20 * SECOND;
/** A pool calls out only while so many of its people are free. */
const FREE_FOR_OUTBOUND = 2;

/**
 * A day of the floor, event by event: who waits depends on who is free. Answers longest wait first, by the agent of the pool who has been
 * free longest.
 */
export class Floor {
  readonly statements: Statement[] = [];
  private readonly agenda = new Agenda();
  private readonly agents: Agent[] = [];
  private readonly waiting: Waiting[] = [];
  private readonly tasks: Task[] = [];
  private calls = 0;

  constructor(
    private readonly callPrefix: string,
    private readonly random: Random,
  ) {}

  /** Somebody works from `from` on: signs in, has a break, lunch and another break, signs out after the last call. */
  employ(person: CentreAssistant, from: number): void {
    const { random } = this;
    const begin = from + random.between(-4, 3) * MINUTE;
    const until = from + SHIFT_MINUTES * MINUTE;
    const spread = (minute: number): number => Math.round(from + (minute + random.between(-15, 15)) * MINUTE);
    const breaks = [
      { at: spread(120), ms: random.between(13, 17) * MINUTE, reason: 'break' },
      { at: spread(250), ms: random.between(56, 63) * MINUTE, reason: 'lunch' },
      { at: spread(420), ms: random.between(13, 17) * MINUTE, reason: 'break' },
      ...(random.chance(0.15) ? [{ at: spread(330), ms: random.between(18, 30) * MINUTE, reason: 'coaching' }] : []),
    ].sort((a, b) => a.at - b.at);
    const agent: Agent = { person, state: 'off', freeSince: 0, breaks, until };
    this.agents.push(agent);
    this.agenda.put(begin, (at) => {
      this.say(at, { fact: { kind: 'agentSignedIn' }, login: person.login });
      this.say(at, { fact: { kind: 'agentStateChanged', state: 'available' }, login: person.login });
      this.release(agent, at);
    });
  }

  /** Somebody calls a clinic's number, hears the greeting and is put into a queue; some hang up in the menu. */
  call({ at, clinic, type, number }: Caller): void {
    this.agenda.put(at, () => {
      const call: Call = { id: this.newCallId(), clinic, type, number, visits: 0 };
      const attributes = { direction: 'inbound', channel: 'voice', dialledNumber: clinic.dialledNumber } as const;
      this.say(at, { fact: { kind: 'callStarted' }, callId: call.id, callerNumber: number, attributes });
      const menuMs = this.random.between(4, 18) * SECOND;
      if (this.random.chance(0.03))
        this.agenda.put(at + menuMs, (then) => this.say(then, { fact: { kind: 'callEnded', by: 'caller' }, callId: call.id }));
      else this.agenda.put(at + menuMs, (then) => this.enter(call, queueOf(clinic, type), [clinic.poolId], then, then));
    });
  }

  /** Somebody is to be called when there is time: an appointment to confirm, a call-back. */
  planOutbound(at: number, clinic: CentreClinic, number: string): void {
    this.agenda.put(at, (now) => {
      this.tasks.push({ clinic, number });
      for (const agent of this.agents) if (agent.state === 'free') this.nextWork(agent, now);
    });
  }

  /** The whole day, in order of time. */
  run(): readonly Statement[] {
    this.agenda.run();
    return this.statements;
  }

  private newCallId(): string {
    this.calls += 1;
    return `${this.callPrefix}-${this.calls}`;
  }

  private say(at: number, statement: Omit<Statement, 'at'>): void {
    this.statements.push({ at, ...statement });
  }

  private enter(call: Call, queue: string, pools: readonly string[], at: number, since: number): void {
    call.visits += 1;
    const visit: Waiting = { call, queue, visitId: String(call.visits), pools, enteredAt: at, since, ringing: null, over: false };
    const attributes = { direction: 'inbound', dialledNumber: call.clinic.dialledNumber, language: 'en' } as const;
    if (this.nobodyFor(pools) && this.waiting.length > 30) {
      return this.say(at, { fact: { kind: 'callBlocked', reason: 'noAgents' }, ...whereabouts(visit), attributes });
    }
    this.say(at, { fact: { kind: 'queueEntered' }, ...whereabouts(visit), callerNumber: call.number, attributes });
    const place = this.waiting.findIndex((other) => other.since > since);
    this.waiting.splice(place < 0 ? this.waiting.length : place, 0, visit);
    const patienceMs = this.random.chance(0.02) ? this.random.between(1, 5) * SECOND : this.random.lognormal(260 * SECOND, 0.9);
    this.agenda.put(at + patienceMs, (now) => this.abandon(visit, now));
    this.offerOtherWays(visit, at);
    this.dispatch(at);
  }

  /** What the announcements of a queue offer to those who wait long. */
  private offerOtherWays(visit: Waiting, at: number): void {
    const offer = (afterMs: number, probability: number, take: (now: number) => void): void => {
      if (this.random.chance(probability)) this.agenda.put(at + afterMs, (now) => (visit.over || visit.ringing ? undefined : take(now)));
    };
    if (visit.queue !== OVERFLOW_QUEUE) offer(60 * SECOND, 0.6, (now) => this.overflow(visit, now));
    offer(100 * SECOND, 0.15, (now) => {
      this.flowOut(visit, now, 'callback');
      this.say(now, { fact: { kind: 'callbackRequested' }, callId: visit.call.id, queue: visit.queue });
      this.planOutbound(now + this.random.between(5, 40) * MINUTE, visit.call.clinic, visit.call.number);
    });
    offer(150 * SECOND, 0.3, (now) => {
      this.flowOut(visit, now, 'voicemail');
      this.say(now + 25 * SECOND, { fact: { kind: 'voicemailLeft' }, callId: visit.call.id, queue: visit.queue });
    });
  }

  private overflow(visit: Waiting, now: number): void {
    this.flowOut(visit, now, 'otherQueue');
    this.enter(visit.call, OVERFLOW_QUEUE, ALL_POOLS, now, visit.since);
  }

  private flowOut(visit: Waiting, at: number, reason: FlowOutReason): void {
    this.leave(visit);
    this.say(at, { fact: { kind: 'callFlowedOut', reason }, ...whereabouts(visit) });
  }

  private abandon(visit: Waiting, at: number): void {
    if (visit.over) return;
    this.leave(visit);
    this.say(at, { fact: { kind: 'callAbandoned' }, ...whereabouts(visit) });
    if (visit.ringing) this.release(visit.ringing, at);
  }

  private leave(visit: Waiting): void {
    visit.over = true;
    const place = this.waiting.indexOf(visit);
    if (place >= 0) this.waiting.splice(place, 1);
  }

  private nobodyFor(pools: readonly string[]): boolean {
    return !this.agents.some((agent) => agent.state !== 'off' && serves(agent, pools));
  }

  private dispatch(at: number): void {
    for (const visit of [...this.waiting]) {
      if (visit.ringing || visit.over) continue;
      let chosen: Agent | null = null;
      for (const agent of this.agents) {
        if (agent.state === 'free' && serves(agent, visit.pools) && (!chosen || agent.freeSince < chosen.freeSince)) chosen = agent;
      }
      if (chosen) this.ring(visit, chosen, at);
    }
  }

  private ring(visit: Waiting, agent: Agent, at: number): void {
    const { random } = this;
    visit.ringing = agent;
    agent.state = 'busy';
    this.say(at, { fact: { kind: 'agentRinging' }, ...whereabouts(visit), login: agent.person.login });
    if (random.chance(agent.person.ramp ? 0.06 : 0.015)) {
      this.agenda.put(at + RING_OUT_MS, (now) => this.miss(visit, agent, now));
    } else {
      this.agenda.put(at + random.lognormal(4.5 * SECOND, 0.4), (now) => this.answer(visit, agent, now));
    }
  }

  private miss(visit: Waiting, agent: Agent, at: number): void {
    if (visit.over) return;
    visit.ringing = null;
    this.say(at, { fact: { kind: 'ringMissed', ringMs: RING_OUT_MS }, ...whereabouts(visit), login: agent.person.login });
    this.pause(agent, at, this.random.between(30, 120) * SECOND, 'missed');
    this.dispatch(at);
  }

  private answer(visit: Waiting, agent: Agent, at: number): void {
    if (visit.over) return;
    this.leave(visit);
    const { random } = this;
    const { call } = visit;
    const leg = { callId: call.id, queue: visit.queue, login: agent.person.login };
    this.say(at, { fact: { kind: 'callAnswered' }, ...leg, visitId: visit.visitId });
    const talkMs = Math.max(2 * SECOND, random.lognormal(TALK_MEAN_MS[call.type] * (agent.person.ramp ? 1.4 : 1), 0.65));
    const heldMs = random.chance(0.18) ? random.lognormal(45 * SECOND, 0.7) : 0;
    if (heldMs > 0) this.hold(leg, at + talkMs * random.between(0.3, 0.7), heldMs);
    this.agenda.put(at + talkMs + heldMs, (now) => {
      if (call.type !== 'billing' && call.visits < 3 && random.chance(0.04)) this.transfer(visit, leg, now);
      else this.say(now, { fact: { kind: 'legEnded', by: random.chance(0.6) ? 'caller' : 'agent' }, ...leg });
      this.wrapUp(agent, leg, random.pick(DISPOSITIONS[call.type]), now);
    });
  }

  private hold(leg: { callId: string; queue?: string; login: string }, at: number, ms: number): void {
    this.agenda.put(at, (now) => this.say(now, { fact: { kind: 'callHeld' }, ...leg }));
    this.agenda.put(at + ms, (now) => this.say(now, { fact: { kind: 'callRetrieved' }, ...leg }));
  }

  private transfer({ call }: Waiting, leg: { callId: string; queue: string; login: string }, at: number): void {
    const mode = this.random.chance(0.5) ? 'warm' : 'cold';
    const toQueue = queueOf(call.clinic, 'billing');
    this.say(at, { fact: { kind: 'callTransferred', mode, toQueue }, ...leg });
    if (mode === 'warm') this.say(at, { fact: { kind: 'legEnded', by: 'agent' }, ...leg });
    this.agenda.put(at + this.random.between(1, 3) * SECOND, (now) => this.enter(call, toQueue, [call.clinic.poolId], now, now));
  }

  private wrapUp(agent: Agent, leg: { callId: string; queue?: string; login: string }, disposition: string | null, at: number): void {
    const ms = this.random.lognormal(32 * SECOND, 0.8);
    this.say(at, { fact: { kind: 'wrapUpStarted' }, ...leg });
    this.agenda.put(at + ms, (now) => {
      if (disposition !== null && !this.random.chance(0.05)) this.say(now, { fact: { kind: 'callDisposed', disposition }, ...leg });
      this.say(now, { fact: { kind: 'wrapUpEnded' }, ...leg });
      this.release(agent, now);
    });
  }

  /** Ready for the next: goes home, takes the break that is due, or waits for work. */
  private release(agent: Agent, at: number): void {
    if (at >= agent.until) {
      agent.state = 'off';
      return this.say(at, { fact: { kind: 'agentSignedOut' }, login: agent.person.login });
    }
    const due = agent.breaks[0];
    if (due && due.at <= at) {
      agent.breaks.shift();
      return this.pause(agent, at, due.ms, due.reason);
    }
    agent.state = 'free';
    agent.freeSince = at;
    // Whoever waits for work gets up for the break, or to go home, when it is time.
    this.agenda.put(Math.min(due?.at ?? agent.until, agent.until), (now) => {
      if (agent.state === 'free' && agent.freeSince === at) this.release(agent, now);
    });
    this.nextWork(agent, at);
  }

  private pause(agent: Agent, at: number, ms: number, reason: string): void {
    agent.state = 'paused';
    this.say(at, { fact: { kind: 'agentStateChanged', state: 'paused', reason }, login: agent.person.login });
    this.agenda.put(at + ms, (now) => {
      this.say(now, { fact: { kind: 'agentStateChanged', state: 'available' }, login: agent.person.login });
      this.release(agent, now);
    });
  }

  private nextWork(agent: Agent, at: number): void {
    this.dispatch(at);
    if (agent.state !== 'free') return;
    const free = this.agents.filter((other) => other.state === 'free' && serves(other, agent.person.pools)).length;
    const place = this.tasks.findIndex((task) => agent.person.pools.includes(task.clinic.poolId));
    if (place < 0 || free < FREE_FOR_OUTBOUND) return;
    const [task] = this.tasks.splice(place, 1);
    if (task) this.dial(task, agent, at);
  }

  private dial({ clinic, number }: Task, agent: Agent, at: number): void {
    const { random } = this;
    agent.state = 'busy';
    const leg = { callId: this.newCallId(), login: agent.person.login };
    const attributes = { direction: 'outbound', channel: 'voice', tag: clinic.clinicId, callReason: 'confirmation' } as const;
    this.say(at, { fact: { kind: 'callDialled' }, ...leg, partyNumber: number, attributes });
    const ringMs = random.lognormal(14 * SECOND, 0.4);
    if (random.chance(0.3)) {
      this.agenda.put(at + ringMs, (now) => {
        this.say(now, { fact: { kind: 'callEnded', by: 'agent' }, callId: leg.callId });
        this.release(agent, now);
      });
      return;
    }
    this.agenda.put(at + ringMs, (now) => this.say(now, { fact: { kind: 'partyReached' }, ...leg }));
    this.agenda.put(at + ringMs + random.lognormal(95 * SECOND, 0.6), (now) => {
      this.say(now, { fact: { kind: 'legEnded', by: 'agent' }, ...leg });
      this.wrapUp(agent, leg, null, now);
    });
  }
}

function whereabouts(visit: Waiting): { callId: string; queue: string; visitId: string } {
  return { callId: visit.call.id, queue: visit.queue, visitId: visit.visitId };
}

function serves(agent: Agent, pools: readonly string[]): boolean {
  return agent.person.pools.some((pool) => pools.includes(pool));
}
