import { kpiChangesContract, kpiStoreContract } from '@sightline/ports/contract';
import type { KpiStoreUnderTest } from '@sightline/ports/contract';
import { describeWithPostgres } from '@sightline/testing';
import { createDirectoryStore, createKpiStore } from '../src';
import { freshDatabase } from './fresh';

describeWithPostgres('the history store', (superuserUrl) => {
  const make = async (): Promise<KpiStoreUnderTest> => {
    const fresh = await freshDatabase(superuserUrl);
    const stores = [createKpiStore(fresh.database)];
    return {
      store: stores[0] as (typeof stores)[0],
      directory: createDirectoryStore(fresh.database),
      another: async () => {
        const store = createKpiStore(await fresh.another());
        stores.push(store);
        return store;
      },
      dispose: async () => {
        await Promise.all(stores.map((store) => store.close()));
        await fresh.dispose();
      },
    };
  };
  kpiStoreContract('PostgreSQL', make);
  kpiChangesContract('PostgreSQL', make);
});
