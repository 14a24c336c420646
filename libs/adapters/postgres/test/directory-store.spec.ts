import { directoryStoreContract } from '@sightline/ports/contract';
import { describeWithPostgres } from '@sightline/testing';
import { createDirectoryStore } from '../src';
import { freshDatabase } from './fresh';

describeWithPostgres('the directory', (superuserUrl) => {
  directoryStoreContract('PostgreSQL', async () => {
    const fresh = await freshDatabase(superuserUrl);
    return {
      directory: createDirectoryStore(fresh.database),
      another: async () => createDirectoryStore(await fresh.another()),
      dispose: fresh.dispose,
    };
  });
});
