// npm test: sets up what is missing, then runs everything there is to run. Last line: `N passed, N failed[, N skipped]`.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { installPackages, nx, requireNode, root, step } from './setup.mjs';

requireNode();
console.log('Sightline: everything there is to test. Needs no server running; PostgreSQL comes with the packages.');
installPackages();

const checks = [
  ['Formatting', 'npx', ['prettier', '--check', '.', '--log-level=warn']],
  ['Generated code matches proto/', 'npm', ['run', '--silent', 'generate:check', '-w', '@sightline/contracts']],
  ['Build', ...nx('run-many', '-t', 'build')],
  ['Types', ...nx('run-many', '-t', 'typecheck')],
  ['Lint (boundaries, purity)', ...nx('run-many', '-t', 'lint')],
];
const table = checks.map(([title, command, args]) => {
  const startedAt = Date.now();
  const passed = step(title, command, args, { fatal: false });
  return { title, passed: passed ? 1 : 0, failed: passed ? 0 : 1, skipped: 0, seconds: (Date.now() - startedAt) / 1000 };
});

/** Every folder with a jest configuration of its own. */
function projects(folder = root) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (!entry.isDirectory() || ['node_modules', 'dist', '.git', '.nx', 'src', 'test'].includes(entry.name)) return [];
    const inside = path.join(folder, entry.name);
    return [...(existsSync(path.join(inside, 'jest.config.cjs')) ? [inside] : []), ...projects(inside)];
  });
}

for (const project of projects()) {
  const title = path.relative(root, project);
  const results = path.join(project, 'test-results.json');
  rmSync(results, { force: true });
  const startedAt = Date.now();
  console.log(`\n── ${title}`);
  const jest = path.join(root, 'node_modules', 'jest', 'bin', 'jest.js');
  const run = spawnSync(process.execPath, [jest, '--ci', '--passWithNoTests', '--json', `--outputFile=${results}`], {
    cwd: project,
    stdio: ['ignore', 'ignore', 'inherit'],
    timeout: 20 * 60_000,
  });
  const seconds = (Date.now() - startedAt) / 1000;
  if (!existsSync(results)) {
    table.push({ title, passed: 0, failed: 1, skipped: 0, seconds });
    continue;
  }
  const outcome = JSON.parse(readFileSync(results, 'utf8'));
  // A suite that cannot even load counts as one failure: jest lists no test for it.
  const broken = outcome.testResults.filter((suite) => suite.status === 'failed' && suite.assertionResults.length === 0).length;
  const failed = outcome.numFailedTests + broken || (run.status === 0 ? 0 : 1);
  table.push({ title, passed: outcome.numPassedTests, failed, skipped: outcome.numPendingTests, seconds });
}

console.log('\n passed  failed  skipped   seconds');
for (const { title, passed, failed, skipped, seconds } of table) {
  console.log(
    `${String(passed).padStart(7)} ${String(failed).padStart(7)} ${String(skipped).padStart(8)} ${seconds.toFixed(1).padStart(9)}  ${title}`,
  );
}
const sum = (key) => table.reduce((total, row) => total + row[key], 0);
console.log(`\n${sum('passed')} passed, ${sum('failed')} failed${sum('skipped') > 0 ? `, ${sum('skipped')} skipped` : ''}`);
process.exit(sum('failed') === 0 ? 0 : 1);
