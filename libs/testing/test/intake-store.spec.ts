import { intakeStoreContract } from '@sightline/ports/contract';
import { MemoryIntakeStore } from '../src';

intakeStoreContract('memory', async () => {
  const intake = new MemoryIntakeStore();
  return { intake, another: async () => intake, dispose: async () => {} };
});
