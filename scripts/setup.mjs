// Brings a fresh clone to where it can build: right Node, packages as locked. No dependency of its own: it runs before any is there.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

export function requireNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  console.error(`Sightline needs Node 20.19 or newer; this is ${process.versions.node}. Nothing was changed.`);
  process.exit(1);
}

/** Runs a command, its output shown only when it fails (or when `loud`). Exits the process with a clear message on failure. */
export function step(title, command, args, { loud = false, fatal = true } = {}) {
  const startedAt = Date.now();
  process.stdout.write(`• ${title} …${loud ? '\n' : ' '}`);
  const result = spawnSync(command, args, {
    cwd: root,
    stdio: loud ? 'inherit' : 'pipe',
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    shell: process.platform === 'win32',
  });
  const seconds = ((Date.now() - startedAt) / 1000).toFixed(1);
  if (result.status === 0) {
    console.log(loud ? `  ${title}: done in ${seconds} s` : `done in ${seconds} s`);
    return true;
  }
  console.log(`FAILED after ${seconds} s`);
  if (!loud) console.error(`${result.stdout ?? ''}${result.stderr ?? ''}${result.error?.message ?? ''}`);
  console.error(`\n${title} failed: ${command} ${args.join(' ')}`);
  if (fatal) process.exit(1);
  return false;
}

/** npm ci, when the packages are missing or are not those of the lock file. */
export function installPackages() {
  const lock = createHash('sha256')
    .update(readFileSync(path.join(root, 'package-lock.json')))
    .digest('hex');
  const stamp = path.join(root, 'node_modules', '.sightline-install');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return;
  step('Installing packages (once, about a minute)', 'npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error']);
  writeFileSync(stamp, lock);
}

export function nx(...args) {
  return ['node', [path.join(root, 'node_modules', 'nx', 'dist', 'bin', 'nx.js'), ...args]];
}
