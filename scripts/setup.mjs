// Brings a fresh clone to where it can build: right Node, packages as locked. No dependency of its own: it runs before any is there.
import { spawn, spawnSync } from 'node:child_process';
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

const windows = process.platform === 'win32';

/** Tells how a step ended; what it said is shown only when it failed. */
function report(title, startedAt, ok, said, command) {
  const seconds = ((Date.now() - startedAt) / 1000).toFixed(1);
  if (ok) return console.log(`• ${title}: done in ${seconds} s`);
  console.log(`• ${title}: FAILED after ${seconds} s`);
  console.error(said.trim());
  console.error(`\n${title} failed: ${command}`);
}

/** Runs a command beside us. Resolves to whether it succeeded. */
export function run(title, command, args) {
  const startedAt = Date.now();
  console.log(`• ${title} …`);
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'], shell: windows });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (said += chunk.toString('utf8')));
    child.once('error', (error) => (said += error.message));
    child.once('close', (code) => {
      report(title, startedAt, code === 0, said, `${command} ${args.join(' ')}`);
      resolve(code === 0);
    });
  });
}

/** npm ci, when the packages are missing or are not those of the lock file. Ends the process when they cannot be had. */
export function installPackages() {
  const lock = createHash('sha256')
    .update(readFileSync(path.join(root, 'package-lock.json')))
    .digest('hex');
  const stamp = path.join(root, 'node_modules', '.sightline-install');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return;
  const title = 'Installing packages (once, about a minute)';
  const args = ['ci', '--no-audit', '--no-fund', '--loglevel=error'];
  const startedAt = Date.now();
  console.log(`• ${title} …`);
  const result = spawnSync('npm', args, { cwd: root, stdio: 'pipe', encoding: 'utf8', maxBuffer: 1 << 28, shell: windows });
  const ok = result.status === 0;
  report(title, startedAt, ok, `${result.stdout ?? ''}${result.stderr ?? ''}${result.error?.message ?? ''}`, `npm ${args.join(' ')}`);
  if (!ok) process.exit(1);
  writeFileSync(stamp, lock);
}

export function nx(...args) {
  return ['node', [path.join(root, 'node_modules', 'nx', 'dist', 'bin', 'nx.js'), ...args]];
}
