module.exports = { ...require('../../jest.preset.cjs'), displayName: 'wallboard', rootDir: __dirname };
