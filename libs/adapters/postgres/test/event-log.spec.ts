import type { EventLog } from '@sightline/ports';
import { eventLogContract } from '@sightline/ports/contract';
import { describeWithPostgres } from '@sightline/testing';
import { createEventLog } from '../src';
import { freshDatabase } from './fresh';

describeWithPostgres('the event log', (superuserUrl) => {
  eventLogContract('PostgreSQL', async (options) => {
    const fresh = await freshDatabase(superuserUrl);
    const logs: EventLog[] = [createEventLog(fresh.database, options)];
    return {
      log: logs[0] as EventLog,
      another: async () => {
        const log = createEventLog(await fresh.another(), options);
        logs.push(log);
        return log;
      },
      dispose: async () => {
        await Promise.all(logs.map((log) => log.close()));
        await fresh.dispose();
      },
    };
  });
});
