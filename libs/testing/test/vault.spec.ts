import { vaultContract } from '@sightline/ports/contract';
import { MemoryVault } from '../src';

vaultContract('memory', async () => {
  const vault = new MemoryVault();
  return { vault, another: async () => vault, dispose: async () => {} };
});
