import type { WallRow, WallSnapshot } from '@sightline/contracts';
import type { CallsAnswer, FiguresAnswer } from '@sightline/kpi-aggregation';
import { io } from 'socket.io-client';
import { newDataFolder, Product, sightline } from './product';

jest.setTimeout(240_000);

/** A zone in which it is about noon now, so that the last minutes are of today. */
const hoursToNoon = 12 - new Date().getUTCHours();
const ZONE = hoursToNoon === 0 ? 'UTC' : `Etc/GMT${hoursToNoon > 0 ? '-' : '+'}${Math.abs(hoursToNoon)}`;
const ROWS = [
  { kind: 'site', siteId: 'floor', name: 'Floor', zone: ZONE },
  { kind: 'clinic', clinicId: 'lakeside', name: 'Lakeside Eye', zone: ZONE, weekStart: 1, opening: null },
  { kind: 'source', source: 'pbx', name: 'PBX', system: 'http', zone: 'UTC', capabilities: ['visitIds', 'ringing'], live: true },
  { kind: 'mapping', source: 'pbx', by: 'queue', value: 'scheduling', clinicId: 'lakeside' },
  {
    kind: 'contract',
    clinicId: 'lakeside',
    name: '90/20 contract',
    formula: 'SL6',
    thresholdSeconds: 20,
    shortSeconds: 5,
    targetPercent: 90,
  },
];

/** Waits in seconds of answered calls and of those that hung up. By SL6 with 20 s and 5 s: 3 of 7. */
const ANSWERED = [5, 12, 20, 21, 45];
const ABANDONED = [3, 30, 61];

function eventsOf(nowMs: number): object[] {
  const call = (index: number, waitSeconds: number, answered: boolean): object[] => {
    const enteredAt = nowMs - 600_000 + index * 10_000;
    const at = { call: { id: `call-${index}` }, queue: 'scheduling', visitId: '1' };
    const left = { ...at, eventId: `${index}-2`, occurredAt: enteredAt + waitSeconds * 1_000 };
    return [
      { ...at, eventId: `${index}-1`, occurredAt: enteredAt, callerNumber: '+16075550123', queueEntered: {} },
      answered ? { ...left, login: 'va01', callAnswered: {} } : { ...left, callAbandoned: {} },
      ...(answered ? [{ ...at, eventId: `${index}-3`, occurredAt: enteredAt + 120_000, login: 'va01', legEnded: { by: 'caller' } }] : []),
    ];
  };
  return [
    ...ANSWERED.flatMap((seconds, index) => call(index, seconds, true)),
    ...ABANDONED.flatMap((seconds, index) => call(ANSWERED.length + index, seconds, false)),
  ];
}

describe('one figure, wherever it is asked for', () => {
  const data = newDataFolder();
  let product: Product;
  let query: Record<string, string>;
  const expected = { numerator: 3, denominator: 7 };

  beforeAll(async () => {
    product = await Product.start(data.folder);
    await product.declare(ROWS);
    const { key } = await product.api<{ key: string }>('/v1/sources/pbx/keys', {});
    const sent = await fetch(`${product.url}/v1/events`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json' },
      body: JSON.stringify(eventsOf(Date.now())),
    });
    expect(await sent.json()).toMatchObject({ rejected: [] });
    await product.caughtUp();
    const day = (at: number): string => new Intl.DateTimeFormat('sv-SE', { timeZone: ZONE, dateStyle: 'short' }).format(at);
    query = { from: day(Date.now()), to: day(Date.now() + 86_400_000), zone: ZONE, clinic: 'lakeside' };
  });
  afterAll(async () => {
    await product?.interrupt();
    data.remove();
  });

  test('HTTP', async () => {
    const { rows } = await product.api<FiguresAnswer>(
      `/v1/figures?${new URLSearchParams({ ...query, figures: 'serviceLevel' }).toString()}`,
    );
    expect(rows[0]?.figures[0]).toMatchObject(expected);
  });

  test('command line, for machines and for people', async () => {
    const args = ['figures', ...Object.entries(query).flatMap(([name, value]) => [`--${name}`, value]), '--figures', 'serviceLevel'];
    const machine = await sightline(data.folder, [...args, '--json']);
    expect((JSON.parse(machine.stdout) as FiguresAnswer).rows[0]?.figures[0]).toMatchObject(expected);
    expect((await sightline(data.folder, args)).stdout).toContain('42.9 % 3/7');
  });

  test('the call list adds up to it, also as CSV of the command line', async () => {
    const parameters = new URLSearchParams({ ...query, figure: 'serviceLevel' }).toString();
    const { calls, figure, total } = await product.api<CallsAnswer>(`/v1/calls?${parameters}`);
    const sum = (member: 'numerator' | 'denominator'): number => calls.reduce((all, call) => all + (call.contribution[member] ?? 0), 0);
    expect({ numerator: sum('numerator'), denominator: sum('denominator') }).toEqual(expected);
    expect(figure.figures[0]).toMatchObject(expected);
    expect(calls).toHaveLength(total);
    const args = ['calls', ...Object.entries(query).flatMap(([name, value]) => [`--${name}`, value]), '--figure', 'serviceLevel', '--csv'];
    const [head = '', ...lines] = (await sightline(data.folder, args)).stdout.trim().split('\r\n');
    const columns = head.split(',');
    const column = (name: string): number => lines.reduce((all, line) => all + Number(line.split(',')[columns.indexOf(name)]), 0);
    expect({ numerator: column('numerator'), denominator: column('denominator') }).toEqual(expected);
  });

  const levelOf = ({ parts }: WallSnapshot): unknown => (parts['row/clinic/lakeside'] as WallRow | undefined)?.level;

  test('the wall over HTTP and as the socket pushes it', async () => {
    expect(levelOf(await product.api<WallSnapshot>('/v1/wall'))).toMatchObject(expected);
    const token = await product.signInFirst();
    const socket = io(`${product.url}/live`, { path: '/live/socket.io', transports: ['websocket'], auth: { token } });
    try {
      const snapshot = await new Promise<WallSnapshot>((resolve, reject) => {
        socket.once('snapshot', resolve);
        socket.once('connect_error', reject);
        socket.once('refused', reject);
        socket.emit('subscribe', { view: 'wall' });
      });
      expect(levelOf(snapshot)).toMatchObject(expected);
    } finally {
      socket.close();
    }
  });
});
