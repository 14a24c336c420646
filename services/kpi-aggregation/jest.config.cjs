module.exports = {
  ...require('../../jest.preset.cjs'),
  displayName: 'kpi-aggregation',
  rootDir: __dirname,
  globalSetup: '../../libs/testing/jest-postgres.cjs',
  globalTeardown: '../../libs/testing/jest-postgres-teardown.cjs',
};
