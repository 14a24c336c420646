import { eventLogContract } from '@sightline/ports/contract';
import { MemoryEventLog } from '../src';

eventLogContract('memory', async ({ backlogMax }) => {
  const log = new MemoryEventLog(backlogMax);
  return { log, another: async () => log, dispose: () => log.close() };
});
