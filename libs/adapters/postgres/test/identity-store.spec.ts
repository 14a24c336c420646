import { identityStoreContract } from '@sightline/ports/contract';
import { describeWithPostgres } from '@sightline/testing';
import { createIdentityStore } from '../src';
import { freshDatabase } from './fresh';

describeWithPostgres('identity', (superuserUrl) => {
  identityStoreContract('PostgreSQL', async () => {
    const fresh = await freshDatabase(superuserUrl);
    return {
      identity: createIdentityStore(fresh.database),
      another: async () => createIdentityStore(await fresh.another()),
      dispose: fresh.dispose,
    };
  });
});
