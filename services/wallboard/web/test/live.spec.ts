import type { WallDelta } from '@sightline/contracts';
import { reconnectDelay } from '../src/live/backoff';
import type { LiveSocket } from '../src/live/live-wall';
import { LiveWall } from '../src/live/live-wall';
import { applyDelta, fromSnapshot } from '../src/live/wall-state';
import { HeldClock } from './clock';
import { NOW, row, snapshot } from './frames';

const delta = (number: number, changes: Partial<WallDelta> = {}): WallDelta => ({
  view: 'v1',
  number,
  nowMs: NOW,
  set: {},
  gone: [],
  ...changes,
});

describe('applyDelta', () => {
  const state = fromSnapshot(snapshot([row()]), NOW);

  test('replaces parts whole, takes away what is gone and keeps the rest', () => {
    const next = applyDelta(state, delta(2, { set: { 'row/clinic/c2': row({ id: 'clinic/c2' }) }, gone: ['row/clinic/c1'] }), NOW);
    expect(next).not.toBe('gap');
    if (next === 'gap') return;
    expect(Object.keys(next.parts).sort()).toEqual(['head', 'row/clinic/c2']);
    expect(next.number).toBe(2);
    expect(Object.keys(state.parts)).toContain('row/clinic/c1');
  });

  test('a missing number is a gap; a known one or another view changes nothing', () => {
    expect(applyDelta(state, delta(3), NOW)).toBe('gap');
    expect(applyDelta(state, delta(1), NOW)).toBe(state);
    expect(applyDelta(state, delta(2, { view: 'v2' }), NOW)).toBe(state);
  });

  test('the clock offset is that of the frame that was on its way for the shortest time', () => {
    const late = fromSnapshot({ ...snapshot([]), nowMs: NOW + 5_000 }, NOW + 900);
    const quick = applyDelta(late, delta(2, { nowMs: NOW + 6_000 }), NOW + 1_010);
    expect(quick).toMatchObject({ offsetMs: 4_990 });
    expect(applyDelta(fromSnapshot({ ...snapshot([]), nowMs: NOW }, NOW), delta(2, { nowMs: NOW }), NOW + 700)).toMatchObject({
      offsetMs: 0,
    });
  });
});

test('reconnecting waits anything up to a bound that doubles to 30 s', () => {
  expect(reconnectDelay(0, 0.999)).toBe(999);
  expect(reconnectDelay(3, 0.5)).toBe(4_000);
  expect(reconnectDelay(50, 0.999)).toBe(29_970);
  expect(reconnectDelay(50, 0)).toBe(0);
});

/** A socket whose other end is the test. */
class Wire implements LiveSocket {
  readonly sent: { event: string; payload: unknown }[] = [];
  connects = 0;
  disconnects = 0;
  private readonly listeners = new Map<string, (payload: never) => void>();

  on(event: string, listener: (payload: never) => void): void {
    this.listeners.set(event, listener);
  }
  emit(event: string, payload: unknown): void {
    this.sent.push({ event, payload });
  }
  connect(): void {
    this.connects += 1;
  }
  disconnect(): void {
    this.disconnects += 1;
  }
  arrive(event: string, payload: unknown = undefined): void {
    this.listeners.get(event)?.(payload as never);
  }
}

function open(): { wire: Wire; live: LiveWall; clock: HeldClock } {
  const wire = new Wire();
  const clock = new HeldClock(NOW);
  const live = new LiveWall(wire, { view: 'wall', pool: 'east' }, clock, () => 0.5);
  live.start();
  wire.arrive('connect');
  return { wire, live, clock };
}

describe('LiveWall', () => {
  test('subscribes to what was asked for and follows the deltas', () => {
    const { wire, live } = open();
    expect(wire.sent).toEqual([{ event: 'subscribe', payload: { view: 'wall', pool: 'east' } }]);
    wire.arrive('snapshot', snapshot([row()]));
    wire.arrive('delta', delta(2, { set: { 'row/clinic/c1': row({ waiting: 4 }) } }));
    expect(live.current().status).toBe('live');
    expect(live.current().wall?.parts['row/clinic/c1']).toMatchObject({ waiting: 4 });
  });

  test('a gap asks for a snapshot once, and nothing is taken until it is there', () => {
    const { wire, live } = open();
    wire.arrive('snapshot', snapshot([row()]));
    wire.arrive('delta', delta(4));
    wire.arrive('delta', delta(2, { set: { 'row/clinic/c1': row({ waiting: 9 }) } }));
    expect(wire.sent.map(({ event }) => event)).toEqual(['subscribe', 'subscribe']);
    expect(live.current().wall?.parts['row/clinic/c1']).toMatchObject({ waiting: 0 });
    wire.arrive('snapshot', { ...snapshot([row({ waiting: 5 })]), number: 4 });
    expect(live.current().wall?.number).toBe(4);
  });

  test('a lost connection keeps the wall, remembers since when, and comes back with jitter, later each time', () => {
    const { wire, live, clock } = open();
    wire.arrive('snapshot', snapshot([row()]));
    clock.pass(2_000);
    wire.arrive('disconnect');
    expect(live.current()).toMatchObject({ status: 'lost', lostAt: NOW + 2_000 });
    expect(live.current().wall).not.toBeNull();
    clock.pass(499);
    expect(wire.connects).toBe(1);
    clock.pass(1);
    expect(wire.connects).toBe(2);
    wire.arrive('connect_error', new Error('away'));
    clock.pass(999);
    expect(wire.connects).toBe(2);
    clock.pass(1);
    expect(wire.connects).toBe(3);
    expect(live.current().lostAt).toBe(NOW + 2_000);
    wire.arrive('connect');
    wire.arrive('snapshot', snapshot([row()]));
    expect(live.current()).toMatchObject({ status: 'live', lostAt: null });
  });

  test.each(['refused', 'evicted'] as const)('%s is the end: no coming back', (event) => {
    const { wire, live, clock } = open();
    wire.arrive(event, { code: 'x', detail: 'y' });
    wire.arrive('disconnect');
    clock.pass(120_000);
    expect(live.current().status).toBe(event);
    expect(wire.connects).toBe(1);
  });

  test('a gateway that does not let us in says so with data, and is not asked again', () => {
    const { wire, live, clock } = open();
    wire.arrive('connect_error', Object.assign(new Error('not signed in'), { data: { code: 'not-signed-in' } }));
    clock.pass(120_000);
    expect(live.current().status).toBe('refused');
    expect(wire.connects).toBe(1);
  });

  test('stopping ends it, also a try that was still to come', () => {
    const { wire, live, clock } = open();
    wire.arrive('disconnect');
    live.stop();
    clock.pass(120_000);
    expect(wire.connects).toBe(1);
    expect(wire.disconnects).toBe(1);
  });
});
