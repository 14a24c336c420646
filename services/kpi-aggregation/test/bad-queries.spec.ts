import { describeWithPostgres } from '@sightline/testing';
import { centre, MONDAY } from './centre';
import type { Door, Query } from './door';
import { openDoor } from './door';
import type { House } from './house';
import { clockAt, foldOnce, openHouse, say } from './house';

const SPAN = { from: '1999-02-01', to: '1999-02-02', zone: 'UTC' } as const;
const MANY = Array.from({ length: 501 }, (_, index) => `c${index}`);

interface Case {
  readonly what: string;
  readonly query: Query;
  readonly status?: number;
  readonly code?: string;
  /** Members of the problem document. */
  readonly says?: Readonly<Record<string, unknown>>;
  readonly as?: string;
  readonly path?: string;
}

const bad = 'bad-parameter';
const CASES: readonly Case[] = [
  { what: 'no from', query: { to: '1999-02-02', zone: 'UTC' }, code: bad, says: { parameter: 'from' } },
  { what: 'no to', query: { from: '1999-02-01', zone: 'UTC' }, code: bad, says: { parameter: 'to' } },
  {
    what: 'an unknown parameter',
    query: { ...SPAN, clinics: 'lake' },
    code: 'unknown-parameter',
    says: { allowed: expect.arrayContaining(['clinic', 'groupBy']) },
  },
  { what: 'asReceivedBy, which comes later', query: { ...SPAN, asReceivedBy: '1999-02-03' }, code: 'not-supported-yet' },
  { what: 'the family time, which comes later', query: { ...SPAN, family: 'time' }, code: 'not-supported-yet' },
  {
    what: 'a figure that comes later',
    query: { ...SPAN, figures: 'offered,fcr' },
    code: 'not-supported-yet',
    says: { parameter: 'figures' },
  },
  { what: 'a family nobody knows', query: { ...SPAN, family: 'calls' }, code: bad, says: { allowed: ['visit', 'contact', 'leg'] } },
  {
    what: 'a figure nobody knows',
    query: { ...SPAN, figures: 'happiness' },
    code: bad,
    says: { allowed: expect.arrayContaining(['offered']) },
  },
  { what: 'a percentile of 100', query: { ...SPAN, figures: 'waitMsP100' }, code: bad },
  { what: 'a figure of another family', query: { ...SPAN, family: 'leg', figures: 'serviceLevel' }, code: bad },
  { what: 'agents of visits', query: { ...SPAN, agent: 'agent-a1' }, code: bad, says: { allowed: ['clinic', 'queue', 'callType'] } },
  {
    what: 'grouping visits by agent',
    query: { ...SPAN, groupBy: 'clinic,agent' },
    code: bad,
    says: { parameter: 'groupBy', allowed: ['clinic', 'queue', 'callType'] },
  },
  {
    what: 'queues of contacts',
    query: { ...SPAN, family: 'contact', groupBy: 'queue' },
    code: bad,
    says: { allowed: ['clinic', 'callType'] },
  },
  { what: 'a queue without its source', query: { ...SPAN, queue: 'north' }, code: bad, says: { parameter: 'queue' } },
  { what: 'a clinic that does not exist', query: { ...SPAN, clinic: 'nowhere' }, status: 403, code: 'foreign-clinic' },
  { what: 'a clinic beyond the grant', query: { ...SPAN, clinic: 'lake,hill' }, as: 'lake', status: 403, code: 'foreign-clinic' },
  {
    what: 'the unassigned clinic without a grant for all',
    query: { ...SPAN, clinic: 'unassigned' },
    as: 'lake',
    status: 403,
    code: 'foreign-clinic',
  },
  { what: 'a queue of a source of somebody else', query: { ...SPAN, queue: 'other/north' }, status: 403, code: 'foreign-queue' },
  {
    what: 'agents, asked for by a display',
    query: { ...SPAN, family: 'leg', groupBy: 'agent' },
    as: 'display',
    status: 403,
    code: 'agents-hidden',
  },
  {
    what: 'one agent, asked for by a clinic',
    query: { ...SPAN, family: 'leg', agent: 'agent-a1', clinic: 'lake' },
    as: 'owner',
    status: 403,
    code: 'agents-hidden',
  },
  { what: 'nobody', query: SPAN, as: 'nobody', status: 401, code: 'not-signed-in' },
  { what: 'the key of a source', query: SPAN, as: 'source', status: 403, code: 'not-a-person' },
  { what: 'no date', query: { ...SPAN, from: 'yesterday' }, code: bad, says: { parameter: 'from' } },
  { what: 'a day that does not exist', query: { ...SPAN, from: '1999-02-30' }, code: bad, says: { parameter: 'from' } },
  { what: 'a year beyond all calls', query: { ...SPAN, to: '2101-01-01' }, code: bad, says: { parameter: 'to' } },
  { what: 'to before from', query: { ...SPAN, to: '1999-02-01' }, code: bad, says: { parameter: 'to' } },
  { what: 'three years', query: { from: '1999-01-01', to: '2002-01-01', zone: 'UTC' }, code: bad, says: { maxDays: 800 } },
  {
    what: 'a time that clocks skip',
    query: { from: '1999-04-04T02:30', to: '1999-04-05', zone: 'America/New_York' },
    code: bad,
    says: { detail: expect.stringContaining('does not exist') },
  },
  {
    what: 'a time that clocks show twice',
    query: { from: '1999-10-31T01:30', to: '1999-11-01', zone: 'America/New_York' },
    code: bad,
    says: { allowed: ['1999-10-31T05:30:00.000Z', '1999-10-31T06:30:00.000Z'] },
  },
  { what: 'a zone nobody knows', query: { ...SPAN, zone: 'Moon/Crater' }, code: bad, says: { parameter: 'zone' } },
  {
    what: 'local dates of clinics in two zones',
    query: { from: '1999-02-01', to: '1999-02-02', clinic: 'lake,bay' },
    code: bad,
    says: { parameter: 'zone' },
  },
  {
    what: 'intervals of clinics in two zones',
    query: { from: MONDAY, to: MONDAY + 60_000, clinic: 'lake,bay', interval: '1d' },
    code: bad,
    says: { allowed: ['America/New_York', 'America/Los_Angeles'] },
  },
  {
    what: 'an interval nobody knows',
    query: { ...SPAN, interval: '7min' },
    code: bad,
    says: { allowed: expect.arrayContaining(['30min']) },
  },
  {
    what: 'too many intervals',
    query: { from: '1999-01-01', to: '1999-12-31', zone: 'UTC', interval: '1min' },
    code: bad,
    says: { parameter: 'interval', max: 2_000 },
  },
  { what: 'a day of the week beyond Sunday', query: { ...SPAN, interval: '1w', weekStart: 8 }, code: bad, says: { min: 1, max: 7 } },
  { what: 'a formula nobody knows', query: { ...SPAN, formula: 'SL8' }, code: bad, says: { parameter: 'formula' } },
  { what: 'a threshold with a fraction', query: { ...SPAN, thresholdSeconds: '20.5' }, code: bad },
  { what: 'a threshold below zero', query: { ...SPAN, thresholdSeconds: '-1' }, code: bad },
  { what: 'a short bound of two days', query: { ...SPAN, shortSeconds: 172_800 }, code: bad, says: { max: 86_400 } },
  { what: 'certainty', query: { ...SPAN, confidence: '1' }, code: bad, says: { parameter: 'confidence' } },
  { what: 'one parameter twice', query: { ...SPAN, zone: ['UTC', 'America/New_York'] }, code: bad, says: { parameter: 'zone' } },
  { what: 'an empty clinic', query: { ...SPAN, clinic: 'lake,' }, code: bad, says: { parameter: 'clinic' } },
  { what: '501 clinics', query: { ...SPAN, clinic: MANY.join(',') }, code: bad, says: { max: 500 } },
  { what: 'a name of 600 characters', query: { ...SPAN, callType: 'x'.repeat(600) }, code: bad, says: { max: 512 } },
  { what: 'control characters', query: { ...SPAN, callType: 'a\u0000b' }, code: bad },
  { what: '__proto__', query: { ...SPAN, ['__proto__' as string]: 'x' }, code: 'unknown-parameter' },
  {
    what: 'a grouping of the list of calls',
    query: { ...SPAN, groupBy: 'clinic' },
    path: '/v1/calls',
    code: bad,
    says: { parameter: 'groupBy' },
  },
  {
    what: 'a class nobody knows',
    query: { ...SPAN, class: 'lost' },
    path: '/v1/calls',
    code: bad,
    says: { allowed: expect.arrayContaining(['answeredLate']) },
  },
  { what: 'a class of another family', query: { ...SPAN, family: 'leg', class: 'abandoned' }, path: '/v1/calls', code: bad },
  { what: 'a page of none', query: { ...SPAN, limit: 0 }, path: '/v1/calls', code: bad, says: { min: 1, max: 1_000 } },
  { what: 'a page of 1,001', query: { ...SPAN, limit: 1_001 }, path: '/v1/calls', code: bad },
  { what: 'a cursor of somebody else', query: { ...SPAN, cursor: 'abc' }, path: '/v1/calls', code: bad, says: { parameter: 'cursor' } },
  { what: 'the calls, asked for by a display', query: SPAN, path: '/v1/calls', as: 'display', status: 403, code: 'role-lacking' },
  { what: 'the feeds, asked for by a source', query: {}, path: '/v1/feeds', as: 'source', status: 403, code: 'not-a-person' },
];

describeWithPostgres('questions that cannot be answered', (superuserUrl) => {
  let house: House;
  let door: Door;
  beforeAll(async () => {
    house = await openHouse(superuserUrl);
    await say(house, centre());
    await foldOnce(house);
    door = await openDoor(house, clockAt(MONDAY + 86_400_000));
  });
  afterAll(async () => {
    await door.close();
    await house.close();
  });

  test.each(CASES)('FIG-X1 $what', async ({ query, status = 400, code, says, as, path }) => {
    const answer = await door.get(path ?? '/v1/figures', query, as === undefined ? {} : { as });
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect(answer.body).toMatchObject({ status, code, type: `urn:sightline:problem:${code}`, detail: expect.stringMatching(/./), ...says });
    expect(answer.status).toBe(status);
  });

  test('FIG-X2 lists may be written with [] and without, repeated and with commas', async () => {
    const spellings: readonly Query[] = [
      { clinic: 'lake,hill' },
      { clinic: ['lake', 'hill'] },
      { 'clinic[]': ['lake', 'hill'] },
      { 'clinic[]': 'lake', clinic: 'hill' },
    ];
    const answers = await Promise.all(spellings.map((query) => door.get('/v1/figures', { ...SPAN, ...query })));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
  });

  test('FIG-X3 instants may be ISO 8601 with an offset or ms since 1970, local dates are those of the zone', async () => {
    const from = Date.UTC(1999, 1, 1, 5);
    const spans: readonly Query[] = [
      { from, to: from + 3_600_000, clinic: 'lake' },
      { from: '1999-02-01T05:00:00Z', to: '1999-02-01T01:00-05:00', clinic: 'lake' },
      { from: '1999-02-01', to: '1999-02-01T01:00', clinic: 'lake' },
      { from: '1999-02-01', to: '1999-02-01T01:00', zone: 'America/New_York', clinic: 'lake' },
    ];
    const answers = await Promise.all(spans.map((query) => door.get('/v1/figures', query)));
    expect(answers.map(({ body }) => [body['from'], body['to']])).toEqual(spans.map(() => [from, from + 3_600_000]));
  });

  test('FIG-X4 days have 23 and 25 hours where clocks change', async () => {
    const hours = async (from: string, to: string): Promise<number> => {
      const { body } = await door.get<{ rows: unknown[] }>('/v1/figures', { from, to, zone: 'America/New_York', interval: '1h' });
      return body.rows.length;
    };
    expect([await hours('1999-04-04', '1999-04-05'), await hours('1999-10-31', '1999-11-01')]).toEqual([23, 25]);
  });
});
