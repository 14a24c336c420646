import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const root = path.resolve(__dirname, '../..');
const LEFT_OUT = new Set(['node_modules', 'dist', 'test-results.json', '.nx']);

/** What a jest run said about the tests it was asked for. */
export interface Outcome {
  readonly passed: readonly string[];
  readonly failed: readonly { readonly title: string; readonly message: string }[];
  /** Suites that could not even run. */
  readonly broken: readonly string[];
}

interface JestResults {
  readonly testResults: readonly {
    readonly message: string;
    readonly status: string;
    readonly assertionResults: readonly { readonly title: string; readonly status: string; readonly failureMessages: readonly string[] }[];
  }[];
}

/** A copy of the working files as they are now, committed or not: patches go in and out without touching the real ones. */
export class WorkTree {
  private readonly folder = mkdtempSync(path.join(tmpdir(), 'sightline-planted-'));

  constructor() {
    for (const name of ['libs', 'services', 'package.json', 'jest.preset.cjs', 'tsconfig.base.json']) {
      cpSync(path.join(root, name), path.join(this.folder, name), {
        recursive: true,
        filter: (source) => !LEFT_OUT.has(path.basename(source)),
      });
    }
    symlinkSync(path.join(root, 'node_modules'), path.join(this.folder, 'node_modules'), 'dir');
  }

  /** Applies a patch file, or takes it back. Throws with git's words when it does not fit. */
  patch(file: string, direction: 'in' | 'out'): void {
    const run = spawnSync('git', ['apply', ...(direction === 'out' ? ['-R'] : []), file], { cwd: this.folder, encoding: 'utf8' });
    if (run.status !== 0) throw new Error(`${path.basename(file)} does not apply ${direction}: ${run.stderr || String(run.error)}`);
  }

  /** Runs the tests of one file whose titles match. */
  test(project: string, files: readonly string[], pattern: string): Outcome {
    const output = path.join(this.folder, 'results.json');
    rmSync(output, { force: true });
    const jest = path.join(root, 'node_modules/jest/bin/jest.js');
    // Tests that see a planted bug need no server: none is started for them.
    const { globalSetup: _setup, globalTeardown: _teardown, ...config } = require(path.join(this.folder, project, 'jest.config.cjs'));
    const args = [`--config=${JSON.stringify({ ...config, cacheDirectory: path.join(this.folder, '.jest') })}`];
    args.push('--ci', '--runInBand', '--json', `--outputFile=${output}`, '-t', pattern, '--runTestsByPath', ...files);
    const run = spawnSync(process.execPath, [jest, ...args], {
      cwd: path.join(this.folder, project),
      encoding: 'utf8',
      timeout: 120_000,
    });
    let results: JestResults;
    try {
      results = JSON.parse(readFileSync(output, 'utf8')) as JestResults;
    } catch {
      throw new Error(`jest said nothing about ${project} ${files.join(' ')}: ${run.stderr || String(run.error)}`);
    }
    const tests = results.testResults.flatMap(({ assertionResults }) => assertionResults);
    return {
      passed: tests.filter(({ status }) => status === 'passed').map(({ title }) => title),
      failed: tests
        .filter(({ status }) => status === 'failed')
        .map(({ title, failureMessages }) => ({ title, message: failureMessages.join('\n') })),
      broken: results.testResults
        .filter(({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0)
        .map(({ message }) => message),
    };
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** A mistake somebody might make, as a patch, and the test that must see it. */
export interface PlantedBug {
  readonly name: string;
  readonly file: string;
  readonly project: string;
  readonly spec: string;
  /** What the titles of the tests begin with. */
  readonly rule: string;
}

/** Every patch of bugs/. Its head says `Seen by: <project> <test file> <rule>`. */
export function plantedBugs(): readonly PlantedBug[] {
  const folder = path.join(__dirname, 'bugs');
  return readdirSync(folder)
    .filter((name) => name.endsWith('.patch'))
    .sort()
    .map((name) => {
      const file = path.join(folder, name);
      const [, project, spec, rule] = /^Seen by: (\S+) (\S+) (\S+)$/m.exec(readFileSync(file, 'utf8')) ?? [];
      if (!project || !spec || !rule) throw new Error(`${name} does not say which test sees it`);
      return { name: name.replace('.patch', ''), file, project, spec, rule };
    });
}
