module.exports = { ...require('../../jest.preset.cjs'), displayName: 'kpi-aggregation', rootDir: __dirname };
