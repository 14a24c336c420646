import { intakeStoreContract } from '@sightline/ports/contract';
import { describeWithPostgres } from '@sightline/testing';
import { createIntakeStore } from '../src';
import { freshDatabase } from './fresh';

describeWithPostgres('the intake', (superuserUrl) => {
  intakeStoreContract('PostgreSQL', async () => {
    const fresh = await freshDatabase(superuserUrl);
    return {
      intake: createIntakeStore(fresh.database),
      another: async () => createIntakeStore(await fresh.another()),
      dispose: fresh.dispose,
    };
  });
});
