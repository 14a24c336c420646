import { BusyError } from '@sightline/contracts';
import { Turns } from '../src/query/turns';

/** A question that is answered when told. */
function held(): { readonly answer: () => Promise<string>; readonly release: () => void; readonly begun: () => boolean } {
  let release = (): void => {};
  let begun = false;
  const done = new Promise<void>((resolve) => (release = resolve));
  const answer = async (): Promise<string> => {
    begun = true;
    await done;
    return 'answered';
  };
  return { answer, release: () => release(), begun: () => begun };
}

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('FIG-X5 so many questions at once, so many more in turn, and the next one is told to come again', async () => {
  const turns = new Turns(1, 1);
  const [first, second, third] = [held(), held(), held()];
  const answers = [turns.take(first.answer), turns.take(second.answer)];
  await expect(turns.take(third.answer)).rejects.toThrow(BusyError);
  expect([first.begun(), second.begun(), third.begun()]).toEqual([true, false, false]);
  first.release();
  await settle();
  expect(second.begun()).toBe(true);
  second.release();
  expect(await Promise.all(answers)).toEqual(['answered', 'answered']);
  const later = held();
  later.release();
  expect(await turns.take(later.answer)).toBe('answered');
});

test('FIG-X5 a question that fails hands its turn on', async () => {
  const turns = new Turns(1, 1);
  const failing = turns.take(() => Promise.reject(new Error('no store')));
  const after = turns.take(async () => 'answered');
  await expect(failing).rejects.toThrow('no store');
  expect(await after).toBe('answered');
});
