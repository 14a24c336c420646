module.exports = {
  ...require('../../../jest.preset.cjs'),
  displayName: 'wallboard-web',
  rootDir: __dirname,
  testEnvironment: 'jsdom',
  // Rendering whole pages without a browser takes its time on a busy machine.
  testTimeout: 30_000,
};
