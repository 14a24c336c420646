import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { FiguresAnswer } from '@sightline/kpi-aggregation';
import { systemClock } from '@sightline/runtime';
import { processBirth } from '../src/data-directory/process';
import type { Postmaster } from '../src/postgres/postmaster';
import { readPostmaster } from '../src/postgres/postmaster';
import { newDataFolder, Product, sightline } from './product';
import { dataPath, describeWithData } from '@sightline/testing';
import { until } from './waiting';

/** LONG=1 imports the whole month instead of its beginning. */
const LONG = process.env['LONG'] === '1';
const LINES = LONG ? Infinity : 25_000;
const KILLS = 10;
const LINES_PER_SECOND = 1_500;
const SEED = 7;
jest.setTimeout(900_000);

/** Seeded: the same moments in every run. */
function dice(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 4_294_967_296;
  };
}

describeWithData('an import during which process and PostgreSQL are killed', () => {
  const data = newDataFolder();
  const log = path.join(path.dirname(data.folder), 'some.queue_log');
  let product: Product;

  beforeAll(async () => {
    const lines = readFileSync(dataPath('anonymous-bank-1999/february-1999.queue_log'), 'utf8').split('\n').slice(0, LINES);
    writeFileSync(log, `${lines.join('\n')}\n`);
    product = await Product.start(data.folder);
  });
  afterAll(async () => {
    await product?.interrupt();
    data.remove();
  });

  const running = (): Postmaster | null => {
    const found = readPostmaster(path.join(data.folder, 'postgres'));
    return found?.ready && processBirth(found.pid) !== null ? found : null;
  };

  const importAs = (source: string, ...more: string[]): ReturnType<typeof sightline> =>
    sightline(data.folder, ['import', log, '--source', source, '--zone', 'Asia/Jerusalem', '--yes', '--json', ...more]);

  /** Everything that could have gone wrong by one, by queue. */
  async function integersOf(source: string): Promise<unknown> {
    const families = {
      visit:
        'offered,answered,abandoned,flowedOut,blocked,waiting,endUnknown,answeredWithin,waitMsSum,waitMsMax,abandonWaitMsSum,talkMsSum,talkMsP90',
      leg: 'attempts,answered,missed,talkMsSum,ringMsSum',
    };
    const said: unknown[] = [];
    for (const [family, figures] of Object.entries(families)) {
      const query = new URLSearchParams({
        from: '1999-01-31',
        to: '1999-03-02',
        zone: 'Asia/Jerusalem',
        family,
        figures,
        groupBy: 'queue',
      });
      const { rows } = await product.api<FiguresAnswer>(`/v1/figures?${query.toString()}`);
      const mine = rows.filter((row) => row.key['queue']?.startsWith(`${source}/`));
      said.push(mine.map((row) => [row.key['queue']?.slice(source.length), row.figures.map(({ figure, value }) => [figure, value])]));
    }
    return said;
  }

  test(`${KILLS} kill -9 of each: the same integers as undisturbed`, async () => {
    const random = dice(SEED);
    const killed = { process: 0, PostgreSQL: 0 };
    const importing = importAs('shaken', '--lines-per-second', String(LINES_PER_SECOND));
    while (killed.process < KILLS || killed.PostgreSQL < KILLS) {
      await systemClock.delay(200 + random() * 1_800);
      const who = killed.PostgreSQL >= KILLS || (killed.process < KILLS && random() < 0.5) ? 'process' : 'PostgreSQL';
      killed[who] += 1;
      if (who === 'process') {
        await product.kill();
        product = await Product.start(data.folder);
      } else {
        process.kill((await until('a PostgreSQL to kill', running)).pid, 'SIGKILL');
      }
    }
    const shaken = await importing;
    expect(shaken).toMatchObject({ code: 0, stderr: '' });
    const calm = await importAs('calm');
    expect(calm).toMatchObject({ code: 0, stderr: '' });
    await product.caughtUp();
    const { lines, linesPerSecond } = JSON.parse(calm.stdout) as Record<string, number>;
    console.info(
      `${lines} lines, seed ${SEED}, killed ${JSON.stringify(killed)}; undisturbed ${linesPerSecond} lines/s accepted to committed`,
    );
    const expected = await integersOf('calm');
    expect(JSON.stringify(expected)).toMatch(/"offered",\d{3}/);
    expect(await integersOf('shaken')).toEqual(expected);
  });
});
