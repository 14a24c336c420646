import { describeWithPostgres } from '@sightline/testing';
import { Centre, DAY_MS } from './centre';
import { mapping } from './rows';
import type { Running } from './serve';
import { Fault, serve } from './serve';
import { TestViewer } from './viewer';

jest.setTimeout(60_000);

/** What changes while nothing is said: each test has a database and a clock of its own. */
describeWithPostgres('while nothing is said', (superuserUrl) => {
  let centre: Centre;
  let running: Running;
  const store = new Fault();
  const identity = new Fault();
  const viewers: TestViewer[] = [];

  beforeEach(async () => {
    store.broken = false;
    identity.broken = false;
    centre = await Centre.open(superuserUrl);
    running = await serve(centre, {}, { store: store.around(centre.store), identity: identity.around(centre.identity) });
  });
  afterEach(async () => {
    viewers.splice(0).forEach((viewer) => viewer.close());
    await running?.stop();
    await centre?.close();
  });

  const watch = async (request = {}): Promise<TestViewer> => {
    const { token } = await centre.person('supervisor', 'all');
    const viewer = await TestViewer.watching(running.app.url, token, { view: 'wall', ...request });
    viewers.push(viewer);
    return viewer;
  };

  test('WAL-W9 a feed that falls silent turns stale, then dead, then live again with its next word', async () => {
    await centre.fold([centre.heartbeat('pbx'), centre.heartbeat('harbor')]);
    const viewer = await watch();
    expect(viewer.row('pool/east').feed).toBe('live');
    centre.clock.shift(11_000);
    await viewer.until('stale', () => viewer.row('pool/east').feed === 'stale');
    expect(viewer.head.feeds.map(({ state }) => state)).toEqual(['stale', 'stale']);
    centre.clock.shift(50_000);
    await viewer.until('dead', () => viewer.row('pool/east').feed === 'dead');
    expect(viewer.row('pool/east').level).toMatchObject({ value: null, reason: 'no data' });
    await centre.fold([centre.heartbeat('pbx')]);
    await viewer.until('live', () => viewer.row('pool/east').feed === 'live');
    expect(viewer.head.feeds.map(({ source, state }) => `${source} ${state}`).sort()).toEqual(['harbor dead', 'pbx live']);
    expect(viewer.gaps).toEqual([]);
  });

  test('WAL-V1 nothing is sent while nothing changes, and a heartbeat of a live feed changes nothing', async () => {
    await centre.fold([centre.heartbeat('pbx'), centre.heartbeat('harbor')]);
    const viewer = await watch();
    const [before, number] = [viewer.deltas, viewer.number];
    await centre.fold([centre.heartbeat('pbx'), centre.heartbeat('harbor')]);
    await centre.fold([centre.entered('pbx', 'lake', 'one', centre.clock.nowMs())]);
    await viewer.until('the call', () => viewer.head.waiting === 1);
    expect(viewer.deltas - before).toBe(viewer.number - number);
    expect(viewer.number - number).toBe(1);
  });

  test('WAL-D4 a wait that nobody ends is given up after four hours, and its contact is what its last visit was', async () => {
    const at = centre.clock.nowMs();
    await centre.say([mapping('harbor', 'harbor2', 'harbor')]);
    await centre.fold([
      centre.entered('harbor', 'harbor', 'one', at - 60_000),
      centre.entered('harbor', 'harbor2', 'one', at - 50_000),
      centre.abandoned('harbor', 'harbor2', 'one', at - 30_000),
    ]);
    const viewer = await watch({ clinics: ['harbor'] });
    const row = () => viewer.row('clinic/harbor');
    expect(row()).toMatchObject({ waiting: 1, offered: 1, level: { denominator: 0, open: { low: 0, high: 0 } } });
    centre.clock.shift(4 * 3_600_000 - 90_000);
    await centre.fold([centre.heartbeat('harbor')]);
    await viewer.until('it still waits', () => row().feed === 'live' && row().waiting === 1);
    expect(row().level.denominator).toBe(0);
    centre.clock.shift(60_000);
    await centre.fold([centre.heartbeat('harbor')]);
    await viewer.until('it is given up', () => row().feed === 'live' && row().waiting === 0);
    expect(row()).toMatchObject({ offered: 1, level: { denominator: 1, value: 0 } });
    const fresh = await serve(centre);
    try {
      const { token } = await centre.person('supervisor', 'all');
      const newcomer = await TestViewer.watching(fresh.app.url, token, { view: 'wall', clinics: ['harbor'] });
      viewers.push(newcomer);
      expect(newcomer.row('clinic/harbor')).toEqual(row());
    } finally {
      await fresh.stop();
    }
  });

  test('WAL-D4 a source that restarts has given up who waited', async () => {
    const at = centre.clock.nowMs() - 60_000;
    await centre.fold([centre.heartbeat('pbx'), centre.entered('pbx', 'lake', 'one', at)]);
    const viewer = await watch({ clinics: ['lake'] });
    expect(viewer.row('clinic/lake')).toMatchObject({ waiting: 1, reasons: [{ what: 'longest', severity: 'watch' }] });
    await centre.fold([centre.event('pbx', centre.clock.nowMs(), { kind: 'sourceRestarted' })]);
    await viewer.until('nobody waits', () => viewer.row('clinic/lake').waiting === 0);
  });

  test('WAL-D2 at midnight a clinic’s day begins anew', async () => {
    const at = centre.clock.nowMs() - 1_000;
    await centre.fold([centre.entered('pbx', 'lake', 'one', at), centre.abandoned('pbx', 'lake', 'one', at + 500)]);
    const viewer = await watch({ clinics: ['lake'] });
    expect(viewer.row('clinic/lake').offered).toBe(1);
    centre.clock.shift(DAY_MS);
    await centre.fold([centre.heartbeat('pbx')]);
    await viewer.until('a new day', () => viewer.row('clinic/lake').offered === 0);
    expect(viewer.head.dayFrom).toBeGreaterThan(at);
  });

  test('WAL-W5 a wait that grows turns its row to watch and to act by itself', async () => {
    await centre.fold([centre.heartbeat('pbx'), centre.entered('pbx', 'lake', 'one', centre.clock.nowMs())]);
    const viewer = await watch();
    const severity = (): string | undefined => viewer.row('clinic/lake')?.reasons?.[0]?.severity;
    expect(severity()).toBeUndefined();
    for (const [shiftMs, expected] of [
      [61_000, 'watch'],
      [60_000, 'act'],
    ] as const) {
      centre.clock.shift(shiftMs);
      await centre.fold([centre.heartbeat('pbx')]);
      await viewer.until(expected, () => severity() === expected);
    }
    expect(viewer.row('pool/east').reasons?.[0]).toEqual({ what: 'longest', severity: 'act' });
  });

  test('WAL-V5 while the store cannot be read the wall goes on ageing, and goes on when it can', async () => {
    await centre.fold([centre.heartbeat('pbx')]);
    const viewer = await watch();
    store.broken = true;
    centre.clock.shift(61_000);
    await viewer.until('dead', () => viewer.row('pool/east').feed === 'dead');
    store.broken = false;
    await centre.fold([centre.heartbeat('pbx'), centre.entered('pbx', 'lake', 'one', centre.clock.nowMs())]);
    await viewer.until('the call', () => viewer.row('pool/east').feed === 'live' && viewer.head.waiting === 1);
    expect(viewer.gaps).toEqual([]);
    expect(viewer.snapshots).toBe(1);
  });

  test('WAL-V5 who comes while nothing can be read is sent away without a verdict, to come again', async () => {
    store.broken = true;
    const { token } = await centre.person('supervisor', 'all');
    const viewer = new TestViewer(running.app.url, { token });
    viewers.push(viewer);
    viewer.socket.emit('subscribe', { view: 'wall' });
    await viewer.until('sent away', () => viewer.closed);
    expect([viewer.refused, viewer.evicted]).toEqual([[], []]);
    const answer = await fetch(`${running.app.url}/v1/wall`, { headers: { authorization: `Bearer ${token}` } });
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '2']);
    identity.broken = true;
    const other = new TestViewer(running.app.url, { token });
    viewers.push(other);
    await other.until('not let in', () => other.connectError !== null);
    expect(other.connectError?.data).toBeUndefined();
  });

  test('WAL-G3 a session ends when its time is over, and when nobody can say for ten seconds whether it still holds', async () => {
    const expiring = await TestViewer.watching(running.app.url, (await centre.display(['lake'], centre.clock.nowMs() + 30_000)).token);
    viewers.push(expiring);
    const viewer = await watch();
    centre.clock.shift(30_000);
    await expiring.until('expired', () => expiring.closed);
    expect(expiring.evicted[0]?.code).toBe('session-ended');
    expect(viewer.closed).toBe(false);
    identity.broken = true;
    centre.clock.shift(11_000);
    await viewer.until('sent away', () => viewer.closed);
    expect(viewer.evicted).toEqual([]);
  });
});
