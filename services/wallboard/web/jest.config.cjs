module.exports = { ...require('../../../jest.preset.cjs'), displayName: 'wallboard-web', rootDir: __dirname, testEnvironment: 'jsdom' };
