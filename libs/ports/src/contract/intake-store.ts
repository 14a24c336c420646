import type { DeadLetter, FollowedFile, ImportJob, IntakeStore } from '../intake-store';
import { DAY } from './call-days';
import { TEST_MS } from './eventually';

/** An intake store of its own, and a way to a second one over the same jobs. */
export interface IntakeStoreUnderTest {
  readonly intake: IntakeStore;
  another(): Promise<IntakeStore>;
  dispose(): Promise<void>;
}

const JOB: ImportJob = {
  importId: 'import-1',
  operatorId: 'acme',
  source: 'north',
  format: 'queueLog',
  zone: 'Europe/Berlin',
  sizeBytes: 3_000_000,
  chunks: ['aa', 'bb', 'cc'],
  acceptedBytes: 0,
  lines: 0,
  damagedLines: 0,
  events: 0,
  state: 'open',
  createdAt: DAY,
  finishedAt: null,
};
const FILE: FollowedFile = {
  followId: 'follow-1',
  operatorId: 'acme',
  source: 'north',
  path: '/var/log/asterisk/queue_log',
  fileId: null,
  generation: 0,
  offset: 0,
  stopped: false,
};
const LETTER: DeadLetter = {
  deadLetterId: 'letter-1',
  operatorId: 'acme',
  source: 'north',
  receivedAt: DAY,
  reason: 'bad-line',
  line: 12,
  place: null,
  sealed: new Uint8Array([1, 2, 3, 0, 255]),
};

/** What every store of the intake keeps. */
export function intakeStoreContract(name: string, make: () => Promise<IntakeStoreUnderTest>): void {
  jest.setTimeout(TEST_MS);
  describe(`the intake store on ${name}`, () => {
    let under: IntakeStoreUnderTest;
    let intake: IntakeStore;
    beforeEach(async () => {
      under = await make();
      intake = under.intake;
    });
    afterEach(() => under.dispose());

    test('PIN-J1 a job stands as it was put last, also after a restart; newest first in the list of its operator', async () => {
      await intake.putImport(JOB);
      const later = { ...JOB, importId: 'import-2', createdAt: DAY + 1 };
      await intake.putImport(later);
      const advanced: ImportJob = { ...JOB, acceptedBytes: 1_048_570, lines: 9_000, damagedLines: 2, events: 8_000 };
      await intake.putImport(advanced);
      expect(await (await under.another()).import('import-1')).toEqual(advanced);
      expect(await intake.imports('acme')).toEqual([later, advanced]);
      expect([await intake.imports('other'), await intake.import('unknown')]).toEqual([[], null]);
    });

    test('PIN-J2 a source is catching up while any import of it is open', async () => {
      await intake.putImport({ ...JOB, importId: 'a' });
      await intake.putImport({ ...JOB, importId: 'b' });
      await intake.putImport({ ...JOB, importId: 'c', operatorId: 'other', source: 'south' });
      await intake.putImport({ ...JOB, importId: 'd', source: 'west', state: 'cancelled' });
      expect(await intake.openImports()).toEqual(['north', 'south']);
      await intake.putImport({ ...JOB, importId: 'a', state: 'finished', finishedAt: DAY + 9 });
      expect(await intake.openImports()).toEqual(['north', 'south']);
      await intake.putImport({ ...JOB, importId: 'b', state: 'cancelled', finishedAt: DAY + 9 });
      expect(await intake.openImports()).toEqual(['south']);
    });

    test('PIN-F1 a followed file stands as it was put last, for every process', async () => {
      await intake.putFollow(FILE);
      await intake.putFollow({ ...FILE, followId: 'follow-2', operatorId: 'other' });
      const moved = { ...FILE, fileId: '64-1234', generation: 2, offset: 512, stopped: true };
      await intake.putFollow(moved);
      expect(await (await under.another()).follows()).toEqual([moved, { ...FILE, followId: 'follow-2', operatorId: 'other' }]);
    });

    test('PIN-D1 dead letters are kept byte by byte, counted, and listed newest first; the same one again changes nothing', async () => {
      const letters = [1, 2, 3].map((number) => ({ ...LETTER, deadLetterId: `letter-${number}`, receivedAt: DAY + number }));
      const placed: DeadLetter = { ...LETTER, deadLetterId: 'placed', line: null, place: '3/17', receivedAt: DAY + 9 };
      await intake.addDeadLetters([...letters, placed, { ...LETTER, deadLetterId: 'foreign', operatorId: 'other' }]);
      await intake.addDeadLetters([{ ...letters[0], reason: 'another' } as DeadLetter]);
      await intake.addDeadLetters([]);
      const plain = (list: readonly DeadLetter[]): unknown[] => list.map((letter) => ({ ...letter, sealed: [...letter.sealed] }));
      expect(plain(await intake.deadLetters('acme', 3))).toEqual(plain([placed, ...letters.slice(1).reverse()]));
      expect((await intake.deadLetters('acme', 10)).at(-1)?.reason).toBe('bad-line');
      expect([await intake.deadLetterCount('acme'), await intake.deadLetterCount('other'), await intake.deadLetterCount('nobody')]).toEqual(
        [4, 1, 0],
      );
    });

    test('PIN-R1 an operator that is removed leaves no job, file or letter; others keep theirs', async () => {
      for (const operatorId of ['acme', 'other']) {
        await intake.putImport({ ...JOB, importId: operatorId, operatorId, source: operatorId });
        await intake.putFollow({ ...FILE, followId: operatorId, operatorId });
        await intake.addDeadLetters([{ ...LETTER, deadLetterId: operatorId, operatorId }]);
      }
      await intake.removeOperator('acme');
      expect([await intake.import('acme'), await intake.openImports(), await intake.deadLetterCount('acme')]).toEqual([null, ['other'], 0]);
      expect((await intake.follows()).map((file) => file.operatorId)).toEqual(['other']);
      expect([(await intake.import('other'))?.importId, await intake.deadLetterCount('other')]).toEqual(['other', 1]);
    });
  });
}
