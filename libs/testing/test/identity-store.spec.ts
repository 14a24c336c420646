import { identityStoreContract } from '@sightline/ports/contract';
import { MemoryIdentityStore } from '../src';

describe('identity', () => {
  identityStoreContract('memory', async () => {
    const identity = new MemoryIdentityStore();
    return { identity, another: async () => identity, dispose: async () => {} };
  });
});
