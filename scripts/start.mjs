// npm start: sets up what is missing, builds, and runs the embedded product. Everything after `--` goes to `sightline serve`.
import { spawn } from 'node:child_process';
import path from 'node:path';
import { installPackages, nx, requireNode, root, run } from './setup.mjs';

requireNode();
console.log('Sightline: setting up what is missing, then starting on this machine.');
installPackages();
if (!(await run('Building (quick when nothing changed)', ...nx('run-many', '-t', 'build')))) process.exit(1);

const main = path.join(root, 'services', 'all-in-one', 'dist', 'main.js');
const child = spawn(process.execPath, [main, 'serve', ...process.argv.slice(2)], { stdio: 'inherit', cwd: root });
// A terminal sends Ctrl-C to the whole group, so the child has it already: we only must not die before it has stopped.
process.on('SIGINT', () => {});
process.on('SIGTERM', () => child.kill('SIGTERM'));
child.on('exit', (code, signal) => process.exit(signal ? 1 : (code ?? 1)));
