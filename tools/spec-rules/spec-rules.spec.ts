import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const root = path.resolve(__dirname, '../..');

function files(folder: string, wanted: (file: string) => boolean): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (['node_modules', 'dist', 'gen'].includes(entry.name)) return [];
    const inside = path.join(folder, entry.name);
    if (entry.isDirectory()) return files(inside, wanted);
    return wanted(inside) ? [inside] : [];
  });
}

const folders = ['libs', 'services'].map((folder) => path.join(root, folder));
const specs = folders.flatMap((folder) => files(folder, (file) => path.basename(file) === 'SPEC.md'));
const tests = folders.flatMap((folder) => files(folder, (file) => /\.spec\.tsx?$/.test(file) || /\/contract\/[^/]+\.ts$/.test(file)));

/** A rule is a list item that begins with its bold id. */
const RULE = /^[-*] \*\*([A-Z]+-[A-Z0-9]+)\*\*/gm;
/** A test of a rule is titled with the id, or with several. */
const TITLE = /\b(?:it|test|rule|describe|property)(?:\.each\([^)]*\)|\.each`[^`]*`)?\(\s*['"`]((?:[A-Z]+-[A-Z0-9]+[ ,:·]*)+)/g;
const ID = /[A-Z]+-[A-Z0-9]+/g;

const rules = specs.flatMap((file) => [...readFileSync(file, 'utf8').matchAll(RULE)].map((match) => match[1] as string));
const tested = tests.flatMap((file) => [...readFileSync(file, 'utf8').matchAll(TITLE)].flatMap((match) => match[1]?.match(ID) ?? []));

describe('rules and their tests', () => {
  test('there are rules', () => {
    expect(rules.length).toBeGreaterThan(20);
  });

  test('no rule id is used twice', () => {
    expect(rules.filter((rule, index) => rules.indexOf(rule) !== index)).toEqual([]);
  });

  test('every rule has a test', () => {
    const covered = new Set(tested);
    expect(rules.filter((rule) => !covered.has(rule))).toEqual([]);
  });

  test('no test names a rule that does not exist', () => {
    const known = new Set(rules);
    expect([...new Set(tested)].filter((id) => !known.has(id))).toEqual([]);
  });
});
