module.exports = { ...require('../../../jest.preset.cjs'), displayName: 'adapter-postgres', rootDir: __dirname };
