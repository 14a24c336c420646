import type { CallEvent } from '@sightline/contracts';
import { describeWithPostgres } from '@sightline/testing';
import type { FeedsAnswer } from '../src';
import { centre, event, heartbeat, mapping, MONDAY, saying, SOURCE } from './centre';
import type { Door } from './door';
import { openDoor } from './door';
import type { House } from './house';
import { clockAt, foldOnce, openHouse, say } from './house';

describeWithPostgres('feeds', (superuserUrl) => {
  let house: House;
  let door: Door;
  const clock = clockAt(MONDAY + 3_600_000);
  beforeEach(async () => {
    house = await openHouse(superuserUrl);
    await say(house, centre());
    door = await openDoor(house, clock);
    clock.set(MONDAY + 3_600_000);
  });
  afterEach(async () => {
    await door.close();
    await house.close();
  });

  const fold = async (...events: readonly CallEvent[]): Promise<void> => {
    await house.log.append(events);
    await foldOnce(house);
  };
  const feeds = async (as = 'manager'): Promise<FeedsAnswer> => {
    const { status, body } = await door.get<FeedsAnswer>('/v1/feeds', {}, { as });
    expect(status).toBe(200);
    return body;
  };
  const call = (id: string, queue: string) => ({ call: { source: SOURCE, id }, queue });

  test('FIG-F1 a source is live, stale, dead or silent by the age of its last word', async () => {
    expect((await feeds()).feeds).toMatchObject([{ source: SOURCE, name: 'Telephones', live: true, state: 'silent', ageMs: null }]);
    await fold(heartbeat(MONDAY));
    for (const [afterMs, state] of [
      [5_000, 'live'],
      [20_000, 'stale'],
      [61_000, 'dead'],
    ] as const) {
      clock.set(MONDAY + 1_000 + afterMs);
      expect((await feeds()).feeds).toMatchObject([{ state, ageMs: afterMs, watermark: MONDAY }]);
    }
  });

  test('FIG-F2 a clock that is ahead is shown for an hour, and facts without figure are counted by reason', async () => {
    const ahead = event(MONDAY + 190_000, { kind: 'queueEntered' }, { ...call('ahead', 'north'), receivedAt: MONDAY });
    const orphan = event(MONDAY, { kind: 'callHeld' }, { call: { source: SOURCE, id: 'orphan' } });
    const linked = event(MONDAY, { kind: 'callLinked', to: { source: SOURCE, id: 'ahead' } }, { call: { source: SOURCE, id: 'later' } });
    await fold(ahead, orphan, linked);
    const [feed] = (await feeds()).feeds;
    expect(feed).toMatchObject({ clockAheadMs: 190_000, continuedCalls: 1, sidelined: { clockAhead: 1, orphan: 1 } });
    clock.set(MONDAY + 3_600_001);
    expect((await feeds()).feeds[0]?.clockAheadMs).toBeNull();
  });

  test('FIG-F3 queues without a clinic and unknown logins by volume, for whoever sees the whole operator', async () => {
    const entry = (id: string, queue: string): CallEvent => event(MONDAY, { kind: 'queueEntered' }, call(id, queue));
    const answer = (id: string, queue: string, login: string): CallEvent =>
      event(MONDAY + 5_000, { kind: 'callAnswered' }, { ...call(id, queue), login });
    const lobby = ['1', '2', '3'].flatMap((id) => [entry(id, 'lobby'), answer(id, 'lobby', 'stranger')]);
    await fold(...lobby, entry('4', '4012'), entry('5', 'north'), answer('5', 'north', 'a1'));
    const answered = await feeds();
    expect(answered.unassigned).toEqual([
      { source: SOURCE, queue: 'lobby', visits: 3 },
      { source: SOURCE, queue: '4012', visits: 1 },
    ]);
    expect(answered.unknownLogins).toEqual([{ source: SOURCE, login: 'stranger', legs: 3 }]);
    expect(await feeds('lake')).toMatchObject({ unassigned: null, unknownLogins: null });
  });

  test('FIG-F4 a running re-fold, records not folded yet and an import under way are shown', async () => {
    await house.log.append([event(MONDAY, { kind: 'queueEntered' }, call('first', 'north'))]);
    expect(await feeds()).toMatchObject({ behind: 1 });
    await fold(heartbeat(MONDAY));
    expect(await feeds()).toMatchObject({ refold: { running: false, done: 1 }, behind: 0, gaps: [] });
    await say(house, saying(mapping('lobby', 'bay')));
    await house.log.append([event(MONDAY, { kind: 'queueEntered' }, call('new', 'lobby'))]);
    await house.intake.putImport({
      importId: 'import',
      operatorId: 'op',
      source: SOURCE,
      format: 'queueLog',
      zone: 'UTC',
      sizeBytes: 1,
      chunks: [],
      acceptedBytes: 0,
      lines: 0,
      damagedLines: 0,
      events: 0,
      state: 'open',
      createdAt: MONDAY,
      finishedAt: null,
    });
    expect(await feeds()).toMatchObject({ refold: { running: true, done: 0 }, behind: 1, feeds: [{ importing: true }] });
  });

  test('FIG-F5 sources of other operators are not among them', async () => {
    await fold(heartbeat(MONDAY));
    expect(await feeds('stranger')).toMatchObject({ feeds: [], unassigned: [], unknownLogins: [] });
  });
});
