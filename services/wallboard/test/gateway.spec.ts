import { isDeepStrictEqual } from 'node:util';
import type { WallSnapshot } from '@sightline/contracts';
import { hashToken } from '@sightline/runtime';
import { describeWithPostgres } from '@sightline/testing';
import { Centre } from './centre';
import type { Running } from './serve';
import { serve } from './serve';
import { TestViewer } from './viewer';

jest.setTimeout(60_000);

describeWithPostgres('the gateway', (superuserUrl) => {
  let centre: Centre;
  let running: Running;
  let viewers: TestViewer[];

  beforeAll(async () => {
    centre = await Centre.open(superuserUrl);
    running = await serve(centre);
  });
  beforeEach(() => (viewers = []));
  afterEach(() => viewers.forEach((viewer) => viewer.close()));
  afterAll(async () => {
    await running?.stop();
    await centre?.close();
  });

  const watch = async (token: string, request = {}, url = running.app.url): Promise<TestViewer> => {
    const viewer = await TestViewer.watching(url, token, { view: 'wall', ...request });
    viewers.push(viewer);
    return viewer;
  };
  const connect = (auth: Record<string, unknown>, options = {}, url = running.app.url): TestViewer => {
    const viewer = new TestViewer(url, auth, options);
    viewers.push(viewer);
    return viewer;
  };

  test('WAL-V1 a viewer gets a snapshot, then what calls change, then what they change next, and nothing twice', async () => {
    const { token } = await centre.person('supervisor', 'all');
    const viewer = await watch(token);
    const at = centre.clock.nowMs() - 5_000;
    await centre.fold([centre.heartbeat('pbx'), centre.signedIn('pbx', '100', at), centre.entered('pbx', 'lake', 'one', at)]);
    await viewer.until('somebody waits', () => viewer.head.waiting === 1 && viewer.row('pool/east').waiting === 1);
    expect(viewer.head.longestSince).toBe(at);
    expect(viewer.row('pool/east')).toMatchObject({ offered: 1, feed: 'live', people: { free: 1, signedIn: 1 } });
    await centre.fold([centre.answered('pbx', 'lake', 'one', at + 4_000)]);
    await viewer.until('the call is answered', () => viewer.row('pool/east').people?.onCall === 1);
    expect(viewer.row('pool/east')).toMatchObject({ waiting: 0, longestSince: null, level: { numerator: 1, denominator: 1 } });
    await centre.fold([centre.ended('pbx', 'one', at + 4_500)]);
    await viewer.until('the call is over', () => viewer.row('pool/east').people?.onCall === 0);
    expect(viewer.row('pool/east').people).toMatchObject({ free: 1 });
    expect(viewer.snapshots).toBe(1);
    expect(viewer.gaps).toEqual([]);
  });

  test('WAL-H1 the wall by HTTP is the snapshot that a subscriber gets', async () => {
    const { token } = await centre.person('manager', 'all');
    const viewer = await watch(token, { pool: 'east' });
    const ask = (query: string) => fetch(`${running.app.url}/v1/wall${query}`, { headers: { authorization: `Bearer ${token}` } });
    const snapshot = (await (await ask('?pool=east')).json()) as WallSnapshot;
    expect(snapshot).toMatchObject({ view: viewer.view, boot: viewer.boot, number: viewer.number, parts: viewer.parts });
    expect((await ask('?clinic=lake,oak')).status).toBe(200);
    const cases = await Promise.all(['?pool=none', '?clinic=', '?pool=a&clinic=b', '?zone=x', '?pool=a&pool=b'].map(ask));
    expect(cases.map(({ status }) => status)).toEqual([403, 422, 422, 400, 422]);
  });

  test('WAL-G1 only viewers come in: a session, a display link, or the cookie from our own page', async () => {
    const { token } = await centre.person('supervisor', 'all');
    const { token: link } = await centre.display(['lake']);
    const ownOrigin = { cookie: `sightline_session=${token}`, origin: running.app.url };
    expect((await watch(link)).head.order).toEqual(['pool/east']);
    const cookie = connect({}, { extraHeaders: ownOrigin });
    await cookie.until('the cookie is taken', () => cookie.socket.connected);
    const refusals: [Record<string, unknown>, Record<string, string>, string][] = [
      [{}, {}, 'not-signed-in'],
      [{ token: 'nobody' }, {}, 'not-signed-in'],
      [{ token: 7 }, ownOrigin, 'not-signed-in'],
      [{}, { ...ownOrigin, origin: 'https://elsewhere.example' }, 'foreign-origin'],
      [{}, { cookie: ownOrigin.cookie }, 'foreign-origin'],
    ];
    for (const [auth, extraHeaders, code] of refusals) {
      const viewer = connect(auth, { extraHeaders });
      await viewer.until('it is refused', () => viewer.connectError !== null);
      expect(viewer.connectError?.data?.code).toBe(code);
    }
  });

  test('WAL-G1 the key of a source watches nothing, and only websockets are served', async () => {
    const grant = { kinds: 'all', maxRank: 0, sources: [], clinics: 'all' } as const;
    await centre.identity.putSourceKey({
      keyId: 'k',
      source: 'pbx',
      operatorId: 'op',
      keyHash: hashToken('source-key'),
      grant,
      revoked: false,
    });
    const viewer = connect({ token: 'source-key' });
    await viewer.until('it is refused', () => viewer.connectError !== null);
    expect(viewer.connectError?.data?.code).toBe('not-a-viewer');
    const polling = await fetch(`${running.app.url}/live/socket.io/?EIO=4&transport=polling`);
    expect(polling.status).toBe(400);
  });

  test('WAL-G2 what is not the viewer’s to see is refused alike whether it exists or not, and the connection stays', async () => {
    const { token } = await centre.person('clinicViewer', ['lake']);
    const viewer = connect({ token });
    const asked = [{ clinics: ['oak'] }, { clinics: ['nowhere'] }, { clinics: ['lake', 'unassigned'] }, { pool: 'west' }];
    for (const request of asked) viewer.socket.emit('subscribe', { view: 'wall', ...request });
    await viewer.until('all are refused', () => viewer.refused.length === asked.length);
    expect(viewer.refused.map(({ code }) => code).sort()).toEqual(['foreign-clinic', 'foreign-clinic', 'foreign-clinic', 'foreign-pool']);
    viewer.socket.emit('subscribe', { view: 'wall', clinics: ['lake'] });
    await viewer.until('its own clinic', () => viewer.snapshots === 1);
    expect(viewer.head.order).toEqual(['clinic/lake']);
  });

  test('WAL-W10 a display sees no more than its clinics, now and after every change', async () => {
    const { token } = await centre.display(['oak']);
    const viewer = await watch(token);
    const at = centre.clock.nowMs();
    const before = viewer.row('pool/east').offered;
    await centre.fold([centre.entered('pbx', 'lake', 'seen-by-lake', at), centre.entered('harbor', 'harbor', 'seen-by-harbor', at)]);
    await centre.fold([centre.entered('pbx', 'oak', 'seen-by-oak', at)]);
    await viewer.until('its own call', () => viewer.row('pool/east').offered === before + 1);
    expect(viewer.head.waiting).toBe(1);
    expect(JSON.stringify(viewer.parts)).not.toMatch(/lake|harbor/i);
    await centre.fold(['lake', 'oak'].map((queue) => centre.abandoned('pbx', queue, `seen-by-${queue}`, at + 1)));
    await centre.fold([centre.abandoned('harbor', 'harbor', 'seen-by-harbor', at + 1)]);
    await viewer.until('nobody waits', () => viewer.head.waiting === 0);
  });

  test('WAL-W10 who is on a call for a clinic outside the grant is not shown as free', async () => {
    const at = centre.clock.nowMs();
    await centre.fold([centre.signedIn('pbx', '100', at - 1_000)]);
    const { token } = await centre.display(['oak']);
    const viewer = await watch(token);
    expect(viewer.row('pool/east').people).toMatchObject({ free: 1, onCall: 0 });
    await centre.fold([centre.entered('pbx', 'lake', 'elsewhere', at), centre.answered('pbx', 'lake', 'elsewhere', at)]);
    await viewer.until('busy elsewhere', () => viewer.row('pool/east').people?.onCall === 1);
    expect(viewer.row('pool/east')).toMatchObject({ clinics: ['oak'], people: { free: 0, signedIn: 1 } });
    await centre.fold([centre.ended('pbx', 'elsewhere', at + 1)]);
    await viewer.until('free again', () => viewer.row('pool/east').people?.free === 1);
  });

  test('WAL-V3 who may see the same looks at one view; who may not has another', async () => {
    const [one, two, narrow] = await Promise.all([
      centre.person('supervisor', ['lake', 'oak']),
      centre.display(['oak', 'lake']),
      centre.display(['lake']),
    ]);
    const [a, b, c, d] = [
      await watch(one.token),
      await watch(two.token),
      await watch(narrow.token),
      await watch(one.token, { clinics: ['lake'] }),
    ];
    expect(b.view).toBe(a.view);
    expect(new Set([a.view, c.view, d.view]).size).toBe(3);
  });

  test('WAL-V2 who comes back gets what it missed, or a snapshot when that is not known', async () => {
    const { token } = await centre.person('supervisor', 'all');
    const steady = await watch(token, { clinics: ['harbor'] });
    const left = await watch(token, { clinics: ['harbor'] });
    const { boot, view, number, parts } = left;
    left.close();
    const at = centre.clock.nowMs();
    await centre.fold([centre.entered('harbor', 'harbor', 'missed', at)]);
    await steady.until('the call shows', () => steady.row('clinic/harbor').waiting === 1);
    await centre.fold([centre.abandoned('harbor', 'harbor', 'missed', at + 1_000)]);
    await steady.until('the call is over', () => steady.row('clinic/harbor').waiting === 0);
    const back = connect({ token });
    Object.assign(back, { boot, view, number, parts });
    back.socket.emit('subscribe', { view: 'wall', clinics: ['harbor'], since: { boot, view, number } });
    await back.until('it has caught up', () => back.number >= steady.number);
    expect(back.snapshots).toBe(0);
    expect(back.gaps).toEqual([]);
    expect(back.row('clinic/harbor')).toEqual(steady.row('clinic/harbor'));
    const stranger = await watch(token, { clinics: ['harbor'], since: { boot: 'another', view, number } });
    expect(stranger.row('clinic/harbor')).toEqual(steady.row('clinic/harbor'));
  });

  test('WAL-D4 whenever somebody joins, deltas lead to what a gateway that reads everything anew shows', async () => {
    const { token } = await centre.person('supervisor', 'all');
    const joined = [await watch(token)];
    let seed = 20_261_124;
    const random = (below: number): number => {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
      return Math.floor((seed / 2_147_483_648) * below);
    };
    const open: { queue: string; id: string; at: number }[] = [];
    for (let step = 0; step < 60; step += 1) {
      const queue = ['lake', 'oak', 'nobodys'][random(3)] as string;
      const at = centre.clock.nowMs() - random(50) * 60_000;
      const events = [centre.entered('pbx', queue, `r${step}`, at)];
      open.push({ queue, id: `r${step}`, at });
      if (random(3) > 0) {
        const [call] = open.splice(random(open.length), 1);
        if (call) {
          const { queue: of, id, at: entered } = call;
          const end = entered + random(60) * 1_000;
          events.push(random(2) === 0 ? centre.abandoned('pbx', of, id, end) : centre.answered('pbx', of, id, end));
        }
      }
      await centre.fold(events);
      if (step % 20 === 10) joined.push(await watch(token));
      if (step === 30) await centre.takeOver(random(32));
    }
    await centre.fold(open.map(({ queue, id, at }) => centre.abandoned('pbx', queue, id, at + 60_000)));
    const fresh = await serve(centre);
    try {
      const newcomer = await watch(token, {}, fresh.app.url);
      const bare = (viewer: TestViewer): unknown => {
        const { head, ...others } = viewer.parts;
        const rows = Object.entries(others).filter(([key]) => newcomer.parts[key] !== undefined || key.startsWith('bar/'));
        return { head: { ...head, order: null, othersOnTarget: null, othersOffTarget: null }, rows: Object.fromEntries(rows) };
      };
      const same = (viewer: TestViewer): boolean => isDeepStrictEqual(bare(viewer), bare(newcomer));
      for (const viewer of joined) {
        await viewer.until('the same as the newcomer', () => same(viewer)).catch(() => expect(bare(viewer)).toEqual(bare(newcomer)));
        expect(viewer.gaps).toEqual([]);
        expect(viewer.snapshots).toBe(1);
      }
      expect(joined.some((viewer) => viewer.deltas > 1)).toBe(true);
      expect(newcomer.row('pool/east').offered).toBeGreaterThan(30);
    } finally {
      await fresh.stop();
    }
  });

  test('WAL-D4 a changed directory is read anew: names, pools and whose calls are whose', async () => {
    const { token } = await centre.person('supervisor', 'all');
    const viewer = await watch(token);
    await centre.say(
      [
        { kind: 'pool', poolId: 'west', name: 'West' },
        { kind: 'poolClinic', poolId: 'west', clinicId: 'harbor' },
      ],
      ['west', 'west-harbor'],
    );
    const promptly = await watch(token, { pool: 'west' });
    await promptly.until('the pool just made', () => promptly.row('pool/west') !== undefined);
    await viewer.until('the pool shows', () => viewer.row('pool/west') !== undefined);
    expect(viewer.row('pool/west')).toMatchObject({ name: 'West', clinics: ['harbor'], label: 're-attributing' });
    await centre.say(
      [
        { kind: 'pool', poolId: 'west', name: 'West', removed: true },
        { kind: 'poolClinic', poolId: 'west', clinicId: 'harbor', removed: true },
      ],
      ['west', 'west-harbor'],
    );
    await viewer.until('the pool is gone', () => viewer.row('pool/west') === undefined);
  });

  test('WAL-G3 logging out, a changed role, a narrowed grant, a closed account and a revoked link end the connection and say so', async () => {
    const [leaver, promoted, narrowed, closed] = [
      await centre.person('supervisor', 'all'),
      await centre.person('supervisor', 'all'),
      await centre.person('clinicViewer', ['lake', 'oak']),
      await centre.person('auditor', 'all'),
    ];
    const link = await centre.display(['lake']);
    const stays = await centre.person('supervisor', 'all');
    const all = [leaver, promoted, narrowed, closed, link, stays];
    const watching = await Promise.all(all.map(({ token }) => watch(token)));
    await centre.identity.closeSession(leaver.sessionId);
    await centre.putAccount(promoted.accountId, 'manager', 'all');
    await centre.putAccount(narrowed.accountId, 'clinicViewer', ['lake']);
    const account = await centre.identity.account(closed.accountId);
    if (account) await centre.identity.putAccount({ ...account, disabled: true });
    await link.revoke();
    const codes = ['session-ended', 'rights-changed', 'rights-changed', 'session-ended', 'session-ended'];
    for (const [index, code] of codes.entries()) {
      const viewer = watching[index] as TestViewer;
      await viewer.until('it is evicted', () => viewer.closed);
      expect(viewer.evicted.map((refusal) => refusal.code)).toEqual([code]);
    }
    expect(watching.at(-1)?.closed).toBe(false);
  });

  test('WAL-G5 frames that mean nothing are answered, too many end the connection, and the gateway goes on', async () => {
    const { token } = await centre.person('supervisor', 'all');
    const steady = await watch(token);
    const viewer = connect({ token });
    const payloads = [
      undefined,
      null,
      7,
      'wall',
      [],
      { view: 'desk' },
      { view: 'wall', more: 1 },
      { view: 'wall', pool: '' },
      { view: 'wall', clinics: [] },
    ];
    for (const payload of payloads) viewer.socket.emit('subscribe', payload);
    viewer.socket.emit('unsubscribe', {});
    viewer.socket.emit('shout', 'hello');
    viewer.socket.emit('subscribe', { view: 'wall', pool: 'a', clinics: ['b'] });
    await viewer.until('all are answered', () => viewer.refused.length === payloads.length + 3);
    expect(new Set(viewer.refused.map(({ code }) => code))).toEqual(new Set(['bad-member', 'unknown-event']));
    const loud = connect({ token });
    for (let index = 0; index <= 100; index += 1) loud.socket.emit('shout');
    await loud.until('it is closed', () => loud.closed);
    expect(loud.evicted[0]?.code).toBe('too-many-requests');
    const long = connect({ token });
    await long.until('it is connected', () => long.socket.connected);
    long.socket.emit('subscribe', { view: 'wall', pool: 'x'.repeat(40_000) });
    await long.until('it is closed', () => long.closed);
    await centre.fold([centre.entered('pbx', 'lake', 'after', centre.clock.nowMs())]);
    await steady.until('the wall goes on', () => steady.head.waiting > 0);
    await centre.fold([centre.abandoned('pbx', 'lake', 'after', centre.clock.nowMs())]);
  });

  test('WAL-G7 connections of one viewer, views of one connection and views of all have limits', async () => {
    const small = await serve(centre, { maxSocketsPerViewer: 2, maxSubscriptions: 1, maxViews: 2, maxSockets: 3 });
    try {
      const { url } = small.app;
      const { token } = await centre.person('supervisor', 'all');
      const first = await watch(token, {}, url);
      first.socket.emit('subscribe', { view: 'wall', clinics: ['lake'] });
      await first.until('a second view is refused', () => first.refused.length > 0);
      expect(first.refused[0]?.code).toBe('too-many-subscriptions');
      first.socket.emit('subscribe', { view: 'wall' });
      await first.until('the same view again is not', () => first.snapshots === 2);
      await watch(token, { clinics: ['oak'] }, url);
      const third = connect({ token }, {}, url);
      await third.until('a third connection is ended', () => third.closed);
      expect(third.evicted[0]?.code).toBe('too-many-connections');
      const other = connect({ token: (await centre.display(['lake'])).token }, {}, url);
      other.socket.emit('subscribe', { view: 'wall' });
      await other.until('a third view finds no room and the viewer is sent away', () => other.closed);
      expect(other.snapshots).toBe(0);
    } finally {
      await small.stop();
    }
  });

  test('WAL-V4 a view nobody looks at any more is let go of, and comes anew', async () => {
    const brief = await serve(centre, { lingerMs: 0 });
    try {
      const { token } = await centre.person('supervisor', 'all');
      const viewer = await watch(token, { clinics: ['oak'] }, brief.app.url);
      const other = await watch(token, {}, brief.app.url);
      viewer.socket.emit('unsubscribe', { view: viewer.view });
      let views = await brief.metric('wall_views');
      for (const deadline = Date.now() + 10_000; views > 1 && Date.now() < deadline;) {
        await centre.clock.delay(50);
        views = await brief.metric('wall_views');
      }
      expect(views).toBe(1);
      const again = await watch(token, { clinics: ['oak'] }, brief.app.url);
      expect(again.view).not.toBe(viewer.view);
      expect(other.closed).toBe(false);
    } finally {
      await brief.stop();
    }
  });
});
