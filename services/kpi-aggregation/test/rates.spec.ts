import { describeWithPostgres } from '@sightline/testing';
import { figuresOf } from '@sightline/core-kpi';
import type { CallsAnswer, FiguresAnswer } from '../src';
import { FoldRun } from '../src/loop/run';
import { callsOf, centre, heartbeat, MONDAY } from './centre';
import type { Door, Query } from './door';
import { openDoor } from './door';
import type { House } from './house';
import { clockAt, foldAll, loopPorts, openHouse, RUN, say, Witness } from './house';

/** Calls to measure with: few in every test run, 40,000 or more to learn something. */
const CALLS = Number(process.env['SIGHTLINE_BENCH_CALLS'] ?? 1_000);
const DAYS = 28;
const ALL = figuresOf('visit')
  .map(({ name }) => name)
  .join(',');

/** Prints rates; only the integers are judged, never the time. */
describeWithPostgres('rates', (superuserUrl) => {
  let house: House;
  let door: Door;
  const lines: string[] = [];
  beforeAll(async () => {
    house = await openHouse(superuserUrl);
    await say(house, centre());
    door = await openDoor(house, clockAt(MONDAY + DAYS * 86_400_000));
  });
  afterAll(async () => {
    await door.close();
    await house.close();
    process.stdout.write(`${lines.join('\n')}\n`);
  });

  test('LOOP-F1 catching up with a month of calls folds every one of them', async () => {
    const events = [...callsOf(CALLS, DAYS), heartbeat(MONDAY + DAYS * 86_400_000)];
    for (let from = 0; from < events.length; from += 20_000) await house.log.append(events.slice(from, from + 20_000));
    const witness = new Witness();
    const run = await FoldRun.open(loopPorts(house), RUN, witness);
    const startedAt = performance.now();
    const cpu = process.cpuUsage();
    await foldAll(house, run);
    const used = process.cpuUsage(cpu);
    const ms = performance.now() - startedAt;
    await run.close();
    const sum = (of: 'events' | 'foldMs' | 'commitMs'): number => witness.commits.reduce((total, commit) => total + commit[of], 0);
    expect(sum('events')).toBeGreaterThanOrEqual(events.length);
    const cpuMs = (used.user + used.system) / 1_000;
    lines.push(
      `catching up: ${events.length} events of ${CALLS} calls in ${ms.toFixed(0)} ms, ${((events.length / ms) * 1_000).toFixed(0)} events/s ` +
        `(fold ${sum('foldMs').toFixed(0)} ms, commit ${sum('commitMs').toFixed(0)} ms, CPU of this process ${cpuMs.toFixed(0)} ms, ${witness.commits.length} commits)`,
    );
  });

  const measure = async <T>(what: string, path: string, query: Query): Promise<T> => {
    const times: number[] = [];
    let body: T | undefined;
    for (let turn = 0; turn < 5; turn += 1) {
      const startedAt = performance.now();
      const answer = await door.get<T>(path, { zone: 'America/New_York', ...query });
      times.push(performance.now() - startedAt);
      expect(answer.status).toBe(200);
      body = answer.body;
    }
    times.sort((a, b) => a - b);
    lines.push(`${what}: median ${times[2]?.toFixed(0)} ms of 5, best ${times[0]?.toFixed(0)} ms`);
    return body as T;
  };
  const totalOf = (answer: FiguresAnswer): number => {
    const received = answer.rows[0]?.figures.findIndex(({ figure }) => figure === 'received') ?? -1;
    return answer.rows.reduce((sum, row) => sum + (row.figures[received]?.value ?? 0), 0);
  };

  test('FIG-Q3 the same month by half hour, by clinic and as one, and its calls', async () => {
    const month = { from: '1999-02-01', to: '1999-03-01' };
    const whole = await measure<FiguresAnswer>('month as one, all figures', '/v1/figures', { ...month, figures: ALL });
    const halves = await measure<FiguresAnswer>('month by half hour, all figures', '/v1/figures', {
      ...month,
      interval: '30min',
      figures: ALL,
    });
    const clinics = await measure<FiguresAnswer>('month by day and clinic, all figures', '/v1/figures', {
      ...month,
      interval: '1d',
      groupBy: 'clinic',
      figures: ALL,
    });
    const [total] = [whole, halves, clinics].map(totalOf);
    expect(total).toBeGreaterThan(CALLS * 0.9);
    expect([totalOf(halves), totalOf(clinics)]).toEqual([total, total]);
    await measure('one clinic, one day by half hour, all figures', '/v1/figures', {
      from: '1999-02-03',
      to: '1999-02-04',
      clinic: 'lake',
      interval: '30min',
      figures: ALL,
    });
    await measure('minute cells of 2 h by clinic and queue, usual figures', '/v1/figures', {
      from: '1999-02-03T09:00',
      to: '1999-02-03T11:00',
      interval: '1min',
      groupBy: 'clinic,queue',
    });
    const calls = await measure<CallsAnswer>("first 100 of the month's abandoned", '/v1/calls', { ...month, class: 'abandoned' });
    expect(calls.total).toBe(calls.figure.figures[0]?.value);
    await measure('feeds', '/v1/feeds', { zone: undefined });
  });
});
