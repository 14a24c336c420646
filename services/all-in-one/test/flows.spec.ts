import type { FigureFamily } from '@sightline/contracts';
import type { CallsAnswer, FiguresAnswer } from '@sightline/kpi-aggregation';
import { newDataFolder, Product, sightline } from './product';
import { dataJson, dataPath, describeWithData } from '@sightline/testing';

interface Counts {
  readonly offered: number;
  readonly blocked: number;
  readonly answered: number;
  readonly abandoned: number;
  readonly endUnknown: number;
  readonly flowedOut: Readonly<Record<string, number>>;
  readonly answeredWithin20: number;
  readonly abandonedWithin5: number;
  readonly waitSecondsAnswered: number;
  readonly waitSecondsAbandoned: number;
  readonly talkSeconds: number;
}

interface Expected {
  readonly mapping: readonly { queue: string; clinic: string; validFrom: number | null; validTo: number | null }[];
  readonly total: Counts;
  readonly byQueue: Readonly<Record<string, Counts>>;
  readonly byClinic: Readonly<Record<string, Counts>>;
  readonly byClinicNewYorkDay: Readonly<Record<string, Counts>>;
  readonly contactsByClinic: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly agents: Readonly<Record<string, { readonly answered: number; readonly talkSeconds: number }>>;
}

const ZONE = 'America/New_York';
const SPAN = { from: '2026-03-05', to: '2026-03-11', zone: ZONE };
jest.setTimeout(300_000);

describeWithData('four made-up days of re-entries, transfers and ring-all through the whole product', () => {
  const data = newDataFolder();
  const expected = dataJson<Expected>('queue-log-flows/expected.json');
  let product: Product;

  beforeAll(async () => {
    product = await Product.start(data.folder);
    const file = dataPath('queue-log-flows/flows.queue_log');
    expect(await sightline(data.folder, ['import', file, '--source', 'pbx', '--zone', ZONE, '--yes'])).toMatchObject({ code: 0 });
    const ms = (seconds: number | null): number | null => (seconds === null ? null : seconds * 1_000);
    await product.declare([
      ...[...new Set(expected.mapping.map((one) => one.clinic))].map((clinicId) => ({
        kind: 'clinic',
        clinicId,
        name: clinicId,
        zone: ZONE,
        weekStart: 1,
        opening: null,
      })),
      ...expected.mapping.map(({ queue, clinic, validFrom, validTo }) => ({
        kind: 'mapping',
        source: 'pbx',
        by: 'queue',
        value: queue,
        clinicId: clinic,
        validFrom: ms(validFrom),
        validTo: ms(validTo),
      })),
    ]);
  });
  afterAll(async () => {
    await product?.interrupt();
    data.remove();
  });

  const ask = async (query: Record<string, string>): Promise<FiguresAnswer['rows']> => {
    const { rows } = await product.api<FiguresAnswer>(`/v1/figures?${new URLSearchParams({ ...SPAN, ...query }).toString()}`);
    return rows;
  };

  /** Everything that the call list says of one class, over all pages. */
  const calls = async (family: FigureFamily, name: string): Promise<CallsAnswer['calls']> => {
    const found: CallsAnswer['calls'][number][] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const query: Record<string, string> = { ...SPAN, family, class: name, limit: '1000', ...(cursor === '' ? {} : { cursor }) };
      const page: CallsAnswer = await product.api<CallsAnswer>(`/v1/calls?${new URLSearchParams(query).toString()}`);
      found.push(...page.calls);
      cursor = page.next;
      if (cursor === null) expect(found.length).toBe(page.total);
    }
    return found;
  };

  /** Visit figures by a name, in the words of the file. Reasons of flowing out stand in the call list only. */
  async function inWords(
    query: Record<string, string>,
    nameOf: (row: FiguresAnswer['rows'][number]) => string,
  ): Promise<Record<string, Omit<Counts, 'flowedOut'>>> {
    const figures = 'offered,blocked,answered,abandoned,endUnknown,answeredWithin,shortAbandoned,waitMsSum,abandonWaitMsSum,talkMsSum';
    const rows = await ask({ ...query, figures, thresholdSeconds: '20', shortSeconds: '5' });
    return Object.fromEntries(
      rows
        .filter((row) => row.figures.some(({ value }) => value !== null && value > 0))
        .map((row) => {
          const value = (name: string): number => row.figures.find(({ figure }) => figure === name)?.value ?? NaN;
          const counts = {
            offered: value('offered'),
            blocked: value('blocked'),
            answered: value('answered'),
            abandoned: value('abandoned'),
            endUnknown: value('endUnknown'),
            answeredWithin20: value('answeredWithin'),
            abandonedWithin5: value('shortAbandoned'),
            waitSecondsAnswered: value('waitMsSum') / 1_000,
            waitSecondsAbandoned: value('abandonWaitMsSum') / 1_000,
            talkSeconds: value('talkMsSum') / 1_000,
          };
          return [nameOf(row), counts];
        }),
    );
  }

  const withoutReasons = (of: Readonly<Record<string, Counts>>): Record<string, Omit<Counts, 'flowedOut'>> =>
    Object.fromEntries(Object.entries(of).map(([name, { flowedOut: _, ...rest }]) => [name, rest]));
  const day = (at: number): string => new Intl.DateTimeFormat('sv-SE', { timeZone: ZONE, dateStyle: 'short' }).format(at);

  test('visit figures by queue', async () => {
    const said = await inWords({ groupBy: 'queue' }, (row) => (row.key['queue'] ?? '').replace('pbx/', ''));
    expect(said).toEqual(withoutReasons(expected.byQueue));
  });

  test('visit figures by clinic, with a mapping that changes at a midnight while calls wait', async () => {
    expect(await inWords({ groupBy: 'clinic' }, (row) => row.key['clinic'] ?? '')).toEqual(withoutReasons(expected.byClinic));
  });

  test('visit figures by clinic and local day, over the night of the clock change', async () => {
    const said = await inWords({ groupBy: 'clinic', interval: '1d' }, (row) => `${row.key['clinic']} ${day(row.from)}`);
    expect(said).toEqual(withoutReasons(expected.byClinicNewYorkDay));
  });

  test('why callers left, by queue and clinic, from the call list', async () => {
    const reasons = (list: CallsAnswer['calls'], member: string): Record<string, Record<string, number>> => {
      const counts: Record<string, Record<string, number>> = {};
      for (const call of list) {
        const of = (counts[String(call[member])] ??= {});
        of[String(call['flowOutReason'])] = (of[String(call['flowOutReason'])] ?? 0) + 1;
      }
      return counts;
    };
    const left = await calls('visit', 'flowedOut');
    const stated = (of: Readonly<Record<string, Counts>>): unknown =>
      Object.fromEntries(Object.entries(of).map(([name, { flowedOut }]) => [name, flowedOut]));
    expect(reasons(left, 'queue')).toEqual(stated(expected.byQueue));
    expect(reasons(left, 'clinic')).toEqual(stated(expected.byClinic));
  });

  test('contacts by clinic', async () => {
    const rows = await ask({ family: 'contact', groupBy: 'clinic', figures: 'abandoned,answered,blocked,endUnknown,flowedOut' });
    const said = rows.map((row) => [row.key['clinic'], Object.fromEntries(row.figures.map(({ figure, value }) => [figure, value]))]);
    expect(Object.fromEntries(said)).toEqual(expected.contactsByClinic);
  });

  test('legs by agent', async () => {
    const rows = await ask({ family: 'leg', groupBy: 'agent', figures: 'answered,talkMsSum' });
    const said = rows.map((row) => {
      const [answered, talk] = row.figures.map(({ value }) => value ?? NaN);
      return [(row.key['agent'] ?? '').replace('unknown:pbx/', ''), { answered, talkSeconds: (talk as number) / 1_000 }];
    });
    const answering = Object.fromEntries(said.filter(([, counts]) => (counts as { answered: number }).answered > 0));
    expect(answering).toEqual(expected.agents);
  });
});
