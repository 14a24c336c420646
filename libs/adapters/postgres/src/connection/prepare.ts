import type { DatabaseUrls } from './database';
import { migrate } from './database';
import type { RolePasswords } from './roles';
import { bootstrap, roleUrl } from './roles';

/** What stands after {@link prepareDatabase}. */
export interface PreparedDatabase {
  readonly urls: DatabaseUrls;
  /** Migrations applied this time. */
  readonly applied: readonly string[];
}

/** Makes roles, database and schema where they are missing, on a server whose superuser we are. Idempotent. */
export async function prepareDatabase(superuserUrl: string, passwords: RolePasswords, databaseName: string): Promise<PreparedDatabase> {
  await bootstrap(superuserUrl, passwords, databaseName);
  const url = (role: keyof RolePasswords): string => roleUrl(superuserUrl, role, passwords, databaseName);
  const applied = await migrate(url('migrator'));
  return { urls: { intake: url('intake'), pipeline: url('pipeline'), api: url('api') }, applied };
}
