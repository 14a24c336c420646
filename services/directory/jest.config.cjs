module.exports = {
  ...require('../../jest.preset.cjs'),
  displayName: 'directory',
  rootDir: __dirname,
  globalSetup: '../../libs/testing/jest-postgres.cjs',
  globalTeardown: '../../libs/testing/jest-postgres-teardown.cjs',
};
