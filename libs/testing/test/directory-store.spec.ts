import { directoryStoreContract } from '@sightline/ports/contract';
import { MemoryDirectoryStore } from '../src';

directoryStoreContract('memory', async () => {
  const directory = new MemoryDirectoryStore();
  return { directory, another: async () => directory, dispose: async () => {} };
});
