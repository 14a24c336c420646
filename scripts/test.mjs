// npm test: sets up what is missing, then runs everything there is to run. Last line: `N passed, N failed[, N skipped]`.
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { installPackages, nx, requireNode, root, run } from './setup.mjs';

const PROJECT_MS = 20 * 60_000;
/** Silence is broken so often by a line that says what is still running. */
const HEARTBEAT_MS = 30_000;

requireNode();
console.log('Sightline: everything there is to test. Needs no server running; PostgreSQL comes with the packages.');
installPackages();

const seconds = (since) => (Date.now() - since) / 1000;
const table = [];

for (const [title, command, args] of [
  ['Formatting', 'npx', ['prettier', '--check', '.', '--log-level=warn']],
  ['Generated code matches proto/', 'npm', ['run', '--silent', 'generate:check', '-w', '@sightline/contracts']],
  ['Build', ...nx('run-many', '-t', 'build')],
  ['Types', ...nx('run-many', '-t', 'typecheck')],
  ['Lint (boundaries, purity)', ...nx('run-many', '-t', 'lint')],
]) {
  const startedAt = Date.now();
  const passed = await withHeartbeat(title, run(title, command, args));
  table.push({ title, passed: passed ? 1 : 0, failed: passed ? 0 : 1, skipped: 0, seconds: seconds(startedAt) });
}

/** Every folder with a jest configuration of its own. */
function projects(folder = root) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (!entry.isDirectory() || ['node_modules', 'dist', '.git', '.nx', 'src', 'test'].includes(entry.name)) return [];
    const inside = path.join(folder, entry.name);
    return [...(existsSync(path.join(inside, 'jest.config.cjs')) ? [inside] : []), ...projects(inside)];
  });
}

async function withHeartbeat(title, promise) {
  const startedAt = Date.now();
  const timer = setInterval(() => console.log(`  … ${title}: still running after ${seconds(startedAt).toFixed(0)} s`), HEARTBEAT_MS);
  try {
    return await promise;
  } finally {
    clearInterval(timer);
  }
}

/** jest reports on standard error: which suites passed, and every failure with its message and place. */
function jest(project, results) {
  const main = path.join(root, 'node_modules', 'jest', 'bin', 'jest.js');
  const args = [main, '--ci', '--passWithNoTests', '--json', `--outputFile=${results}`];
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, { cwd: project, stdio: ['ignore', 'ignore', 'inherit'], timeout: PROJECT_MS });
    child.once('error', () => resolve(null));
    child.once('exit', (code) => resolve(code));
  });
}

for (const project of projects()) {
  const title = path.relative(root, project);
  const results = path.join(project, 'test-results.json');
  rmSync(results, { force: true });
  const startedAt = Date.now();
  console.log(`\n── ${title}`);
  const code = await withHeartbeat(title, jest(project, results));
  if (!existsSync(results)) {
    console.log(`  ${title}: jest ended (${code ?? 'killed'}) without results`);
    table.push({ title, passed: 0, failed: 1, skipped: 0, seconds: seconds(startedAt) });
    continue;
  }
  const outcome = JSON.parse(readFileSync(results, 'utf8'));
  // A suite that cannot even load counts as one failure: jest lists no test for it.
  const broken = outcome.testResults.filter((suite) => suite.status === 'failed' && suite.assertionResults.length === 0).length;
  const failed = outcome.numFailedTests + broken || (code === 0 ? 0 : 1);
  const skipped = outcome.numPendingTests + outcome.numTodoTests;
  table.push({ title, passed: outcome.numPassedTests, failed, skipped, seconds: seconds(startedAt) });
}

console.log('\n passed  failed  skipped   seconds');
for (const { title, passed, failed, skipped, seconds: took } of table) {
  console.log(
    `${String(passed).padStart(7)} ${String(failed).padStart(7)} ${String(skipped).padStart(8)} ${took.toFixed(1).padStart(9)}  ${title}`,
  );
}
const sum = (key) => table.reduce((total, row) => total + row[key], 0);
console.log(`\n${sum('passed')} passed, ${sum('failed')} failed${sum('skipped') > 0 ? `, ${sum('skipped')} skipped` : ''}`);
process.exit(sum('failed') === 0 ? 0 : 1);
