import type { FiguresAnswer } from '@sightline/kpi-aggregation';
import { newDataFolder, Product, sightline } from './product';
import { dataJson, dataPath, describeWithData } from '@sightline/testing';
import type { Reference } from './reference';
import { byClinic, byLocalStart, inWordsOf } from './reference';

const TYPES = ['IN', 'NE', 'NW', 'PE', 'PS', 'TT'];
const ZONE = 'Asia/Jerusalem';
const MONTH = { from: '1999-02-01', to: '1999-03-01', zone: ZONE };
jest.setTimeout(600_000);

const reference = <T = Record<string, Reference>>(name: string): T => dataJson<T>(`anonymous-bank-1999/reference/${name}.json`);
const clinic = (clinicId: string): object => ({ kind: 'clinic', clinicId, name: clinicId, zone: ZONE, weekStart: 7, opening: null });
/** One row per queue: saying it again with another clinic is a correction. */
const mapping = (queue: string, clinicId: string, dated: object = {}): object => ({
  kind: 'mapping',
  id: `queue ${queue}`,
  source: 'bank',
  by: 'queue',
  value: queue,
  clinicId,
  ...dated,
});

describeWithData('February 1999 through the whole product: command line in, HTTP out', () => {
  const data = newDataFolder();
  let product: Product;

  beforeAll(async () => {
    product = await Product.start(data.folder);
    const file = dataPath('anonymous-bank-1999/february-1999.queue_log');
    const done = await sightline(data.folder, ['import', file, '--source', 'bank', '--zone', ZONE, '--yes', '--json']);
    expect(done).toMatchObject({ code: 0 });
    const report = JSON.parse(done.stdout) as Record<string, number>;
    expect(report).toMatchObject({ state: 'finished', lines: 89_412, damagedLines: 0 });
    const { acceptedMs, committedMs, linesPerSecond } = report;
    console.info(`february: 89412 lines accepted in ${acceptedMs} ms, committed in ${committedMs} ms: ${linesPerSecond} lines/s`);
    await product.declare([...TYPES, 'bank', 'late'].map(clinic));
    await product.declare(TYPES.map((type) => mapping(type, type)));
  });
  afterAll(async () => {
    await product?.interrupt();
    data.remove();
  });

  test('as six clinics mapped by queue: every number of by-type.json', async () => {
    const expected = reference('by-type');
    const said = await inWordsOf(product, expected['PS'] as Reference, { ...MONTH, groupBy: 'clinic' }, byClinic);
    expect(said).toEqual(expected);
  });

  const offeredByClinic = async (span: object): Promise<Record<string, number | null>> => {
    const query = new URLSearchParams({ ...MONTH, ...span, groupBy: 'clinic', figures: 'offered,talkMsSum' }).toString();
    const { rows } = await product.api<FiguresAnswer>(`/v1/figures?${query}`);
    return Object.fromEntries(
      rows.flatMap(({ key, figures }) => figures.map(({ figure, value }) => [`${key['clinic']} ${figure}`, value])),
    );
  };

  test('a mapping that changes at a midnight: calls of before stay where they were, whole', async () => {
    const { rows } = await product.api<FiguresAnswer>(
      `/v1/figures?${new URLSearchParams({ ...MONTH, queue: 'bank/PS', interval: '1d', figures: 'offered,talkMsSum' }).toString()}`,
    );
    const midnight = Date.UTC(1999, 1, 14, 22);
    const sum = (figure: string, late: boolean): number =>
      rows
        .filter((row) => row.from >= midnight === late)
        .reduce((total, row) => total + (row.figures.find((one) => one.figure === figure)?.value ?? 0), 0);
    const before = await offeredByClinic({});
    await product.declare([
      mapping('PS', 'PS', { validTo: midnight }),
      { ...mapping('PS', 'late', { validFrom: midnight }), id: 'queue PS late' },
    ]);
    expect(await offeredByClinic({})).toEqual({
      ...before,
      'PS offered': sum('offered', false),
      'PS talkMsSum': sum('talkMsSum', false),
      'late offered': sum('offered', true),
      'late talkMsSum': sum('talkMsSum', true),
    });
  });

  describe('all mappings corrected afterwards to one clinic: as if it had always been so', () => {
    beforeAll(async () => {
      await product.declare([...TYPES.map((type) => mapping(type, 'bank', { validTo: null })), { id: 'queue PS late', removed: true }]);
    });

    test('every number of month.json', async () => {
      const month = reference<Reference>('month');
      expect(await inWordsOf(product, month, { ...MONTH, groupBy: 'clinic' }, byClinic)).toEqual({ bank: month });
    });

    test('every number of by-day.json', async () => {
      const expected = reference('by-day');
      const said = await inWordsOf(
        product,
        expected['1999-02-01'] as Reference,
        { ...MONTH, clinic: 'bank', interval: '1d' },
        byLocalStart(false),
      );
      expect(said).toEqual(expected);
    });

    test('every number of by-half-hour.json', async () => {
      const expected = reference('by-half-hour');
      const sample = Object.values(expected)[0] as Reference;
      const said = await inWordsOf(product, sample, { ...MONTH, clinic: 'bank', interval: '30min' }, byLocalStart(true));
      expect(said).toEqual(expected);
    });

    test('rebuilding every row from the facts changes nothing', async () => {
      const before = await offeredByClinic({});
      await product.interrupt();
      expect(await sightline(data.folder, ['rebuild', '--json'])).toMatchObject({ code: 0 });
      product = await Product.start(data.folder);
      await product.caughtUp();
      expect(await offeredByClinic({})).toEqual(before);
    });
  });
});
