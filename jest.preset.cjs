const fs = require('node:fs');
const path = require('node:path');

// Every project's name → its sources, so that tests need no build.
const sources = {};
for (const pattern of ['libs', 'libs/core', 'libs/adapters', 'services']) {
  const folder = path.join(__dirname, pattern);
  for (const name of fs.readdirSync(folder)) {
    const manifest = path.join(folder, name, 'package.json');
    if (fs.existsSync(manifest)) sources[JSON.parse(fs.readFileSync(manifest, 'utf8')).name] = path.join(folder, name, 'src');
  }
}
const moduleNameMapper = { '^@sightline/ports/contract$': path.join(sources['@sightline/ports'], 'contract/index.ts') };
for (const [name, folder] of Object.entries(sources)) moduleNameMapper[`^${name}$`] = path.join(folder, 'index.ts');

const swc = (tsx) => ({
  swcrc: false,
  jsc: {
    parser: { syntax: 'typescript', decorators: true, tsx },
    transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false, react: { runtime: 'automatic' } },
    target: 'es2022',
    keepClassNames: true,
  },
  module: { type: 'commonjs', ignoreDynamic: true },
  sourceMaps: 'inline',
});

module.exports = {
  testEnvironment: 'node',
  transform: { '^.+\\.(ts|js)$': ['@swc/jest', swc(false)], '^.+\\.tsx$': ['@swc/jest', swc(true)] },
  // Packages that are ES modules only: Node 20.19 can require them, jest cannot without translating them.
  transformIgnorePatterns: ['/node_modules/(?!(temporal-polyfill|temporal-utils|content-disposition)/)', '/src/gen/'],
  testMatch: ['<rootDir>/(src|test)/**/*.spec.(ts|tsx)'],
  testPathIgnorePatterns: ['/node_modules/', '/dist/'],
  moduleNameMapper,
  maxWorkers: 2,
};
