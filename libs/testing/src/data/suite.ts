import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** Real calls of others lie beside the checkout, never in it. */
const folder = process.env['SIGHTLINE_TEST_DATA'] ?? path.resolve(__dirname, '../../../../../shared/data');

/** Tests on real data, skipped aloud where it is missing; in CI it never is. */
export function describeWithData(name: string, body: () => void): void {
  if (existsSync(folder)) describe(name, body);
  else if (process.env['CI'] === 'true') {
    test(name, () => {
      throw new Error(`no test data in ${folder}: set SIGHTLINE_TEST_DATA`);
    });
  } else {
    console.warn(`SKIPPED: ${name}: no test data in ${folder} (set SIGHTLINE_TEST_DATA)`);
    describe.skip(name, body);
  }
}

export function dataPath(name: string): string {
  return path.join(folder, name);
}

export function dataFile(name: string): Buffer {
  return readFileSync(dataPath(name));
}

export function dataJson<T>(name: string): T {
  return JSON.parse(dataFile(name).toString('utf8')) as T;
}
