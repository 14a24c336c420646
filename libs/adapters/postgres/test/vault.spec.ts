import { randomBytes } from 'node:crypto';
import type { StoredVaultUnderTest } from '@sightline/ports/contract';
import { vaultContract, vaultStorageContract } from '@sightline/ports/contract';
import { describeWithPostgres } from '@sightline/testing';
import { createVault } from '../src';
import { freshDatabase } from './fresh';

const TABLES = ['vault.caller', 'vault.erasure', 'vault.source_key'];

describeWithPostgres('the vault', (superuserUrl) => {
  const make = async (): Promise<StoredVaultUnderTest> => {
    const fresh = await freshDatabase(superuserUrl);
    const masterKey = randomBytes(32);
    return {
      vault: createVault(fresh.database, masterKey),
      another: async () => createVault(await fresh.another(), masterKey),
      stored: async () => {
        const values: Uint8Array[] = [];
        for (const table of TABLES) {
          const rows: Record<string, unknown>[] = await fresh.database.intake.query(`SELECT * FROM ${table}`);
          for (const value of rows.flatMap((row) => Object.values(row)))
            values.push(Buffer.isBuffer(value) ? value : Buffer.from(String(value)));
        }
        return values;
      },
      dispose: fresh.dispose,
    };
  };
  vaultContract('PostgreSQL', make);
  vaultStorageContract('PostgreSQL', make);
});
