import { dataFile, describeWithData, describeWithPostgres } from '@sightline/testing';
import { LineCutter } from '../src/queue-log/cutter';
import { eventsOfLine } from '../src/queue-log/events';
import { keyedNames } from '../src/queue-log/names';
import { Ingestion, Store } from './harness';
import { importFile } from './queue-log';

jest.setTimeout(180_000);

/** Lines per second by the clock and by this process's own CPU time, which a busy machine does not change as much. */
async function rateOf(lines: number, work: () => Promise<void> | void): Promise<string> {
  const [startedAt, cpu] = [performance.now(), process.cpuUsage()];
  await work();
  const { user, system } = process.cpuUsage(cpu);
  const perSecond = (ms: number): number => Math.round(lines / (ms / 1_000));
  return `${perSecond(performance.now() - startedAt)} lines/s (${perSecond((user + system) / 1_000)} per second of CPU)`;
}

describeWithData('a real month', () => {
  describeWithPostgres('as one import', (superuserUrl) => {
    test('ING-I9 every line of February 1999 goes in, none is damaged, and the rate is printed', async () => {
      const file = dataFile('anonymous-bank-1999/february-1999.queue_log');
      const lines = file.toString('latin1').split('\n').length - 1;
      const key = Buffer.alloc(32, 7);
      const names = keyedNames({ queues: new Set(), logins: new Set(), tags: new Set() }, key);
      let events = 0;
      const decoded = await rateOf(lines, () => {
        for (const { line, offset } of new LineCutter().push(file)) {
          const read = eventsOfLine(line, offset, { source: 'pbx', key, localTime: () => null, names });
          events += read.type === 'events' ? read.events.length : 0;
        }
      });
      const store = await Store.open(superuserUrl);
      const ingestion = await Ingestion.start(store);
      const accepted = await rateOf(lines, async () => {
        const { json } = await importFile(ingestion, file, { zone: 'Asia/Jerusalem' });
        expect(json).toMatchObject({ state: 'finished', lines, events, damagedLines: 0, acceptedBytes: file.length });
      });
      console.info(`february, ${lines} lines: decoded ${decoded}, accepted over HTTP into PostgreSQL ${accepted}`);
      await ingestion.stop();
      await store.close();
    });
  });
});
