import type { CallEvent, ContactRow, Figure, FigureFamily, LegCell, LegRow, Row, VisitCell, VisitRow } from '@sightline/contracts';
import {
  addContact,
  addLeg,
  addVisit,
  boundariesOf,
  DEFAULT_OPTIONS,
  emptyLegCell,
  emptyVisitCell,
  endUnknownCutoffs,
  figureOf,
  figuresOf,
  rowInstant,
} from '@sightline/core-kpi';
import { describeWithPostgres } from '@sightline/testing';
import type { FiguresAnswer } from '../src';
import { CATALOGUE } from '../src/catalogue/catalogue';
import { callsOf, centre, event, heartbeat, mapping, MONDAY, saying, SOURCE } from './centre';
import type { Door, Query } from './door';
import { openDoor } from './door';
import type { House } from './house';
import { clockAt, foldOnce, openHouse, recomputedRows, say } from './house';

const DAY_MS = 86_400_000;
const DAYS = 3;
const SPAN = { from: '1999-02-01', to: '1999-02-04', zone: 'America/New_York' } as const;
const FROM = Date.UTC(1999, 1, 1, 5);
const TO = FROM + DAYS * DAY_MS;
const ALL = (family: FigureFamily): string =>
  figuresOf(family)
    .map(({ name }) => name)
    .join(',');

describeWithPostgres('figures', (superuserUrl) => {
  let house: House;
  let door: Door;
  let events: CallEvent[];
  let rows: readonly Row[];
  const clock = clockAt(TO + DAY_MS);
  beforeAll(async () => {
    house = await openHouse(superuserUrl);
    await say(house, centre());
    events = [...callsOf(400, DAYS), heartbeat(TO + DAY_MS)];
    await house.log.append(events);
    await foldOnce(house);
    rows = await recomputedRows(house, events);
    door = await openDoor(house, clock);
  });
  afterAll(async () => {
    await door.close();
    await house.close();
  });

  const ask = async (query: Query, as?: string): Promise<FiguresAnswer> => {
    const answer = await door.get<FiguresAnswer>('/v1/figures', query, as === undefined ? {} : { as });
    expect(answer).toMatchObject({ status: 200 });
    return answer.body;
  };

  const keyOf: Readonly<Record<string, (row: VisitRow | ContactRow | LegRow) => string>> = {
    clinic: (row) => row.clinicId,
    callType: (row) => row.callType,
    queue: (row) => `${row.source}/${'queue' in row ? (row.queue ?? '') : ''}`,
    agent: (row) => ('agentId' in row ? (row.agentId ?? '') : ''),
  };

  /** Figures reckoned from the rows themselves, by key and start of interval. */
  function expected(family: FigureFamily, groupBy: readonly string[], boundaries: readonly number[]): Map<string, Figure[]> {
    const cells = new Map<string, VisitCell | LegCell>();
    const cutoff = endUnknownCutoffs([], clock.nowMs(), () => ({ live: true, importing: false }))['*'] as number;
    for (const row of rows) {
      if (row.family !== family) continue;
      const counted = row as VisitRow | ContactRow | LegRow;
      const start = boundaries.findLast((at) => at <= rowInstant(counted));
      if (start === undefined || rowInstant(counted) >= (boundaries.at(-1) as number)) continue;
      const key = [start, ...groupBy.map((dimension) => keyOf[dimension]?.(counted))].join('|');
      const cell = cells.get(key) ?? (family === 'leg' ? emptyLegCell() : emptyVisitCell());
      cells.set(key, cell);
      if (counted.family === 'leg') addLeg(cell as LegCell, counted, 1);
      else if (counted.family === 'visit') addVisit(cell as VisitCell, counted, 1, cutoff);
      else addContact(cell as VisitCell, counted, 1, cutoff);
    }
    const capabilities = new Set(['waits', 'ringing', 'hold', 'dispositions', 'blocked', 'endedBy', 'outbound'] as const);
    const options = { ...DEFAULT_OPTIONS, capabilities };
    return new Map([...cells].map(([key, cell]) => [key, figuresOf(family).map(({ name }) => figureOf(family, name, cell, options))]));
  }

  const LEVEL = { formula: 'SL6', thresholdSeconds: 20, shortSeconds: 5 } as const;

  const GROUPINGS: readonly [FigureFamily, string, string][] = [
    ['visit', 'clinic', '1d'],
    ['visit', 'queue,callType', '1h'],
    ['contact', 'clinic,callType', 'all'],
    ['leg', 'agent', '1d'],
    ['leg', 'clinic,queue', '30min'],
    ['visit', '', '30min'],
  ];

  test.each(GROUPINGS)(
    'FIG-Q1 every figure of the family %s by %s per %s is that of the rows themselves',
    async (family, groupBy, interval) => {
      const dimensions = groupBy === '' ? [] : groupBy.split(',');
      const answer = await ask({ ...SPAN, ...LEVEL, family, interval, figures: ALL(family), ...(groupBy === '' ? {} : { groupBy }) });
      const boundaries = boundariesOf({ from: FROM, to: TO, interval: interval as '1d', zone: SPAN.zone });
      const wanted = expected(family, dimensions, boundaries);
      const found = new Map(
        answer.rows.map((row) => [[row.from, ...dimensions.map((dimension) => row.key[dimension])].join('|'), row.figures]),
      );
      for (const [key, figures] of wanted) expect({ key, figures: found.get(key) }).toEqual({ key, figures });
      if (groupBy !== '') expect(found.size).toBe(wanted.size);
    },
  );

  test('FIG-Q2 without a grouping every interval has a row: counts are 0 and ratios null with a reason where nothing came', async () => {
    const { rows: answered } = await ask({ ...SPAN, interval: '1h', figures: 'offered,serviceLevel,waitMsP90' });
    expect(answered).toHaveLength(DAYS * 24);
    const empty = answered.filter((row) => row.figures[0]?.value === 0);
    expect(empty.length).toBeGreaterThan(24);
    for (const { figures } of empty) {
      expect(figures[1]).toMatchObject({ value: null, reason: expect.stringMatching(/./), numerator: 0, denominator: 0 });
      expect(figures[2]).toMatchObject({ value: null, reason: expect.stringMatching(/./) });
    }
  });

  test('FIG-Q3 figures of intervals add up to those of the whole, and those of groups too', async () => {
    const sum = (answer: FiguresAnswer): number => answer.rows.reduce((total, row) => total + (row.figures[0]?.value ?? 0), 0);
    const whole = sum(await ask({ ...SPAN, figures: 'received' }));
    expect(whole).toBeGreaterThan(300);
    expect(sum(await ask({ ...SPAN, figures: 'received', interval: '15min' }))).toBe(whole);
    expect(sum(await ask({ ...SPAN, figures: 'received', interval: '1d', groupBy: 'queue' }))).toBe(whole);
  });

  test('FIG-Q4 a selection narrows: clinic, queue, agent and call type, each by several values', async () => {
    const offered = async (query: Query): Promise<number> =>
      (await ask({ ...SPAN, figures: 'offered', ...query })).rows[0]?.figures[0]?.value as number;
    const byClinic = await Promise.all(['lake', 'hill'].map((clinic) => offered({ clinic })));
    expect(await offered({ 'clinic[]': ['lake', 'hill'] })).toBe((byClinic[0] as number) + (byClinic[1] as number));
    expect(await offered({ queue: `${SOURCE}/north` })).toBe(byClinic[0]);
    expect(await offered({ clinic: 'lake', queue: `${SOURCE}/south` })).toBe(0);
    const legs = await ask({ ...SPAN, family: 'leg', agent: ['agent-a1', 'agent-a2'], groupBy: 'agent', figures: 'answered' });
    expect(legs.rows.map(({ key }) => key['agent'])).toEqual(['agent-a1', 'agent-a2']);
    const types = await ask({ ...SPAN, groupBy: 'callType', figures: 'offered' });
    expect(await offered({ callType: '' })).toBe(types.rows.find(({ key }) => key['callType'] === '')?.figures[0]?.value);
    expect(await offered({ callType: ['bills', 'inbound:visit'] })).toBe(
      types.rows
        .filter(({ key }) => ['bills', 'inbound:visit'].includes(key['callType'] ?? ''))
        .reduce((sum, row) => sum + (row.figures[0]?.value ?? 0), 0),
    );
  });

  test('FIG-Q5 names of clinics, queues and agents come with the keys that hold them', async () => {
    const visits = await ask({ ...SPAN, groupBy: 'clinic,queue', figures: 'offered' });
    expect(visits.names.clinic).toEqual({ lake: 'Lakeside Eye', hill: 'Hill Optics', bay: 'Bay Vision' });
    expect(visits.names.queue?.[`${SOURCE}/north`]).toBe('Queue north');
    const legs = await ask({ ...SPAN, family: 'leg', groupBy: 'agent', figures: 'answered' });
    expect(legs.names.agent?.['agent-a1']).toBe('Agent a1');
    expect(legs.names.agent).not.toHaveProperty(`unknown:${SOURCE}/stranger`);
  });

  test('FIG-S1 a viewer sees the rows of his clinics and nothing else, whether he names them or not', async () => {
    const all = await ask({ ...SPAN, groupBy: 'clinic', figures: 'offered' });
    const own = await ask({ ...SPAN, groupBy: 'clinic', figures: 'offered' }, 'lake');
    expect(all.rows.map(({ key }) => key['clinic'])).toEqual(['bay', 'hill', 'lake', 'unassigned']);
    expect(own.rows).toEqual(all.rows.filter(({ key }) => key['clinic'] === 'lake'));
    expect((await ask({ ...SPAN, groupBy: 'clinic', figures: 'offered' }, 'stranger')).rows).toEqual([]);
  });

  test('FIG-L1 the level is that of the contract, where one clinic or all in question share it; the envelope says so', async () => {
    const level = async (query: Query) => (await ask({ ...SPAN, figures: 'serviceLevel', ...query })).rows[0]?.level;
    expect(await level({ clinic: 'bay' })).toMatchObject({ formula: 'SL1', thresholdSeconds: 60, shortSeconds: 5, statedBy: 'contract' });
    expect(await level({ clinic: 'lake,hill' })).toMatchObject({ formula: 'SL3', thresholdSeconds: 30, statedBy: 'contract' });
    expect(await level({ clinic: 'lake,bay' })).toMatchObject({ formula: 'SL6', thresholdSeconds: 20, statedBy: 'default' });
    expect(await level({})).toMatchObject({ formula: 'SL6', statedBy: 'default' });
    expect(await level({ clinic: 'bay', thresholdSeconds: 7 })).toMatchObject({
      formula: 'SL1',
      thresholdSeconds: 7,
      statedBy: 'question',
    });
    const grouped = await ask({ ...SPAN, groupBy: 'clinic', figures: 'serviceLevel' });
    expect(grouped.rows.map((row) => [row.key['clinic'], row.level.formula])).toEqual([
      ['bay', 'SL1'],
      ['hill', 'SL3'],
      ['lake', 'SL3'],
      ['unassigned', 'SL6'],
    ]);
  });

  test('FIG-L2 the contract is the one that holds when the interval begins', async () => {
    const later = Date.UTC(1999, 1, 2, 12);
    const changed = { ...saying(contract('hill', 45))[0], id: 'contract-hill-later', validFrom: later } as never;
    const old = { ...saying(contract('hill', 30))[0], id: 'contract-hill-30', validTo: later } as never;
    await say(house, [old, changed]);
    await foldOnce(house);
    const { rows: days } = await ask({ ...SPAN, clinic: 'hill', interval: '1d', figures: 'serviceLevel' });
    expect(days.map((row) => row.level.thresholdSeconds)).toEqual([30, 30, 45]);
  });

  test('FIG-C1 what a source cannot report is null with a reason, never 0', async () => {
    const { rows: answered } = await ask({ ...SPAN, figures: 'csat,wrapMsSum,holdMsSum' });
    expect(answered[0]?.figures).toMatchObject([
      { value: null, reason: 'not reported by this source' },
      { value: null, reason: 'not reported by this source' },
      { value: expect.any(Number) },
    ]);
  });

  test('FIG-C2 an interval about the process is added to proportions only when asked for', async () => {
    const level = async (query: Query) => (await ask({ ...SPAN, figures: 'serviceLevel,offered', ...query })).rows[0]?.figures;
    expect((await level({}))?.[0]).not.toHaveProperty('confidence');
    const [ratio, count] = (await level({ confidence: '0.95' })) ?? [];
    expect(ratio?.confidence).toMatchObject({ level: 0.95, method: 'Wilson' });
    expect(ratio?.confidence?.low).toBeLessThan(ratio?.value as number);
    expect(ratio?.confidence?.high).toBeGreaterThan(ratio?.value as number);
    expect(count).not.toHaveProperty('confidence');
  });

  test('FIG-D1 the catalogue names every figure, class, dimension and formula that can be asked for, in words', async () => {
    const { body } = await door.get('/v1/figures/catalogue', {}, { as: 'display' });
    expect(body).toEqual(JSON.parse(JSON.stringify(CATALOGUE)));
    for (const { family, figures, percentilesOf } of CATALOGUE.families) {
      expect(figures.every(({ words }) => words.length > 3)).toBe(true);
      const names = [...figures.map(({ name }) => name), ...percentilesOf.map((base) => `${base}P50`)];
      expect((await ask({ ...SPAN, family, figures: names.join(',') })).rows[0]?.figures).toHaveLength(names.length);
    }
  });

  test('FIG-D2 every route and parameter stands in the OpenAPI document', async () => {
    const { body } = await door.get<{ paths: Record<string, { get: { parameters: { name: string }[] } }> }>('/v1/openapi.json');
    expect(Object.keys(body.paths)).toEqual(expect.arrayContaining(['/v1/figures', '/v1/figures/catalogue', '/v1/calls', '/v1/feeds']));
    const names = (path: string): string[] => (body.paths[path]?.get.parameters ?? []).map(({ name }) => name);
    expect(names('/v1/figures')).toEqual(expect.arrayContaining(['family', 'from', 'to', 'groupBy', 'formula', 'confidence']));
    expect(names('/v1/calls')).toEqual(expect.arrayContaining(['class', 'figure', 'limit', 'cursor']));
  });

  test('FIG-E4 while rows are folded anew their figures say so, those of other operators do not', async () => {
    const label = async (): Promise<string | undefined> => (await ask({ ...SPAN })).rows[0]?.label;
    expect(await label()).toBe('settled');
    await house.directory.append('other', saying({ id: 'operator', kind: 'operator', name: 'Other', demo: false }), clock.nowMs());
    expect(await label()).toBe('settled');
    await say(house, saying(mapping('lobby', 'bay')));
    expect(await label()).toBe('re-attributing');
    await foldOnce(house);
    expect(await label()).toBe('settled');
    await say(house, saying({ ...mapping('lobby', 'bay'), removed: true }));
    await foldOnce(house);
  });
});

const contract = (clinicId: string, thresholdSeconds: number) =>
  ({ id: 'c', kind: 'contract', clinicId, name: 'c', formula: 'SL3', thresholdSeconds, shortSeconds: 5, targetPercent: 80 }) as const;

describeWithPostgres('figures of what goes on now', (superuserUrl) => {
  let house: House;
  let door: Door;
  const now = MONDAY + 600_000;
  const clock = clockAt(now);
  const HOUR = { from: MONDAY, to: MONDAY + 3_600_000 } as const;
  beforeEach(async () => {
    house = await openHouse(superuserUrl);
    await say(house, centre());
    door = await openDoor(house, clock);
    clock.set(now);
  });
  afterEach(async () => {
    await door.close();
    await house.close();
  });

  const fold = async (...events: readonly CallEvent[]): Promise<void> => {
    await house.log.append(events);
    await foldOnce(house);
  };
  const ask = async (query: Query = {}) => {
    const { body } = await door.get<FiguresAnswer>('/v1/figures', { ...HOUR, clinic: 'lake', figures: 'serviceLevel,waiting', ...query });
    return body.rows[0] as FiguresAnswer['rows'][number];
  };
  const call = (id: string) => ({ call: { source: SOURCE, id }, queue: 'north' });
  const answered = (id: string, at: number, waitMs: number): CallEvent[] => [
    event(at, { kind: 'queueEntered' }, call(id)),
    event(at + waitMs, { kind: 'callAnswered' }, { ...call(id), login: 'a1' }),
    event(at + waitMs + 60_000, { kind: 'callEnded' }, { ...call(id), login: 'a1' }),
  ];

  test('FIG-E1 open says the best and worst that the callers still waiting admit', async () => {
    await fold(...answered('a', MONDAY, 10_000), event(now - 10_000, { kind: 'queueEntered' }, call('w')));
    const strict = { formula: 'SL7', thresholdSeconds: 30 };
    expect((await ask(strict)).figures).toMatchObject([
      { value: 1, numerator: 1, denominator: 1, open: { low: 0.5, high: 1 } },
      { value: 1 },
    ]);
    clock.set(now + 60_000);
    expect((await ask(strict)).figures).toMatchObject([{ value: 1, open: { low: 0.5, high: 0.5 } }, { value: 1 }]);
    clock.set(now + 5 * 3_600_000);
    const [level, waiting] = (await ask()).figures;
    expect(waiting).toMatchObject({ value: 0 });
    expect(level).not.toHaveProperty('open');
  });

  test('FIG-E2 settled means: over, every live source past its end by 5 min, nobody waiting', async () => {
    await fold(...answered('a', MONDAY, 10_000), event(MONDAY + 60_000, { kind: 'queueEntered' }, call('w')));
    expect((await ask()).label).toBe('provisional');
    const end = HOUR.to + 5 * 60_000;
    clock.set(end);
    await fold(heartbeat(end - 1));
    expect((await ask()).label).toBe('provisional');
    await fold(heartbeat(end));
    expect((await ask()).label).toBe('provisional');
    await fold(event(MONDAY + 90_000, { kind: 'callAbandoned' }, call('w')));
    expect((await ask()).label).toBe('settled');
  });

  test('FIG-E3 revised since t: a fact came more than 24 h after the end and changed a row', async () => {
    const late = HOUR.to + 25 * 3_600_000;
    clock.set(late + 60_000);
    await fold(...answered('a', MONDAY, 10_000), heartbeat(late));
    expect((await ask()).label).toBe('settled');
    const corrected = event(
      MONDAY + 20_000,
      { kind: 'callDisposed', disposition: 'booked' },
      { ...call('a'), login: 'a1', receivedAt: late },
    );
    await fold(corrected);
    expect(await ask()).toMatchObject({ label: 'revised', revisedSince: late });
  });

  test('FIG-E5 watermark, its age and coverage are those of the feed that knows least', async () => {
    expect(await ask()).toMatchObject({ watermark: null, ageMs: null, coverage: 0, label: 'provisional' });
    await fold(...answered('a', MONDAY, 10_000), heartbeat(MONDAY + 300_000));
    expect(await ask()).toMatchObject({ watermark: MONDAY + 300_000, ageMs: 300_000, coverage: 0.5 });
    await fold(heartbeat(now - 5_000));
    expect(await ask()).toMatchObject({ watermark: now - 5_000, ageMs: 5_000, coverage: 1 });
    expect(await ask({ from: HOUR.to, to: HOUR.to + 1_000 })).toMatchObject({ coverage: null, label: 'provisional' });
  });

  test('FIG-E6 a clinic that only finished files speak of has no coverage, and what is over is settled', async () => {
    await say(house, centre({ live: false }));
    await fold(...answered('a', MONDAY, 10_000));
    clock.set(HOUR.to + 1);
    expect(await ask()).toMatchObject({ watermark: null, coverage: null, label: 'settled' });
  });

  test('FIG-E8 a source that was only declared holds nothing back', async () => {
    const declared = { kind: 'source', source: 'new', name: 'New', system: 'http', zone: 'UTC', capabilities: [], live: true } as const;
    await say(house, saying({ ...declared, id: 'source-new' }));
    const end = HOUR.to + 5 * 60_000;
    clock.set(end);
    await fold(...answered('a', MONDAY, 10_000), heartbeat(end));
    const { body } = await door.get<FiguresAnswer>('/v1/figures', { ...HOUR, figures: 'holdMsSum' });
    expect(body.rows[0]).toMatchObject({ label: 'settled', watermark: end, coverage: 1, figures: [{ value: 0 }] });
  });

  test('FIG-E7 while the store catches up nothing is settled, and the answer says how much it lacks', async () => {
    clock.set(HOUR.to + DAY_MS);
    await fold(...answered('a', MONDAY, 10_000), heartbeat(HOUR.to + DAY_MS));
    expect((await ask()).label).toBe('settled');
    await house.log.append(callsOf(400, 1, 3));
    expect((await ask()).label).toBe('provisional');
    const { body } = await door.get<FiguresAnswer>('/v1/figures', HOUR);
    expect(body.behind).toBeGreaterThan(1_000);
  });
});
