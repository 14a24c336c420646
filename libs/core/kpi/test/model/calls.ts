import type { Fact } from '@sightline/contracts';
import type { Chance } from './random';

/** What really happened, as whoever made it up knows it. Nothing here reads the fold's code. */
export interface TrueVisit {
  queue: string;
  enteredAt: number;
  outcome: string;
  endedAt: number;
  login: string | null;
}

export interface TrueLeg {
  queue: string;
  login: string;
  answeredAt: number;
  endedAt: number;
}

/** One statement about a call, in the words of facts, before any source has spoiled it. `visit` and `leg` say what it is about. */
export interface Said {
  at: number;
  readonly fact: Fact;
  readonly queue: string | null;
  readonly login: string | null;
  readonly visit: number | null;
  readonly waitMs: number | null;
  readonly talkMs: number | null;
}

export interface TrueCall {
  readonly id: string;
  readonly visits: TrueVisit[];
  readonly legs: TrueLeg[];
  readonly said: Said[];
}

/** Queues of four clinics, two each. */
export const QUEUES = ['lake/front', 'lake/billing', 'hill/front', 'hill/night', 'park/front', 'park/urgent', 'cove/front', 'cove/lens'];
/** The clinic a queue is for. */
export function clinicOf(queue: string): string {
  return queue.split('/')[0] as string;
}

const LOGINS = Array.from({ length: 24 }, (_, index) => `sip/${100 + index}`);

/** Milliseconds between two marks of the clock of a log. */
export type Tick = 1 | 1_000;

class CallMaker {
  readonly visits: TrueVisit[] = [];
  readonly legs: TrueLeg[] = [];
  readonly said: Said[] = [];

  constructor(
    private readonly chance: Chance,
    private readonly tick: Tick,
    private now: number,
  ) {}

  private mark(): number {
    return Math.floor(this.now / this.tick) * this.tick;
  }

  private say(fact: Fact, about: Partial<Said> = {}): void {
    this.said.push({ at: this.mark(), fact, queue: null, login: null, visit: null, waitMs: null, talkMs: null, ...about });
  }

  /** Follows one caller until nobody has him any more. */
  run(): void {
    let queue: string | null = this.chance.of(QUEUES);
    this.say({ kind: 'callStarted' });
    while (queue !== null && this.visits.length < 7) queue = this.visit(queue);
    if (this.chance.is(0.5)) this.say({ kind: 'callEnded' });
  }

  /** One stay in a queue; says where the caller goes next. */
  private visit(queue: string): string | null {
    const { chance } = this;
    const visit = this.visits.length;
    const enteredAt = this.mark();
    this.say({ kind: 'queueEntered' }, { queue, visit });
    const ringing = this.ringAll(queue, visit);
    const timeout = chance.of([5_000, 10_000, 15_000, 30_000]);
    const patience = 1_000 + chance.about(60_000);
    const wait = chance.is(0.12) ? chance.between(0, 900) : chance.about(25_000);
    const end = Math.min(wait, timeout, patience);
    this.now += end;
    const truth: TrueVisit = { queue, enteredAt, outcome: '', endedAt: this.mark(), login: null };
    this.visits.push(truth);
    const about = { queue, visit, waitMs: truth.endedAt - enteredAt };
    if (end === wait) return this.answered(truth, ringing, about);
    for (const login of ringing) this.say({ kind: 'legEnded', by: 'system' }, { queue, visit, login });
    if (end === patience) {
      truth.outcome = 'abandoned';
      this.say({ kind: 'callAbandoned' }, about);
      return null;
    }
    const reason = chance.of(['timeout', 'timeout', 'timeout', 'exitKey'] as const);
    truth.outcome = `flowedOut:${reason}`;
    this.say({ kind: 'callFlowedOut', reason }, about);
    if (chance.is(0.1)) return null;
    this.now += chance.is(0.1) ? 0 : chance.between(0, 8_000);
    return chance.is(0.7) ? queue : chance.of(QUEUES);
  }

  private ringAll(queue: string, visit: number): string[] {
    if (!this.chance.is(0.3)) return [];
    const ringing = this.chance.shuffled(LOGINS).slice(0, this.chance.between(1, 4));
    for (const login of ringing) this.say({ kind: 'agentRinging' }, { queue, visit, login });
    return ringing;
  }

  private answered(truth: TrueVisit, ringing: readonly string[], about: { queue: string; visit: number; waitMs: number }): string | null {
    const { chance } = this;
    const { queue, visit } = about;
    const login = ringing.length > 0 ? chance.of(ringing) : chance.of(LOGINS);
    truth.outcome = 'answered';
    truth.login = login;
    this.say({ kind: 'callAnswered' }, { ...about, login });
    for (const other of ringing) if (other !== login) this.say({ kind: 'legEnded', by: 'system' }, { queue, visit, login: other });
    let talking = login;
    let answeredAt = this.mark();
    let handedOver = 0;
    for (;;) {
      this.talk(queue, visit, talking);
      const leg: TrueLeg = { queue, login: talking, answeredAt, endedAt: this.mark() };
      this.legs.push(leg);
      const end = { ...about, waitMs: about.waitMs, talkMs: leg.endedAt - leg.answeredAt, login: talking };
      if (chance.is(0.12) && handedOver < 3) {
        // To another agent and, half of the time, back again: more legs of the same visit.
        this.say({ kind: 'callTransferred', mode: 'cold' }, end);
        const before = talking;
        talking = handedOver > 0 && chance.is(0.5) ? login : chance.of(LOGINS.filter((one) => one !== before));
        if (talking === before) talking = LOGINS.find((one) => one !== before) as string;
        handedOver += 1;
        this.now += chance.between(200, 4_000);
        answeredAt = this.mark();
        this.say({ kind: 'callAnswered' }, { queue, visit, login: talking });
        continue;
      }
      if (!chance.is(0.3)) {
        this.say({ kind: 'legEnded', by: chance.of(['agent', 'caller'] as const) }, end);
        return null;
      }
      this.say({ kind: 'callTransferred', mode: 'cold' }, end);
      this.now += chance.between(0, 3_000);
      return chance.of(QUEUES);
    }
  }

  private talk(queue: string, visit: number, login: string): void {
    const { chance } = this;
    this.now += 500 + chance.about(70_000);
    if (!chance.is(0.2)) return;
    this.say({ kind: 'callHeld' }, { queue, visit, login });
    this.now += chance.about(20_000);
    this.say({ kind: 'callRetrieved' }, { queue, visit, login });
    this.now += chance.about(20_000);
  }
}

/** One made-up call that begins about `from`. */
export function makeCall(chance: Chance, tick: Tick, id: string, from: number): TrueCall {
  const maker = new CallMaker(chance, tick, from + chance.between(0, 999));
  maker.run();
  return { id, visits: maker.visits, legs: maker.legs, said: maker.said };
}
