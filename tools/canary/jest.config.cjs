module.exports = { ...require('../../jest.preset.cjs'), displayName: 'canary', rootDir: __dirname, testMatch: ['<rootDir>/*.spec.ts'] };
