import { testPostgresUrl } from '@sightline/testing';
import { LineCutter } from '../src/queue-log/cutter';
import { eventsOfLine } from '../src/queue-log/events';
import { keyedNames } from '../src/queue-log/names';
import { Ingestion, Store } from './harness';
import { importFile } from './queue-log';
import { dataFile, describeWithData } from './real-data';

jest.setTimeout(180_000);

const perSecond = (lines: number, startedAt: number): number => Math.round(lines / ((performance.now() - startedAt) / 1_000));

describeWithData('a real month as one import', () => {
  const superuserUrl = testPostgresUrl();
  const onPostgres = superuserUrl === null ? test.skip : test;

  onPostgres('ING-I9 every line of February 1999 goes in, none is damaged, and the rate is printed', async () => {
    const file = dataFile('anonymous-bank-1999/february-1999.queue_log');
    const key = Buffer.alloc(32, 7);
    const names = keyedNames({ queues: new Set(), logins: new Set(), tags: new Set() }, key);
    let lines = 0;
    let events = 0;
    const decodingAt = performance.now();
    for (const { line, offset } of new LineCutter().push(file)) {
      const read = eventsOfLine(line, offset, { source: 'pbx', key, localTime: () => null, names });
      lines += 1;
      events += read.type === 'events' ? read.events.length : 0;
    }
    const decoded = perSecond(lines, decodingAt);

    const store = await Store.open(superuserUrl ?? '');
    const ingestion = await Ingestion.start(store);
    const acceptingAt = performance.now();
    const { json } = await importFile(ingestion, file, { zone: 'Asia/Jerusalem' });
    console.info(
      `february: ${lines} lines, decoded ${decoded} lines/s, accepted over HTTP into PostgreSQL ${perSecond(lines, acceptingAt)} lines/s`,
    );
    expect(json).toMatchObject({ state: 'finished', lines, events, damagedLines: 0, acceptedBytes: file.length });
    await ingestion.stop();
    await store.close();
  });
});
