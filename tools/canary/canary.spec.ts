import { spawnSync } from 'node:child_process';
import path from 'node:path';

const boundary = 'can only depend on';
const banned = 'is not allowed to import';
// Seen before the layer is looked at: who is imported depends on the importer.
const circular = 'Circular dependency between';
const purity = 'core is pure: take it as an argument';

/** Violations that must be seen, each with the words that must be said. A rule that stops biting turns its line red. */
const planted: readonly { title: string; file: string; code: string; says: string }[] = [
  { title: 'core reads a file', file: 'libs/core/kpi/src/planted.ts', code: `import 'node:fs';`, says: purity },
  { title: 'core asks the clock', file: 'libs/core/kpi/src/planted.ts', code: 'export const at = Date.now();', says: purity },
  { title: 'core makes a date of now', file: 'libs/core/kpi/src/planted.ts', code: 'export const at = new Date();', says: purity },
  { title: 'core throws dice', file: 'libs/core/kpi/src/planted.ts', code: 'export const dice = Math.random();', says: purity },
  { title: 'core sets a timer', file: 'libs/core/kpi/src/planted.ts', code: 'setTimeout(() => {}, 1);', says: 'setTimeout' },
  {
    title: 'core asks Temporal for now',
    file: 'libs/core/kpi/src/planted.ts',
    code: 'export const at = Temporal.Now.instant();',
    says: purity,
  },
  { title: 'core asks Date() for now', file: 'libs/core/kpi/src/planted.ts', code: 'export const at = Date();', says: purity },
  { title: 'core reads the environment', file: 'libs/core/kpi/src/planted.ts', code: 'export const env = process.env;', says: 'process' },
  { title: 'core imports a port', file: 'libs/core/kpi/src/planted.ts', code: `import '@sightline/ports';`, says: circular },
  { title: 'core imports a framework', file: 'libs/core/kpi/src/planted.ts', code: `import '@nestjs/common';`, says: banned },
  { title: 'contracts import ours', file: 'libs/contracts/src/planted.ts', code: `import '@sightline/ports';`, says: circular },
  { title: 'a port imports an adapter', file: 'libs/ports/src/planted.ts', code: `import '@sightline/adapter-postgres';`, says: circular },
  { title: 'a port imports a driver', file: 'libs/ports/src/planted.ts', code: `import 'pg';`, says: banned },
  {
    title: 'an adapter imports a service',
    file: 'libs/adapters/postgres/src/planted.ts',
    code: `import '@sightline/ingestion';`,
    says: circular,
  },
  {
    title: 'an adapter imports test code',
    file: 'libs/adapters/postgres/src/planted.ts',
    code: `import '@sightline/testing';`,
    says: 'for tests only',
  },
  {
    title: 'a service imports a service',
    file: 'services/ingestion/src/planted.ts',
    code: `import '@sightline/directory';`,
    says: boundary,
  },
  {
    title: 'a service chooses an adapter',
    file: 'services/ingestion/src/planted.ts',
    code: `import '@sightline/adapter-postgres';`,
    says: 'only main.ts chooses adapters',
  },
  {
    title: 'a service imports test code',
    file: 'services/ingestion/src/planted.ts',
    code: `import '@sightline/testing';`,
    says: 'for tests only',
  },
  { title: 'a service imports a driver', file: 'services/ingestion/src/planted.ts', code: `import 'typeorm';`, says: banned },
  {
    title: 'the page imports an adapter',
    file: 'services/wallboard/web/src/planted.ts',
    code: `import '@sightline/adapter-postgres';`,
    says: boundary,
  },
  {
    title: 'the product imports test code',
    file: 'services/all-in-one/src/planted.ts',
    code: `import '@sightline/testing';`,
    says: 'for the demo, the benchmarks and tests only',
  },
  { title: 'someone prints', file: 'services/ingestion/src/planted.ts', code: `console.log('x');`, says: 'no-console' },
];
const clean = [
  { file: 'libs/core/kpi/src/planted.ts', code: `import '@sightline/contracts';\nexport const at = new Date(0);` },
  { file: 'services/ingestion/src/main.ts', code: `import '@sightline/adapter-postgres';` },
  { file: 'services/ingestion/test/planted.spec.ts', code: `import '@sightline/testing';` },
];

function lint(texts: readonly { file: string; code: string }[]): readonly { file: string; messages: readonly string[] }[] {
  const run = spawnSync(process.execPath, [path.join(__dirname, 'lint.mjs')], {
    input: JSON.stringify(texts),
    encoding: 'utf8',
    env: { ...process.env, NX_DAEMON: 'false' },
  });
  if (run.status !== 0) throw new Error(`${run.stdout}\n${run.stderr}`);
  return JSON.parse(run.stdout.trim().split('\n').at(-1) ?? '[]');
}

const results = lint([...planted, ...clean]);

describe('lint canary', () => {
  planted.forEach(({ title, says }, index) => {
    test(`seen: ${title}`, () => {
      expect(results[index]?.messages.join('\n')).toContain(says);
    });
  });

  clean.forEach(({ file }, index) => {
    test(`clean: ${file}`, () => {
      expect(results[planted.length + index]?.messages).toEqual([]);
    });
  });
});
