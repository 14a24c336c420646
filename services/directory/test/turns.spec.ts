import { Turns } from '../src/turns';

test('DIR-R9 changes take turns, a failed one too; whoever comes when too many wait is told to come later', async () => {
  const turns = new Turns(3);
  const seen: string[] = [];
  let open = (): void => undefined;
  const gate = new Promise<void>((resolve) => (open = resolve));
  const first = turns.take(async () => {
    await gate;
    seen.push('first');
  });
  const second = turns.take(async () => {
    seen.push('second');
    throw new Error('no');
  });
  const third = turns.take(async () => seen.push('third'));
  await expect(turns.take(async () => seen.push('fourth'))).rejects.toMatchObject({ code: 'too-many-changes', status: 503 });
  open();
  await Promise.allSettled([first, second, third]);
  await expect(second).rejects.toThrow('no');
  await turns.take(async () => seen.push('fifth'));
  expect(seen).toEqual(['first', 'second', 'third', 'fifth']);
});
