import { describeWithPostgres, newDatabaseName, TEST_PASSWORDS } from '@sightline/testing';
import { openDatabase, prepareDatabase } from '../src';

describeWithPostgres('a prepared database', (superuserUrl) => {
  test('is made once, opens, and a second preparation changes nothing', async () => {
    const name = newDatabaseName();
    const first = await prepareDatabase(superuserUrl, TEST_PASSWORDS, name);
    expect(first.applied.length).toBeGreaterThan(0);
    const again = await prepareDatabase(superuserUrl, TEST_PASSWORDS, name);
    expect(again.applied).toEqual([]);
    const database = await openDatabase(again.urls);
    await database.close();
  });
});
