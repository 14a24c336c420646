/** URL of the superuser of the server that the test run brought along; null where none could be started. */
export function testPostgresUrl(): string | null {
  return process.env['SIGHTLINE_TEST_POSTGRES'] ?? null;
}

/** The same passwords in every test: roles belong to the whole server, and suites run at once. */
export const TEST_PASSWORDS = {
  migrator: 'test-password-migrator',
  intake: 'test-password-intake',
  pipeline: 'test-password-pipeline',
  api: 'test-password-api',
  backup: 'test-password-backup',
} as const;

let made = 0;

/** A database name nobody else of this run uses. */
export function newDatabaseName(): string {
  made += 1;
  return `sightline_test_${process.pid}_${Date.now().toString(36)}_${made}`;
}

/** A suite that needs PostgreSQL: skipped where the run has none, which its set-up has said aloud. */
export function describeWithPostgres(name: string, body: (superuserUrl: string) => void): void {
  const url = testPostgresUrl();
  if (url === null) describe.skip(name, () => test('needs PostgreSQL', () => {}));
  else describe(name, () => body(url));
}
