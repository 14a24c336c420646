import nx from '@nx/eslint-plugin';
import tseslint from 'typescript-eslint';

const drivers = ['pg', 'typeorm', 'kafkajs', 'ioredis', 'nodemailer'];
const shell = ['@nestjs/*', 'socket.io', 'prom-client', 'fastify', 'pino', ...drivers];
const layer = (sourceTag, may, banned = []) => ({
  sourceTag: `layer:${sourceTag}`,
  onlyDependOnLibsWithTags: may.map((tag) => (tag === '*' ? '*' : `layer:${tag}`)),
  ...(banned.length > 0 ? { bannedExternalImports: banned } : {}),
});

// Who may import whom: the table of ARCHITECTURE.md. tools/canary proves that every line of it bites.
const boundaries = [
  layer('contract', [], shell),
  layer('core', ['contract'], shell),
  layer('port', ['contract', 'core'], shell),
  layer('adapter', ['contract', 'port', 'testing']),
  layer('runtime', ['contract', 'port'], [...drivers, 'socket.io']),
  layer('service', ['contract', 'core', 'port', 'runtime', 'adapter', 'testing'], drivers),
  layer('testing', ['contract', 'core', 'port']),
  layer('web', ['contract', 'core'], shell),
  layer('main', ['*']),
];

const tests = ['**/*.spec.ts', '**/*.spec.tsx', '**/test/**', '**/contract/**'];
const pure = 'core is pure: take it as an argument';

export default tseslint.config(
  { ignores: ['**/node_modules/**', '**/dist/**', '**/src/gen/**', '.nx/**'] },
  {
    files: ['**/*.ts', '**/*.tsx'],
    languageOptions: { parser: tseslint.parser },
    plugins: { '@nx': nx, '@typescript-eslint': tseslint.plugin },
    rules: {
      '@nx/enforce-module-boundaries': ['error', { enforceBuildableLibDependency: false, allow: [], depConstraints: boundaries }],
      '@typescript-eslint/no-explicit-any': 'error',
      'no-console': 'error',
      'no-var': 'error',
      'prefer-const': 'error',
      eqeqeq: 'error',
      'max-lines-per-function': ['error', { max: 90, skipBlankLines: true, skipComments: true }],
    },
  },
  { files: [...tests, '**/bench/**'], rules: { 'max-lines-per-function': 'off', 'no-console': 'off' } },
  {
    files: ['services/all-in-one/src/cli/**', 'services/all-in-one/src/main.ts', 'libs/testing/src/*/suite.ts'],
    rules: { 'no-console': 'off' },
  },
  {
    files: ['libs/core/*/src/**/*.ts'],
    ignores: ['**/*.spec.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              group: ['node:*', 'fs', 'net', 'http', 'crypto', 'os', 'path', 'timers', 'child_process', 'worker_threads', 'perf_hooks'],
              message: pure,
            },
          ],
        },
      ],
      'no-restricted-properties': [
        'error',
        { object: 'Date', property: 'now', message: pure },
        { object: 'Math', property: 'random', message: pure },
        { object: 'performance', property: 'now', message: pure },
        { object: 'Temporal', property: 'Now', message: pure },
      ],
      'no-restricted-globals': [
        'error',
        'process',
        'setTimeout',
        'setInterval',
        'setImmediate',
        'queueMicrotask',
        'fetch',
        'crypto',
        'globalThis',
      ],
      'no-restricted-syntax': [
        'error',
        { selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: pure },
        { selector: "CallExpression[callee.name='Date']", message: pure },
      ],
    },
  },
  {
    files: ['services/*/src/**/*.ts'],
    ignores: [...tests, 'services/*/src/main.ts', 'services/all-in-one/**'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            { group: ['@sightline/adapter-*'], message: 'only main.ts chooses adapters' },
            { group: ['@sightline/testing', '@sightline/*/contract'], message: 'for tests only' },
          ],
        },
      ],
    },
  },
  {
    files: ['services/all-in-one/src/**/*.ts'],
    ignores: [...tests, 'services/all-in-one/src/demo/**', 'services/all-in-one/src/bench/**'],
    rules: {
      'no-restricted-imports': [
        'error',
        { patterns: [{ group: ['@sightline/testing'], message: 'for the demo, the benchmarks and tests only' }] },
      ],
    },
  },
  {
    files: ['libs/adapters/*/src/**/*.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        { patterns: [{ group: ['@sightline/testing', '@sightline/*/contract'], message: 'for tests only' }] },
      ],
    },
  },
);
