import { createHash, createHmac } from 'node:crypto';
import type { Vault } from '../vault';
import { DAY } from './call-days';
import { TEST_MS } from './eventually';

/** A vault of its own, and a way to a second one over the same callers. */
export interface VaultUnderTest {
  readonly vault: Vault;
  another(): Promise<Vault>;
  dispose(): Promise<void>;
}

/** A vault that outlives its process, and every value it has stored: what whoever has the storage but no key could read. */
export interface StoredVaultUnderTest extends VaultUnderTest {
  stored(): Promise<readonly Uint8Array[]>;
}

const NUMBER = '+49 30 901820';

/** What every vault keeps. */
export function vaultContract(name: string, make: () => Promise<VaultUnderTest>): void {
  jest.setTimeout(TEST_MS);
  describe(`the vault on ${name}`, () => {
    let under: VaultUnderTest;
    let vault: Vault;
    beforeEach(async () => {
      under = await make();
      vault = under.vault;
    });
    afterEach(() => under.dispose());

    const one = async (number: string, operator = 'acme', from: Vault = vault): Promise<string | null> =>
      (await from.callerIds(operator, [number], DAY))[0] ?? null;

    test('PVA-T1 the same number has the same token, in every process, however it is written; another one has another', async () => {
      const token = await one(NUMBER);
      expect(token).not.toBeNull();
      const elsewhere = await under.another();
      for (const form of ['+4930901820', '0049 30 901820', ' +49 (30) 90-18.20 ']) expect(await one(form, 'acme', elsewhere)).toBe(token);
      const other = await one('+4930901821');
      expect(other).not.toBe(token);
      expect(await vault.callerIds('acme', ['+4930901821', NUMBER, NUMBER], DAY)).toEqual([other, token, token]);
    });

    test('PVA-T2 nobody is nobody: withheld, empty and 0 have no token', async () => {
      const nobody = ['', '  ', '0', '000', 'anonymous', 'Anonymous', 'withheld', 'unknown', '+0'];
      expect(await vault.callerIds('acme', [...nobody, NUMBER], DAY)).toEqual([...nobody.map(() => null), await one(NUMBER)]);
    });

    test('PVA-T3 operators share no tokens, and one cannot look behind the other’s', async () => {
      const [mine, theirs] = [await one(NUMBER, 'acme'), await one(NUMBER, 'other')];
      expect(mine).not.toBe(theirs);
      expect(await vault.reveal('other', mine as string)).toBeNull();
      expect(await vault.erase('other', mine as string, DAY)).toBe(false);
      expect(await vault.reveal('acme', mine as string)).toBe('+4930901820');
    });

    test('PVA-T4 many who see a number first at once all get one token', async () => {
      const vaults = [vault, await under.another(), await under.another()];
      const numbers = Array.from({ length: 30 }, (_none, index) => `+4930${1_000 + index}`);
      const seen = await Promise.all(
        vaults.flatMap((each, index) =>
          [numbers, [...numbers].reverse()].map((list) => each.callerIds('acme', index === 1 ? list.slice(5) : list, DAY)),
        ),
      );
      expect(new Set(seen.flat()).size).toBe(30);
    });

    test('PVA-T5 a token says nothing of the number and is never given twice', async () => {
      const tokens = await vault.callerIds(
        'acme',
        Array.from({ length: 50 }, (_none, index) => `+4930${index + 1}0`),
        DAY,
      );
      expect(new Set(tokens).size).toBe(50);
      const again = await make();
      expect(await one('+493010', 'acme', again.vault)).not.toBe(await one('+493010'));
      await again.dispose();
    });

    test('PVA-E1 an erased caller is gone for everybody; the number then gets a new token; a second erasure finds nobody', async () => {
      const elsewhere = await under.another();
      const token = (await one(NUMBER)) as string;
      expect(await one(NUMBER, 'acme', elsewhere)).toBe(token);
      expect(await vault.erase('acme', token, DAY)).toBe(true);
      expect([await vault.reveal('acme', token), await elsewhere.reveal('acme', token)]).toEqual([null, null]);
      expect(await vault.erase('acme', token, DAY)).toBe(false);
      const fresh = await one(NUMBER, 'acme', elsewhere);
      expect(fresh).not.toBe(token);
      expect(await vault.reveal('acme', fresh as string)).toBe('+4930901820');
      expect(await one(NUMBER)).toBe(fresh);
    });

    test('PVA-R1 an operator that is removed leaves no caller and no key of its sources; others keep theirs', async () => {
      const [mine, theirs] = [(await one(NUMBER, 'acme')) as string, (await one(NUMBER, 'other')) as string];
      const sealed = await vault.seal('north', new Uint8Array([7]));
      const kept = await vault.seal('south', new Uint8Array([8]));
      const key = await vault.sourceKey('north');
      await vault.removeOperator('acme', ['north'], DAY);
      expect([await vault.reveal('acme', mine), await vault.reveal('other', theirs)]).toEqual([null, '+4930901820']);
      expect(await vault.sourceKey('north')).not.toEqual(key);
      await expect(vault.open('north', sealed)).rejects.toThrow();
      expect([...(await vault.open('south', kept))]).toEqual([8]);
    });

    test('PVA-K1 a source has one key, the same for every process from the first time on', async () => {
      const vaults = [vault, await under.another(), await under.another()];
      const keys = await Promise.all(vaults.flatMap((each) => [each.sourceKey('north'), each.sourceKey('north')]));
      expect(new Set(keys.map((key) => Buffer.from(key).toString('hex'))).size).toBe(1);
      expect(keys[0]?.length).toBe(32);
      expect(Buffer.from(await vault.sourceKey('south'))).not.toEqual(Buffer.from(keys[0] as Uint8Array));
    });

    test('PVA-K2 what is sealed opens under its source only, in every process; who changes a byte opens nothing', async () => {
      const bytes = new TextEncoder().encode('a damaged line');
      const sealed = await vault.seal('north', bytes);
      expect(Buffer.from(sealed).includes(Buffer.from(bytes))).toBe(false);
      expect(Buffer.from(await vault.seal('north', bytes))).not.toEqual(Buffer.from(sealed));
      expect(Buffer.from(await (await under.another()).open('north', sealed)).toString()).toBe('a damaged line');
      await expect(vault.open('south', sealed)).rejects.toThrow();
      for (const index of [0, 14, sealed.length - 1]) {
        const changed = Uint8Array.from(sealed, (byte, at) => (at === index ? byte ^ 1 : byte));
        await expect(vault.open('north', changed)).rejects.toThrow();
      }
      await expect(vault.open('north', sealed.slice(0, 8))).rejects.toThrow();
    });
  });
}

/** What every vault that stores anything keeps. */
export function vaultStorageContract(name: string, make: () => Promise<StoredVaultUnderTest>): void {
  jest.setTimeout(TEST_MS);
  test(`PVA-S1 nothing that the vault on ${name} stores holds a number, or what whoever has no key could find it by`, async () => {
    const under = await make();
    const numbers = ['+4930901820', '+4930901821', '4930901822', '030901823'];
    const tokens = await under.vault.callerIds('acme', numbers, DAY);
    await under.vault.erase('acme', tokens[3] as string, DAY);
    await under.vault.sourceKey('north');
    const stored = (await under.stored()).map((value) => Buffer.from(value));
    expect(stored.length).toBeGreaterThan(6);
    for (const number of numbers) {
      const forms = [number, number.replace(/^\+/, ''), [...number].reverse().join('')];
      const hashes = ['md5', 'sha1', 'sha256', 'sha512'].flatMap((hash) =>
        [number, `acme${number}`, `acme\n${number}`, `acme:${number}`].flatMap((text) => [
          createHash(hash).update(text).digest(),
          createHmac(hash, '').update(text).digest(),
          createHmac(hash, 'acme').update(text).digest(),
        ]),
      );
      const candidates = [
        ...forms.flatMap((form) => [
          Buffer.from(form),
          Buffer.from(Buffer.from(form).toString('hex')),
          Buffer.from(Buffer.from(form).toString('base64')),
        ]),
        ...hashes.flatMap((hash) => [
          hash.subarray(0, 16),
          Buffer.from(hash.toString('hex').slice(0, 32)),
          Buffer.from(hash.toString('base64').slice(0, 20)),
        ]),
      ];
      expect(candidates.filter((candidate) => stored.some((value) => value.includes(candidate)))).toEqual([]);
    }
    await under.dispose();
  });
}
