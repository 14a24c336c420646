module.exports = { ...require('../../../jest.preset.cjs'), displayName: 'core-kpi', rootDir: __dirname };
