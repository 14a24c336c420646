module.exports = { ...require('../../jest.preset.cjs'), displayName: 'spec-rules', rootDir: __dirname, testMatch: ['<rootDir>/*.spec.ts'] };
