import type { Clock, EventLog, LogConsumer } from '@sightline/ports';
import { createLogger, createMetrics, systemClock } from '@sightline/runtime';
import { describeWithPostgres } from '@sightline/testing';
import type { LoopConfig } from '../src/loop/loop';
import { FoldLoop } from '../src/loop/loop';
import { observe } from '../src/loop/metrics';
import { callsOf, centre, event, MONDAY, SOURCE } from './centre';
import type { House } from './house';
import { foldOnce, isComplete, loopPorts, openHouse, recomputed, RUN, say, stored, Witness } from './house';

const CONFIG: LoopConfig = { ...RUN, idleMs: 20, tickMs: 50, stallMs: 30_000, superviseMs: 5_000, stopMs: 5_000 };
const NEVER = new Promise<never>(() => {});

/** Seconds of this clock in one of the system's. */
const PACE = 15;

/** A clock that goes faster than the system's, so that half minutes pass in seconds; keeps what was waited for. */
class HastyClock implements Clock {
  readonly delays: number[] = [];
  private readonly startedAt = systemClock.nowMs();

  nowMs(): number {
    return MONDAY + Math.round((systemClock.nowMs() - this.startedAt) * PACE);
  }

  async delay(ms: number, signal?: AbortSignal): Promise<void> {
    this.delays.push(ms);
    await systemClock.delay(ms / PACE, signal);
  }
}

/** Breaks the connections of the fold, in this database only. */
const BREAK = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND usename = 'sightline_pipeline'`;

/** Waits until something holds; fails after 30 s. */
async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 30_000;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error('it did not come to pass within 30 s');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** The log with the faults of a bad day. */
function ailing(log: EventLog, faults: Partial<EventLog>): EventLog {
  const healthy: EventLog = {
    logId: () => log.logId(),
    append: (events) => log.append(events),
    bounds: (partition) => log.bounds(partition),
    consumer: (group) => log.consumer(group),
    close: () => log.close(),
  };
  return { ...healthy, ...faults };
}

/** A consumer of a healthy log with one thing wrong. */
function ailingConsumer(consumer: LogConsumer, faults: Partial<LogConsumer>): LogConsumer {
  const healthy: LogConsumer = {
    assigned: () => consumer.assigned(),
    seek: (partition, offset) => consumer.seek(partition, offset),
    poll: (max, wait, signal) => consumer.poll(max, wait, signal),
    close: () => consumer.close(),
  };
  return { ...healthy, ...faults };
}

describeWithPostgres('keeping the fold alive', (superuserUrl) => {
  let house: House;
  let witness: Witness;
  let clock: HastyClock;
  let loop: FoldLoop | null = null;
  /** Consumers of runs that hang: nobody else closes them. */
  let hanging: LogConsumer[] = [];
  beforeEach(async () => {
    house = await openHouse(superuserUrl);
    await say(house, centre());
    await house.log.append(callsOf(20, 1));
    witness = new Witness();
    clock = new HastyClock();
  });
  afterEach(async () => {
    await loop?.stop();
    await Promise.all(hanging.map((consumer) => consumer.close()));
    hanging = [];
    await house.close();
  });

  const begin = (faults: Partial<EventLog> = {}, config: Partial<LoopConfig> = {}): FoldLoop => {
    const ports = { ...loopPorts(house, clock), log: ailing(house.log, faults) };
    loop = new FoldLoop(ports, { ...CONFIG, ...config }, witness);
    return loop;
  };
  /** The first consumer has something wrong, those after it have not. */
  const firstAiling = (faults: Partial<LogConsumer>): EventLog['consumer'] => {
    let opened = 0;
    return async (group) => {
      opened += 1;
      if (opened > 1) return house.log.consumer(group);
      const own = await house.log.consumer('hangs');
      hanging.push(own);
      return ailingConsumer(own, faults);
    };
  };
  const folded = (): Promise<void> => until(() => isComplete(house));

  test('LOOP-S1 a run that fails is followed by another one, after 250 ms, doubled each time', async () => {
    let tries = 0;
    const consumer = async (group: string): Promise<LogConsumer> => {
      tries += 1;
      if (tries <= 7) throw new Error('no log today');
      return house.log.consumer(group);
    };
    begin({ consumer }).start();
    await folded();
    expect(witness.failures).toHaveLength(7);
    expect(witness.waits).toEqual([250, 500, 1_000, 2_000, 4_000, 5_000, 5_000]);
  });

  test('LOOP-S2 a run that stands still with work before it is replaced', async () => {
    begin({ consumer: firstAiling({ poll: () => NEVER }) }).start();
    await folded();
    expect(witness.restarts).toContainEqual(expect.stringMatching(/^no commit for \d+ s, \d\d+ records behind$/));
  });

  test('LOOP-S2 a run that cannot even be opened is replaced', async () => {
    let opened = 0;
    const consumer = (group: string): Promise<LogConsumer> => ((opened += 1) === 1 ? NEVER : house.log.consumer(group));
    begin({ consumer }).start();
    await folded();
    expect(witness.restarts).toContainEqual(expect.stringMatching(/^no commit for \d+ s, 1 records behind$/));
  });

  test('LOOP-S2 a run that cannot be closed holds up nobody', async () => {
    const poll = (): Promise<never> => Promise.reject(new Error('the connection broke'));
    begin({ consumer: firstAiling({ poll, close: () => NEVER }) }).start();
    await folded();
    expect(witness.failures).toHaveLength(1);
  });

  test('LOOP-S2 while the log keeps silent, waiting is right', async () => {
    let silent = false;
    let looks = 0;
    const answer = <T>(of: Promise<T>): Promise<T> => {
      if (silent) looks += 1;
      return silent ? Promise.reject(new Error('silent')) : of;
    };
    const hang = (): Promise<never> => {
      silent = true;
      return NEVER;
    };
    const consumer = firstAiling({ poll: hang });
    const bounds: EventLog['bounds'] = (partition) => answer(house.log.bounds(partition));
    begin({ bounds, logId: () => answer(house.log.logId()), consumer }).start();
    // Each look comes 5 s of this clock after the last: twice as long as a run may stand still.
    await until(() => looks > 12);
    expect(witness.restarts).toEqual([]);
    silent = false;
    await folded();
    expect(witness.restarts.length).toBeGreaterThan(0);
  });

  test('LOOP-S3 stop is bounded, may come twice and before start', async () => {
    const idle = begin();
    await idle.stop();
    await idle.stop();
    const hanging = begin({ consumer: () => NEVER });
    hanging.start();
    await hanging.stop();
    const working = begin();
    working.start();
    working.start();
    await folded();
    await working.stop();
    const commits = witness.commits.length;
    await house.log.append(callsOf(5, 1, 2));
    await foldOnce(house);
    expect(witness.commits).toHaveLength(commits);
  });

  test('LOOP-S4 health says what keeps the fold from getting on', async () => {
    let well = false;
    const ailingLoop = begin({ consumer: (group) => (well ? house.log.consumer(group) : Promise.reject(new Error('no log today'))) });
    expect(ailingLoop.trouble()).toBe('not started');
    ailingLoop.start();
    await until(() => witness.failures.length > 0);
    expect(ailingLoop.trouble()).toMatch(/^not folding/);
    well = true;
    await until(() => ailingLoop.trouble() === null);
    await ailingLoop.stop();
    expect(ailingLoop.trouble()).toBe('not started');
  });

  test('LOOP-F7 what waits in the log is folded without waiting for the tick, what trickles in is gathered for it', async () => {
    await house.log.append(callsOf(300, 1, 3));
    const tick = 30_000;
    // What is left of the tick after the turn itself.
    const isTick = (ms: number): boolean => ms > CONFIG.superviseMs && ms <= tick;
    begin({}, { maxRecords: 64, tickMs: tick }).start();
    await folded();
    const commits = witness.commits.filter(({ events }) => events > 0).length;
    expect(commits).toBeGreaterThan(10);
    expect(clock.delays.filter(isTick).length).toBeLessThan(commits / 2);
    await house.log.append([event(MONDAY, { kind: 'queueEntered' }, { call: { source: SOURCE, id: 'late' }, queue: 'north' })]);
    const ticks = clock.delays.filter(isTick).length;
    await until(() => clock.delays.filter(isTick).length > ticks);
  });

  test('LOOP-S5 broken connections cost a new run at most', async () => {
    const events = callsOf(40, 1, 4);
    begin().start();
    await folded();
    for (let from = 0; from < events.length; from += 100) {
      await house.owner.pipeline.query(BREAK);
      await house.log.append(events.slice(from, from + 100));
      await until(() => isComplete(house).catch(() => false));
    }
    const expected = await recomputed(house, events);
    expect(await stored(house, expected.keys())).toEqual(expected);
  });

  test('LOOP-S4 what the loop does is counted, and nothing of a fact is in it', async () => {
    const metrics = createMetrics();
    const ports = loopPorts(house, clock);
    loop = new FoldLoop(ports, CONFIG, observe(metrics, createLogger({ level: 'silent', name: 'test' })));
    loop.start();
    await folded();
    const text = await metrics.text();
    const { endOffset } = await house.log.bounds(0);
    expect(endOffset).toBeGreaterThan(0);
    expect(text).toMatch(/sightline_fold_events_total [1-9]/);
    expect(text).toMatch(/sightline_fold_lag_records\{partition="0"\} 0/);
    expect(text).toMatch(/sightline_fold_commit_seconds_count [1-9]/);
    expect(text).not.toMatch(/north|agent-|caller-|pbx/);
  });
});
