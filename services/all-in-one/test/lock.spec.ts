import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { lockHolder, takeLock } from '../src/data-directory/lock';
import { processBirth } from '../src/data-directory/process';

describe('the lock of a data directory', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(path.join(os.tmpdir(), 'sightline-lock-'))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const lockFile = (): string => path.join(folder, 'lock');

  test('is held by one: a second start learns who holds it and where it answers', () => {
    const first = takeLock(folder, 'serve');
    if (!first.ok) throw new Error('was free');
    first.lock.announce('http://127.0.0.1:7070');
    const second = takeLock(folder, 'serve');
    expect(second).toEqual({ ok: false, holder: expect.objectContaining({ pid: process.pid, url: 'http://127.0.0.1:7070' }) });
    first.lock.release();
    expect(lockHolder(folder)).toBeNull();
    expect(takeLock(folder, 'serve').ok).toBe(true);
  });

  test('is taken over from a process that died without a word', async () => {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    const holder = { pid: child.pid as number, birth: processBirth(child.pid as number), command: 'serve', url: null };
    writeFileSync(lockFile(), JSON.stringify(holder));
    expect(takeLock(folder, 'serve').ok).toBe(false);
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(takeLock(folder, 'serve').ok).toBe(true);
    expect(JSON.parse(readFileSync(lockFile(), 'utf8'))).toMatchObject({ pid: process.pid });
  });

  test('is not taken for held when the number of the dead process is used again by another', () => {
    writeFileSync(lockFile(), JSON.stringify({ pid: process.pid, birth: 'another birth', command: 'serve', url: null }));
    expect(lockHolder(folder)).toBeNull();
    expect(takeLock(folder, 'serve').ok).toBe(true);
  });

  test.each(['', 'no json', '{"pid":-1}', '[]'])('is taken over when its file says nothing: %j', (text) => {
    writeFileSync(lockFile(), text);
    expect(takeLock(folder, 'serve').ok).toBe(true);
  });

  test('leaves nothing lying about, and never takes away the lock of another', () => {
    const first = takeLock(folder, 'serve');
    if (!first.ok) throw new Error('was free');
    const other = JSON.stringify({ pid: process.pid + 1, birth: null, command: 'serve', url: null });
    writeFileSync(lockFile(), other);
    first.lock.release();
    expect(readFileSync(lockFile(), 'utf8')).toBe(other);
    expect(readdirSync(folder)).toEqual(['lock']);
  });
});
