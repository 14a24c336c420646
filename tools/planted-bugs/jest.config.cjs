module.exports = {
  ...require('../../jest.preset.cjs'),
  displayName: 'planted-bugs',
  rootDir: __dirname,
  testMatch: ['<rootDir>/*.spec.ts'],
};
