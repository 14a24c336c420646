import type { KpiStoreUnderTest } from '@sightline/ports/contract';
import { kpiChangesContract, kpiStoreContract } from '@sightline/ports/contract';
import { MemoryDirectoryStore, MemoryKpiStore } from '../src';

const make = async (): Promise<KpiStoreUnderTest> => {
  const directory = new MemoryDirectoryStore();
  const store = new MemoryKpiStore(directory);
  return { store, directory, another: async () => store, dispose: async () => {} };
};

kpiStoreContract('memory', make);
kpiChangesContract('memory', make);
