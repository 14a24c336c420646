module.exports = require('./jest-postgres.cjs').teardown;
