import type { EventLog } from '@sightline/ports';
import { MemoryEventLog } from '@sightline/testing';
import { Backlog } from '../src/query/backlog';
import { event, MONDAY, SOURCE } from './centre';

const one = (id: string) => event(MONDAY, { kind: 'queueEntered' }, { call: { source: SOURCE, id }, queue: 'north' });
const sum = (ends: ReadonlyMap<number, number>): number => [...ends.values()].reduce((total, end) => total + end, 0);

test('FIG-E7 whoever asks how far the log is hears of everything written before he asked, also while another one is asking', async () => {
  const log = new MemoryEventLog();
  const backlog = new Backlog(log);
  const first = backlog.ends();
  await log.append([one('a')]);
  const second = backlog.ends();
  const third = backlog.ends();
  expect(second).toBe(third);
  expect(sum(await second)).toBe(1);
  await first;
  await log.append([one('b')]);
  expect(sum(await backlog.ends())).toBe(2);
});

test('FIG-E7 a log that did not answer once is asked again', async () => {
  const log = new MemoryEventLog();
  let silent = true;
  const bounds: EventLog['bounds'] = (partition) => (silent ? Promise.reject(new Error('silent')) : log.bounds(partition));
  const backlog = new Backlog(Object.assign(Object.create(log) as EventLog, { bounds }));
  const first = backlog.ends();
  const waiting = backlog.ends();
  await expect(first).rejects.toThrow('silent');
  await expect(waiting).rejects.toThrow('silent');
  silent = false;
  expect(sum(await backlog.ends())).toBe(0);
});
