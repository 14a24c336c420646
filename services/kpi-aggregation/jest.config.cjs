module.exports = {
  ...require('../../jest.preset.cjs'),
  displayName: 'kpi-aggregation',
  rootDir: __dirname,
  testTimeout: 60_000,
  globalSetup: '../../libs/testing/jest-postgres.cjs',
  globalTeardown: '../../libs/testing/jest-postgres-teardown.cjs',
};
