import type { CallEvent, FigureFamily } from '@sightline/contracts';
import { classesOf, figureInfo, figuresOf } from '@sightline/core-kpi';
import { describeWithPostgres } from '@sightline/testing';
import type { CallsAnswer, FiguresAnswer, ListedCall } from '../src';
import { FoldRun } from '../src/loop/run';
import { figureOfClass } from '../src/query/contribution';
import { callsOf, centre, event, heartbeat, MONDAY, saying, SOURCE } from './centre';
import type { Answer, Door, Query } from './door';
import { openDoor } from './door';
import type { House } from './house';
import { clockAt, foldAll, foldOnce, loopPorts, openHouse, RUN, say, Witness } from './house';

const DAY_MS = 86_400_000;
const SPAN = { from: MONDAY, to: MONDAY + 3 * DAY_MS } as const;
const FAMILIES = ['visit', 'contact', 'leg'] as const;

describeWithPostgres('the calls behind a figure', (superuserUrl) => {
  let house: House;
  let door: Door;
  // One run all along: taking partitions over would end every cursor.
  let run: FoldRun;
  const clock = clockAt(MONDAY + 10 * DAY_MS);
  beforeAll(async () => {
    house = await openHouse(superuserUrl);
    await say(house, centre());
    run = await FoldRun.open(loopPorts(house), RUN, new Witness());
    await fold(callsOf(250, 3), [heartbeat(clock.nowMs())]);
    door = await openDoor(house, clock);
  });
  afterAll(async () => {
    await door.close();
    await run.close();
    await house.close();
  });

  const fold = async (...events: readonly (readonly CallEvent[])[]): Promise<void> => {
    await house.log.append(events.flat());
    await foldAll(house, run);
  };
  const page = (query: Query, as?: string): Promise<Answer<CallsAnswer>> =>
    door.get<CallsAnswer>('/v1/calls', { ...SPAN, ...query }, as === undefined ? {} : { as });

  /** All pages of a list. */
  const list = async (query: Query): Promise<{ first: CallsAnswer; calls: readonly ListedCall[] }> => {
    const { body: first } = await page({ limit: 1_000, ...query });
    const calls = [...first.calls];
    for (let next = first.next; next !== null;) {
      const { status, body } = await page({ limit: 1_000, ...query, cursor: next });
      expect(status).toBe(200);
      calls.push(...body.calls);
      next = body.next;
    }
    return { first, calls };
  };
  const sum = (calls: readonly ListedCall[], of: (contribution: ListedCall['contribution']) => number | null | undefined): number =>
    calls.reduce((total, call) => total + (of(call.contribution) ?? 0), 0);

  const SUMS = FAMILIES.flatMap((family) =>
    figuresOf(family)
      .filter(({ name, requires }) => !name.endsWith('Max') && requires !== 'surveys' && requires !== 'wrapUp')
      .map(({ name }): [FigureFamily, string] => [family, name]),
  );

  test.each(SUMS)('FIG-K1 contributions of the list add up exactly to the figure: family %s, %s', async (family, figure) => {
    const { first, calls } = await list({ family, figure });
    const [stated] = first.figure.figures;
    expect(calls.length).toBe(first.total);
    if (stated?.numerator === undefined) expect(sum(calls, ({ value }) => value)).toBe(stated?.value);
    else {
      expect(stated.denominator).toBeGreaterThan(0);
      expect(sum(calls, ({ numerator }) => numerator)).toBe(stated.numerator);
      expect(sum(calls, ({ denominator }) => denominator)).toBe(stated.denominator);
    }
  });

  const CLASSES = FAMILIES.flatMap((family) => classesOf(family).map((name): [FigureFamily, string] => [family, name]));

  test.each(CLASSES)('FIG-K2 a class lists its rows and no others, and counts them: family %s, %s', async (family, name) => {
    const { first, calls } = await list({ family, class: name });
    const { calls: all } = await list({ family });
    expect(first.total).toBe(calls.length);
    const inClass = name === 'all' ? all : all.filter((call) => call.classes.includes(name));
    expect(calls.map(({ id }) => id)).toEqual(inClass.map(({ id }) => id));
    expect(first.figure.figures[0]?.figure).toBe(figureOfClass(family, name));
    expect(figureInfo(family, figureOfClass(family, name))).toBeDefined();
  });

  test('FIG-K3 the figure of the list is that of GET /v1/figures, envelope and all', async () => {
    const query = { ...SPAN, clinic: 'bay' };
    const { body: figures } = await door.get<FiguresAnswer>('/v1/figures', { ...query, figures: 'serviceLevel' });
    const { body } = await page({ ...query, figure: 'serviceLevel' });
    expect(body.figure).toEqual(figures.rows[0]);
    expect(body.figure.level).toMatchObject({ formula: 'SL1', statedBy: 'contract' });
  });

  test('FIG-K4 pages follow each other without a row twice or missing, in the order of their instants', async () => {
    const { calls: whole } = await list({ family: 'leg' });
    const { calls } = await list({ family: 'leg', limit: 7 });
    expect(whole.length).toBeGreaterThan(100);
    expect(calls).toEqual(whole);
  });

  test('FIG-K5 a cursor goes on while other days and clinics change, and is refused with a new first one when a row of the list did', async () => {
    const query = { clinic: 'lake', class: 'answered', limit: 5, to: MONDAY + DAY_MS };
    const { body: first } = await page(query);
    const elsewhere = (id: string, queue: string, at: number): CallEvent =>
      event(at, { kind: 'queueEntered' }, { call: { source: SOURCE, id }, queue });
    await fold([elsewhere('later', 'north', MONDAY + 2 * DAY_MS), elsewhere('south', 'south', MONDAY + 1_000)]);
    expect((await page({ ...query, cursor: first.next as string })).status).toBe(200);
    await fold([elsewhere('here', 'north', MONDAY + 1_000)]);
    const moved = await page({ ...query, cursor: first.next as string });
    expect(moved).toMatchObject({ status: 409, body: { code: 'snapshot-moved', cursor: expect.stringMatching(/^[\w-]+$/) } });
    const again = await page({ ...query, cursor: (moved.body as unknown as { cursor: string }).cursor });
    expect(again).toMatchObject({ status: 200, body: { total: first.total } });
    expect(again.body.calls[0]).toEqual((await page(query)).body.calls[0]);
  });

  test('FIG-K5 a cursor ends with its day, with another owner of the partitions, and when a contract changes what the classes mean', async () => {
    const query = { clinic: 'hill', class: 'answeredWithin', limit: 5 };
    const first = async (): Promise<string> => (await page(query)).body.next as string;
    const goesOn = async (cursor: string): Promise<number> => (await page({ ...query, cursor })).status;
    const now = clock.nowMs();
    const old = await first();
    clock.set(now + DAY_MS);
    expect(await goesOn(old)).toBe(200);
    clock.set(now + DAY_MS + 1);
    expect(await goesOn(old)).toBe(409);
    clock.set(now);
    const before = await first();
    await foldOnce(house, new Witness(), { ...RUN, group: 'another' });
    expect(await goesOn(before)).toBe(409);
    const agreed = await first();
    const contract = { kind: 'contract', clinicId: 'hill', name: 'new', formula: 'SL3', thresholdSeconds: 45, shortSeconds: 5 } as const;
    await say(house, saying({ ...contract, id: 'contract-hill-30', targetPercent: 80 }));
    expect(await goesOn(agreed)).toBe(409);
  });

  test('FIG-K6 a cursor goes on with its own question only, and nothing else is taken for one', async () => {
    const { body } = await page({ class: 'answered', limit: 5 });
    const next = body.next as string;
    expect(await page({ class: 'abandoned', limit: 5, cursor: next })).toMatchObject({ status: 400, body: { code: 'bad-parameter' } });
    expect(await page({ class: 'answered', cursor: next }, 'lake')).toMatchObject({ status: 400 });
    for (const cursor of ['x', 'W10', Buffer.from('[1,2]').toString('base64url'), `${next.slice(0, -8)}`, '%00', 'ä']) {
      expect(await page({ class: 'answered', cursor })).toMatchObject({
        status: 400,
        body: { code: 'bad-parameter', parameter: 'cursor' },
      });
    }
  });

  test('FIG-K7 who the agent was is said to those who may know; an agent may know his own', async () => {
    const members = async (query: Query, as: string): Promise<ListedCall> => {
      const { status, body } = await page({ limit: 1, class: 'answered', ...query }, as);
      expect(status).toBe(200);
      return body.calls[0] as ListedCall;
    };
    expect(await members({ clinic: 'lake' }, 'lake')).toHaveProperty('agentName');
    for (const family of FAMILIES) {
      const call = await members({ family, clinic: 'lake' }, 'owner');
      for (const hidden of ['agent', 'agentName', 'login']) expect(call).not.toHaveProperty(hidden);
    }
    expect(await members({ family: 'leg', agent: 'agent-a1' }, 'agent')).toMatchObject({ agent: 'agent-a1', agentName: 'Agent a1' });
    expect((await page({ family: 'leg', agent: 'agent-a2' }, 'agent')).status).toBe(403);
  });

  test('FIG-K8 who called never leaves: only whether that is known', async () => {
    for (const family of FAMILIES) {
      const { status, text } = await door.get('/v1/calls', { ...SPAN, family, limit: 1_000 });
      expect(status).toBe(200);
      expect(text).not.toContain('caller-');
    }
    const { calls } = await list({});
    expect(new Set(calls.map((call) => call['callerKnown']))).toEqual(new Set([true, false]));
  });

  test('FIG-K9 the same list as CSV, guarded against formulas', async () => {
    const evil = { call: { source: SOURCE, id: '=cmd|"x"!A1' }, queue: 'north' };
    await fold([event(MONDAY + 5_000, { kind: 'queueEntered' }, evil), event(MONDAY + 6_000, { kind: 'callAbandoned' }, evil)]);
    const query = { ...SPAN, class: 'abandoned', clinic: 'lake', limit: 10 };
    const csv = await door.get('/v1/calls', query, { accept: 'text/csv' });
    const { body } = await page(query);
    expect(csv.headers.get('content-type')).toContain('text/csv');
    const lines = csv.text.split('\r\n');
    expect(lines[0]).toContain('family,call,callSource,id,clinic');
    expect(lines).toHaveLength(body.calls.length + 2);
    expect(csv.text).toContain(`visit,"'=cmd|""x""!A1",pbx`);
    expect(csv.headers.get('sightline-next-cursor')).toBe(body.next);
  });
});
