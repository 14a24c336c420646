module.exports = {
  ...require('../../jest.preset.cjs'),
  displayName: 'directory',
  rootDir: __dirname,
  // Each suite prepares databases of its own; a busy machine takes its time.
  testTimeout: 60_000,
  globalSetup: '../../libs/testing/jest-postgres.cjs',
  globalTeardown: '../../libs/testing/jest-postgres-teardown.cjs',
};
