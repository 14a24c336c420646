module.exports = {
  ...require('../../../jest.preset.cjs'),
  displayName: 'adapter-postgres',
  rootDir: __dirname,
  globalSetup: '../../../libs/testing/jest-postgres.cjs',
  globalTeardown: '../../../libs/testing/jest-postgres-teardown.cjs',
};
