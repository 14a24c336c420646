import type { AccessEntry, AccessRecord, SourceGrant } from '@sightline/contracts';
import { accessHash, InputError } from '@sightline/contracts';
import type { Account, Display, IdentityStore, SourceKey } from '../identity-store';
import { DAY } from './call-days';
import { TEST_MS } from './eventually';

/** An identity store of its own, and a way to a second one over the same accounts. */
export interface IdentityStoreUnderTest {
  readonly identity: IdentityStore;
  another(): Promise<IdentityStore>;
  dispose(): Promise<void>;
}

const ANNA: Account = {
  accountId: 'account-anna',
  operatorId: 'acme',
  name: 'anna@acme.example',
  displayName: 'Anna',
  passwordHash: '$argon2id$v=19$…',
  role: 'supervisor',
  clinics: ['lake', 'hill'],
  agentId: 'a-1',
  disabled: false,
};
const BELA: Account = {
  ...ANNA,
  accountId: 'account-bela',
  name: 'bela@acme.example',
  passwordHash: null,
  role: 'manager',
  clinics: 'all',
  agentId: null,
};
const WALL: Display = {
  displayId: 'display-1',
  operatorId: 'acme',
  name: 'Wall',
  tokenHash: 'hash of the wall',
  clinics: ['lake'],
  expiresAt: DAY + 1_000,
  revoked: false,
};
const GRANT: SourceGrant = { kinds: ['queueEntered', 'callAnswered'], maxRank: 1, sources: ['west'], clinics: ['hill'] };
const KEY: SourceKey = { keyId: 'key-1', source: 'north', operatorId: 'acme', keyHash: 'hash of the key', grant: GRANT, revoked: false };

/** What is wrong with an operator's chain, oldest line first: the number of the first line that does not follow. */
function brokenAt(records: readonly AccessRecord[]): number | null {
  let previous = '';
  for (const record of [...records].reverse()) {
    const { number, hash, ...entry } = record;
    if (accessHash(previous, number, entry) !== hash) return number;
    previous = hash;
  }
  return null;
}

function entry(number: number, operatorId = 'acme'): AccessEntry {
  return { at: DAY + number, operatorId, actor: 'account-anna', action: 'revealed', object: `call ${number}` };
}

/** What every store of accounts, sessions, displays, keys and the access log keeps. */
export function identityStoreContract(name: string, make: () => Promise<IdentityStoreUnderTest>): void {
  jest.setTimeout(TEST_MS);
  let under: IdentityStoreUnderTest;
  let identity: IdentityStore;
  beforeEach(async () => {
    under = await make();
    identity = under.identity;
  });
  afterEach(() => under.dispose());

  const signIn = (account: Account, session: string): Promise<void> =>
    identity.openSession({ sessionId: session, tokenHash: `hash of ${session}`, accountId: account.accountId, expiresAt: DAY + 500 });

  describe(`accounts on ${name}`, () => {
    test('PID-A1 an account comes back as it was put, by name, by id and in the list of its operator', async () => {
      await identity.putAccount(BELA);
      await identity.putAccount(ANNA);
      await identity.putAccount({ ...ANNA, accountId: 'foreign', name: 'else@other.example', operatorId: 'other' });
      expect(await identity.accountByName(ANNA.name)).toEqual(ANNA);
      expect(await (await under.another()).account(BELA.accountId)).toEqual(BELA);
      expect(await identity.accounts('acme')).toEqual([ANNA, BELA]);
      expect([await identity.accountByName('nobody'), await identity.account('nobody')]).toEqual([null, null]);
      const changed: Account = { ...ANNA, displayName: 'Anna B.', role: 'auditor', clinics: 'all', disabled: true, agentId: null };
      await identity.putAccount(changed);
      expect(await identity.account(ANNA.accountId)).toEqual(changed);
    });

    test('PID-A2 a sign-in name is taken once over all operators: 409 name-taken', async () => {
      await identity.putAccount(ANNA);
      const taken = await identity.putAccount({ ...BELA, operatorId: 'other', name: ANNA.name }).then(
        () => null,
        (error: unknown) => error as InputError,
      );
      expect(taken).toBeInstanceOf(InputError);
      expect([taken?.code, taken?.status]).toEqual(['name-taken', 409]);
      expect(await identity.account(BELA.accountId)).toBeNull();
    });

    test('PID-A3 a store is empty until an account has a password', async () => {
      expect(await identity.isEmpty()).toBe(true);
      await identity.putAccount(BELA);
      expect(await identity.isEmpty()).toBe(true);
      await identity.putAccount(ANNA);
      expect(await identity.isEmpty()).toBe(false);
    });

    test('PID-V1 an invitation is used once, however many try at once', async () => {
      await identity.putAccount(BELA);
      const invitation = { tokenHash: 'hash', accountId: BELA.accountId, expiresAt: DAY + 100, usedAt: null };
      await identity.putInvitation(invitation);
      expect(await identity.invitation('hash', DAY)).toEqual(invitation);
      const stores = [identity, await under.another(), await under.another()];
      const used = await Promise.all(
        stores.flatMap((store) => [store.useInvitation('hash', DAY + 1), store.useInvitation('hash', DAY + 1)]),
      );
      expect(used.filter((one) => one !== null)).toEqual([{ ...invitation, usedAt: DAY + 1 }]);
      expect(await identity.invitation('hash', DAY + 2)).toBeNull();
    });

    test('PID-V2 an invitation ends with its time, and with the next one for the account', async () => {
      await identity.putAccount(BELA);
      await identity.putInvitation({ tokenHash: 'first', accountId: BELA.accountId, expiresAt: DAY + 100, usedAt: null });
      expect([await identity.invitation('first', DAY + 100), await identity.useInvitation('first', DAY + 100)]).toEqual([null, null]);
      await identity.putInvitation({ tokenHash: 'second', accountId: BELA.accountId, expiresAt: DAY + 100, usedAt: null });
      expect(await identity.useInvitation('first', DAY)).toBeNull();
      expect((await identity.useInvitation('second', DAY + 99))?.accountId).toBe(BELA.accountId);
      expect(await identity.useInvitation('unknown', DAY)).toBeNull();
    });
  });

  describe(`principals on ${name}`, () => {
    test('PID-P1 a session is a person with the grants its account has now', async () => {
      await identity.putAccount(ANNA);
      await signIn(ANNA, 's-1');
      const { accountId, operatorId, role, clinics, agentId } = ANNA;
      const person = { type: 'person', accountId, operatorId, role, clinics, agentId, sessionId: 's-1', expiresAt: DAY + 500 };
      expect(await identity.principalByTokenHash('hash of s-1', DAY)).toEqual(person);
      await identity.putAccount({ ...ANNA, clinics: ['lake'], role: 'clinicViewer' });
      expect(await (await under.another()).principalByTokenHash('hash of s-1', DAY)).toEqual({
        ...person,
        clinics: ['lake'],
        role: 'clinicViewer',
      });
    });

    test('PID-P2 a session ends with its time, its closing, the closing of all, or a disabled account', async () => {
      await identity.putAccount(ANNA);
      await identity.putAccount(BELA);
      for (const session of ['s-1', 's-2', 's-3']) await signIn(ANNA, session);
      await signIn(BELA, 's-4');
      const alive = async (at = DAY): Promise<string[]> => {
        const found = await Promise.all(
          ['s-1', 's-2', 's-3', 's-4'].map((session) => identity.principalByTokenHash(`hash of ${session}`, at)),
        );
        return found.flatMap((one) => (one?.type === 'person' ? [one.sessionId] : []));
      };
      expect(await alive(DAY + 500)).toEqual([]);
      await identity.closeSession('s-1');
      expect(await alive()).toEqual(['s-2', 's-3', 's-4']);
      await identity.closeSessionsOf(ANNA.accountId);
      expect(await alive()).toEqual(['s-4']);
      await identity.putAccount({ ...BELA, disabled: true });
      expect(await alive()).toEqual([]);
      expect(await identity.principalByTokenHash('unknown', DAY)).toBeNull();
    });

    test('PID-P3 a display is a principal of its own until its time or its revocation', async () => {
      await identity.putDisplay(WALL);
      const display = {
        type: 'display',
        displayId: 'display-1',
        operatorId: 'acme',
        role: 'display',
        clinics: ['lake'],
        sessionId: 'display-1',
        expiresAt: DAY + 1_000,
      };
      expect(await identity.principalByTokenHash(WALL.tokenHash, DAY)).toEqual(display);
      expect(await identity.principalByTokenHash(WALL.tokenHash, DAY + 1_000)).toBeNull();
      expect([await identity.displays('acme'), await identity.displays('other')]).toEqual([[WALL], []]);
      await identity.putDisplay({ ...WALL, revoked: true });
      expect(await identity.principalByTokenHash(WALL.tokenHash, DAY)).toBeNull();
      expect(await identity.displays('acme')).toEqual([{ ...WALL, revoked: true }]);
    });

    test('PID-P4 a key is its source with its grant until it is revoked; a source may have several', async () => {
      const second = { ...KEY, keyId: 'key-2', keyHash: 'hash of the second' };
      await identity.putSourceKey(second);
      await identity.putSourceKey(KEY);
      expect(await identity.principalByTokenHash(KEY.keyHash, DAY)).toEqual({
        type: 'source',
        source: 'north',
        operatorId: 'acme',
        grant: GRANT,
      });
      expect([await identity.sourceKeys('acme'), await identity.sourceKeys('other')]).toEqual([[KEY, second], []]);
      await identity.putSourceKey({ ...KEY, revoked: true });
      expect(await identity.principalByTokenHash(KEY.keyHash, DAY)).toBeNull();
      expect((await identity.principalByTokenHash(second.keyHash, DAY))?.type).toBe('source');
    });

    test('PID-E1 for eviction, every session and display asked about is told: its grant now, or null when it is over', async () => {
      await identity.putAccount(ANNA);
      await identity.putAccount(BELA);
      await signIn(ANNA, 's-1');
      await signIn(BELA, 's-2');
      await identity.putDisplay(WALL);
      const ids = ['s-1', 's-2', 'display-1', 'unknown'];
      const state = async (at: number): Promise<unknown[]> => [...(await identity.sessionState(ids, at))];
      expect(await state(DAY)).toEqual([
        ['s-1', ANNA.clinics],
        ['s-2', 'all'],
        ['display-1', ['lake']],
        ['unknown', null],
      ]);
      expect((await state(DAY + 500)).slice(0, 3)).toEqual([
        ['s-1', null],
        ['s-2', null],
        ['display-1', ['lake']],
      ]);
      await identity.putAccount({ ...ANNA, clinics: ['hill'] });
      await identity.putAccount({ ...BELA, disabled: true });
      await identity.putDisplay({ ...WALL, revoked: true });
      expect(await state(DAY)).toEqual([
        ['s-1', ['hill']],
        ['s-2', null],
        ['display-1', null],
        ['unknown', null],
      ]);
    });

    test('PID-R1 an operator that is removed can sign in no more, nor can its walls and sources; its access log stays, others keep everything', async () => {
      const foreign = { ...BELA, accountId: 'foreign', operatorId: 'other', name: 'else@other.example' };
      for (const account of [ANNA, BELA, foreign]) await identity.putAccount(account);
      await signIn(ANNA, 's-1');
      await signIn(foreign, 's-2');
      await identity.putInvitation({ tokenHash: 'invitation', accountId: BELA.accountId, expiresAt: DAY + 100, usedAt: null });
      await identity.putDisplay(WALL);
      await identity.putSourceKey(KEY);
      await identity.appendAccess(entry(1));
      await identity.removeOperator('acme');
      for (const token of ['hash of s-1', WALL.tokenHash, KEY.keyHash]) expect(await identity.principalByTokenHash(token, DAY)).toBeNull();
      expect(await identity.useInvitation('invitation', DAY)).toBeNull();
      expect([await identity.accounts('acme'), await identity.displays('acme'), await identity.sourceKeys('acme')]).toEqual([[], [], []]);
      expect((await identity.principalByTokenHash('hash of s-2', DAY))?.operatorId).toBe('other');
      expect(await identity.accessLog('acme', 10)).toHaveLength(1);
    });
  });

  describe(`the access log on ${name}`, () => {
    test('PID-L1 each operator has a chain that verifies, even where many write at once; a line that is changed or missing breaks it', async () => {
      const stores = [identity, await under.another()];
      await Promise.all(
        stores.flatMap((store) =>
          Array.from({ length: 10 }, (_none, index) => store.appendAccess(entry(index, index % 2 === 0 ? 'acme' : 'other'))),
        ),
      );
      for (const operator of ['acme', 'other']) {
        const records = await identity.accessLog(operator, 100);
        expect(records).toHaveLength(10);
        expect(brokenAt(records)).toBeNull();
        const tampered = records.map((record, index) => (index === 4 ? { ...record, object: 'call 99' } : record));
        expect(brokenAt(tampered)).toBe(records[4]?.number);
        expect(brokenAt(records.filter((_record, index) => index !== 4))).toBe(records[3]?.number);
      }
    });

    test('PID-L2 lines are read newest first, by page, and only the operator’s own', async () => {
      for (let number = 0; number < 6; number += 1) await identity.appendAccess(entry(number, number === 2 ? 'other' : 'acme'));
      const page = await identity.accessLog('acme', 3);
      expect(page.map((record) => record.object)).toEqual(['call 5', 'call 4', 'call 3']);
      const { number: _number, hash: _hash, ...said } = page[0] as AccessRecord;
      expect(said).toEqual(entry(5));
      const rest = await identity.accessLog('acme', 3, page[2]?.number);
      expect(rest.map((record) => record.object)).toEqual(['call 1', 'call 0']);
      expect((await identity.accessLog('other', 9)).map((record) => record.object)).toEqual(['call 2']);
    });
  });
}
