import { newDatabaseName, TEST_PASSWORDS } from '@sightline/testing';
import type { Database, DatabaseUrls } from '../src';
import { openDatabase, prepareDatabase } from '../src';

/** A database of its own, and as many sets of connections to it as processes are to be played. */
export interface FreshDatabase {
  readonly database: Database;
  readonly urls: DatabaseUrls;
  /** The superuser's, of this database. */
  readonly ownerUrl: string;
  another(): Promise<Database>;
  dispose(): Promise<void>;
}

export async function freshDatabase(superuserUrl: string): Promise<FreshDatabase> {
  const name = newDatabaseName();
  const { urls } = await prepareDatabase(superuserUrl, TEST_PASSWORDS, name);
  const owner = new URL(superuserUrl);
  owner.pathname = `/${name}`;
  const opened: Database[] = [];
  const another = async (): Promise<Database> => {
    const database = await openDatabase(urls);
    opened.push(database);
    return database;
  };
  return {
    database: await another(),
    urls,
    ownerUrl: owner.toString(),
    another,
    dispose: async () => {
      await Promise.all(opened.map((database) => database.close()));
    },
  };
}
