import { describeWithPostgres } from '@sightline/testing';
import { Centre } from './centre';
import { clinic, mapping } from './rows';
import type { Running } from './serve';
import { serve } from './serve';
import { TestViewer } from './viewer';

jest.setTimeout(120_000);

const VIEWERS = 200;
const COMMITS = 20;

describeWithPostgres('many viewers', (superuserUrl) => {
  let centre: Centre;
  let running: Running;
  const viewers: TestViewer[] = [];

  beforeAll(async () => {
    centre = await Centre.open(superuserUrl);
    running = await serve(centre, { maxSocketsPerViewer: 1_000, stallMs: 2_000 });
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
    const before = first.row('pool/east').offered;
    const arrivals = crowd.map(() => [] as number[]);
    crowd.forEach((viewer, index) => viewer.socket.on('delta', () => arrivals[index]?.push(performance.now())));
    const committed: number[] = [];
    for (let index = 0; index < COMMITS; index += 1) {
      // Apart, so that each commit finds the view at rest: what is measured is the way, not the pace of ten frames a second.
      await centre.clock.delay(120);
      await centre.fold([centre.entered('pbx', 'lake', `crowd-${index}`, centre.clock.nowMs())]);
      committed.push(performance.now());
      await Promise.all(crowd.map((viewer) => viewer.until('the call', () => viewer.row('pool/east').offered === before + index + 1)));
    }
    for (const viewer of crowd) {
      expect(viewer.gaps).toEqual([]);
      expect([viewer.view, viewer.number, viewer.snapshots]).toEqual([first.view, first.number, 1]);
    }
    expect(await running.metric('wall_views')).toBe(1);
    report(committed, arrivals);
  });

  test('WAL-G4 a reader who takes nothing is cut off, and nobody else notices', async () => {
    viewers.splice(0).forEach((viewer) => viewer.close());
    // Pools of many clinics make frames of a hundred kilobytes, which fill what the system keeps for the reader soon.
    const clinics = Array.from({ length: 300 }, (_, index) => `a-clinic-with-quite-a-long-name-number-${index}`);
    const pools = Array.from({ length: 10 }, (_, index) => `p${index}`);
    await centre.say([
      mapping('pbx', 'big', clinics[0] as string),
      ...clinics.map((clinicId) => clinic(clinicId, clinicId)),
      ...pools.flatMap((poolId) => [
        { kind: 'pool', poolId, name: poolId },
        ...clinics.map((clinicId) => ({ kind: 'poolClinic', poolId, clinicId })),
      ]),
    ]);
    const { token } = await centre.display(clinics);
    const steady = await TestViewer.watching(running.app.url, token);
    const stalled = await TestViewer.watching(running.app.url, token);
    viewers.push(steady, stalled);
    for (const viewer of [steady, stalled]) await viewer.until('the pools', () => viewer.row('pool/p0') !== undefined);
    (stalled.socket.io.engine.transport as unknown as { ws: { pause(): void } }).ws.pause();
    const offered = (): number => steady.row('pool/p0').offered;
    const frames = (): Promise<number> => running.metric('wall_frames_total', 'kind="delta"');
    const [framesBefore, readBefore] = [await frames(), steady.deltas];
    let keptBack = 0;
    for (let calls = 1; ; calls += 1) {
      const read = steady.deltas - readBefore;
      const toBoth = (await frames()) - framesBefore;
      if ((await running.metric('wall_cut_offs_total')) > 0) break;
      keptBack = 2 * read - toBoth;
      await centre.fold([centre.entered('pbx', 'big', `stall-${calls}`, centre.clock.nowMs())]);
      await steady.until('the next call', () => offered() === calls);
    }
    // While a write was under way nothing more was written: what the other one read meanwhile did not lie in memory for this one.
    expect(keptBack).toBeGreaterThan(0);
    const before = offered();
    await centre.fold([centre.entered('pbx', 'big', 'after', centre.clock.nowMs())]);
    await steady.until('the call after', () => offered() === before + 1);
    expect([steady.gaps, steady.closed, steady.snapshots]).toEqual([[], false, 1]);
    expect(await running.metric('wall_cut_offs_total')).toBe(1);
  });
});

/** Prints how long frames took from their commit to the first and to the last viewer. */
function report(committed: readonly number[], arrivals: readonly (readonly number[])[]): void {
  const first: number[] = [];
  const spread: number[] = [];
  for (const at of committed) {
    const frames = arrivals.map((times) => times.find((time) => time >= at - 5) ?? at).sort((a, b) => a - b);
    first.push((frames[0] as number) - at);
    spread.push((frames.at(-1) as number) - (frames[0] as number));
  }
  const of = (values: readonly number[], share: number): string => {
    const ascending = [...values].sort((a, b) => a - b);
    return (ascending[Math.floor(share * (ascending.length - 1))] ?? 0).toFixed(1);
  };
  const perSecond = Math.round((arrivals.length * 1_000) / Number(of(spread, 0.5)));
  console.log(
    `${arrivals.length} viewers of one view in the same process, n = ${committed.length} commits:`,
    `committed to first frame p50 ${of(first, 0.5)} ms, p95 ${of(first, 0.95)} ms;`,
    `from first to last viewer p50 ${of(spread, 0.5)} ms, p95 ${of(spread, 0.95)} ms (${perSecond} deliveries a second, clients included)`,
  );
}
