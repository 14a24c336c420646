module.exports = {
  ...require('../../jest.preset.cjs'),
  displayName: 'all-in-one',
  rootDir: __dirname,
  globalSetup: '../../libs/testing/jest-postgres.cjs',
  globalTeardown: '../../libs/testing/jest-postgres-teardown.cjs',
};
