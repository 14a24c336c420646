// A PostgreSQL of one's own, for tests that kill it: started and started again here, because packages that are ES modules cannot be loaded
// inside jest. Prints one JSON line {url, pid} per start; a line on stdin starts it again, the end of stdin stops it and removes its folder.
const { create } = require('./jest-postgres.cjs');

const TRIES = 100;
const PAUSE_MS = 100;

/** What a killed server's backends hold they let go of by themselves, shortly after. */
async function insist(server) {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await server.start();
      return;
    } catch (error) {
      if (attempt === TRIES) throw error ?? new Error('PostgreSQL does not start again');
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  }
}

async function main() {
  const { server, url, remove } = await create({ durable: true });
  await server.initialise();
  const start = async () => {
    await insist(server);
    process.stdout.write(`${JSON.stringify({ url, pid: server.process.pid })}\n`);
  };
  let turn = start();
  process.stdin.on('data', () => (turn = turn.then(start)));
  process.stdin.on('end', () => {
    turn = turn.then(async () => {
      if (server.process?.exitCode === null && server.process.signalCode === null) await server.stop();
      remove();
      process.exit(0);
    });
  });
}

main().catch((error) => {
  process.stderr.write(`${error instanceof Error ? error.stack : error}\n`);
  process.exit(1);
});
