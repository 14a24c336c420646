import './types';
import { randomBytes } from 'node:crypto';
import { SightlineError } from '@sightline/contracts';
import pg from 'pg';

/** Owner of the schemas and the roles that serve; see DatabaseUrls. */
export const ROLES = ['migrator', 'intake', 'pipeline', 'api', 'backup'] as const;
export type RoleName = (typeof ROLES)[number];
export type RolePasswords = Readonly<Record<RoleName, string>>;

export function newPasswords(): RolePasswords {
  const entries = ROLES.map((role) => [role, randomBytes(24).toString('base64url')]);
  return Object.fromEntries(entries) as RolePasswords;
}

/** URL of the role on the server that `superuserUrl` names. */
export function roleUrl(superuserUrl: string, role: RoleName, passwords: RolePasswords, databaseName: string): string {
  const url = new URL(superuserUrl);
  url.username = `sightline_${role}`;
  url.password = passwords[role];
  url.pathname = `/${databaseName}`;
  return url.toString();
}

/**
 * Makes roles and database where they are missing and sets the roles' passwords. Idempotent. Names and passwords are our own; passwords
 * are base64url, which needs no quoting, and anything else is refused.
 */
export async function bootstrap(superuserUrl: string, passwords: RolePasswords, databaseName: string): Promise<void> {
  if (!/^[a-z_][a-z0-9_]{0,62}$/.test(databaseName))
    throw new SightlineError('bad-database-name', 'a database name is lower-case letters, digits and _');
  const client = new pg.Client({ connectionString: superuserUrl });
  await client.connect();
  try {
    // Roles belong to the whole server: two starts at once would meet in its catalogue. The lock ends with the connection.
    await client.query(`SELECT pg_advisory_lock(hashtext('sightline bootstrap'))`);
    for (const role of ROLES) {
      if (!/^[\w-]{16,128}$/.test(passwords[role]))
        throw new SightlineError('bad-password', `the password of role ${role} is not base64url text`);
      const known = await client.query('SELECT 1 FROM pg_roles WHERE rolname = $1', [`sightline_${role}`]);
      const verb = known.rowCount === 0 ? 'CREATE' : 'ALTER';
      await client.query(`${verb} ROLE sightline_${role} LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEROLE PASSWORD '${passwords[role]}'`);
    }
    const database = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [databaseName]);
    if (database.rowCount === 0)
      await client.query(`CREATE DATABASE ${databaseName} OWNER sightline_migrator TEMPLATE template0 ENCODING 'UTF8'`);
    await client.query(`REVOKE ALL ON DATABASE ${databaseName} FROM PUBLIC`);
    await client.query(
      `GRANT CONNECT ON DATABASE ${databaseName} TO sightline_migrator, sightline_intake, sightline_pipeline, sightline_api, sightline_backup`,
    );
  } finally {
    await client.end();
  }
}
