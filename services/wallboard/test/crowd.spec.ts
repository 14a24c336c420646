import { describeWithPostgres } from '@sightline/testing';
import { Centre } from './centre';
import type { Running } from './serve';
import { serve } from './serve';
import { TestViewer } from './viewer';

jest.setTimeout(60_000);

const VIEWERS = 200;
const COMMITS = 40;

describeWithPostgres('many viewers', (superuserUrl) => {
  let centre: Centre;
  let running: Running;
  const viewers: TestViewer[] = [];

  beforeAll(async () => {
    centre = await Centre.open(superuserUrl);
    running = await serve(centre, { maxSocketsPerViewer: 1_000, stallMs: 500 });
  });
  afterAll(async () => {
    viewers.forEach((viewer) => viewer.close());
    await running?.stop();
    await centre?.close();
  });

  test('WAL-V3 two hundred viewers of one view get every frame, found and encoded once', async () => {
    const { token } = await centre.display(['lake', 'oak']);
    const crowd = await Promise.all(Array.from({ length: VIEWERS }, () => TestViewer.watching(running.app.url, token)));
    viewers.push(...crowd);
    const [first] = crowd as [TestViewer];
    const latencies: number[] = [];
    const before = first.row('pool/east').offered;
    const start = performance.now();
    for (let index = 0; index < COMMITS; index += 1) {
      const committing = performance.now();
      await centre.fold([centre.entered('pbx', 'lake', `crowd-${index}`, centre.clock.nowMs())]);
      const committed = performance.now();
      await first.until('the call', () => first.row('pool/east').offered === before + index + 1);
      latencies.push(performance.now() - committed, performance.now() - committing);
    }
    await Promise.all(crowd.map((viewer) => viewer.until('the last one', () => viewer.number === first.number)));
    const seconds = (performance.now() - start) / 1_000;
    for (const viewer of crowd) {
      expect(viewer.gaps).toEqual([]);
      expect([viewer.view, viewer.snapshots, viewer.row('pool/east').offered]).toEqual([first.view, 1, before + COMMITS]);
    }
    expect(await running.metric('wall_views')).toBe(1);
    const fromCommitted = latencies.filter((_, index) => index % 2 === 0).sort((a, b) => a - b);
    const at = (share: number): string => (fromCommitted[Math.floor(share * (fromCommitted.length - 1))] ?? 0).toFixed(0);
    const deliveries = crowd.reduce((sum, viewer) => sum + viewer.deltas, 0);
    console.log(
      `${VIEWERS} viewers, n = ${COMMITS} commits: committed to frame p50 ${at(0.5)} ms, p95 ${at(0.95)} ms, greatest ${at(1)} ms;`,
      `${deliveries} deliveries in ${seconds.toFixed(1)} s, viewers in the same process`,
    );
  });

  test('WAL-V3 how many deliveries a second one view gives, clients in the same process', async () => {
    const watching = viewers.filter(({ closed }) => !closed);
    const before = watching.reduce((sum, viewer) => sum + viewer.snapshots, 0);
    const rounds = 25;
    const start = performance.now();
    for (let round = 0; round < rounds; round += 1) for (const viewer of watching) viewer.socket.emit('subscribe', { view: 'wall' });
    await Promise.all(watching.map((viewer) => viewer.until('every snapshot', () => viewer.snapshots >= rounds)));
    const seconds = (performance.now() - start) / 1_000;
    const deliveries = watching.reduce((sum, viewer) => sum + viewer.snapshots, 0) - before;
    expect(deliveries).toBeGreaterThan(0);
    console.log(
      `${deliveries} snapshots to ${watching.length} viewers in ${seconds.toFixed(2)} s: ${Math.round(deliveries / seconds)} a second`,
    );
  });

  test('WAL-G4 a reader who takes nothing is cut off, and nobody else notices', async () => {
    const { token } = await centre.display(['harbor']);
    const steady = await TestViewer.watching(running.app.url, token);
    const stalled = await TestViewer.watching(running.app.url, token);
    viewers.push(steady, stalled);
    const raw = (stalled.socket.io.engine.transport as unknown as { ws: { _socket: { pause(): void } } }).ws._socket;
    raw.pause();
    // Fills what the system buffers between the two, within what a viewer may ask for: every request is answered by a snapshot.
    let calls = 0;
    while ((await running.metric('wall_cut_offs_total')) === 0) {
      for (let index = 0; index < 20; index += 1) stalled.socket.emit('subscribe', { view: 'wall' });
      calls += 1;
      await centre.fold([centre.entered('harbor', 'harbor', `stall-${calls}`, centre.clock.nowMs())]);
      await steady.until('the next call', () => steady.row('clinic/harbor').offered === calls);
      centre.clock.shift(2_000);
    }
    await centre.fold([centre.entered('harbor', 'harbor', 'after', centre.clock.nowMs())]);
    await steady.until('the call after', () => steady.row('clinic/harbor').offered === calls + 1);
    expect([steady.gaps, steady.closed, steady.snapshots]).toEqual([[], false, 1]);
    expect(await running.metric('wall_cut_offs_total')).toBe(1);
  });
});
