import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';

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
const ID = /[A-Z]+-[A-Z0-9]+/g;
/** A test of a rule is titled with its id, or with several. */
const TITLE = /^(?:[A-Z]+-[A-Z0-9]+[ ,:·]+)+/;
const DECLARES = new Set(['test', 'it', 'describe', 'rule', 'property']);

/** `test`, `test.each(table)`, `describe.skip` …: the name that all of it begins with. */
function declared(callee: ts.Expression): string {
  if (ts.isIdentifier(callee)) return callee.text;
  if (ts.isPropertyAccessExpression(callee) || ts.isCallExpression(callee)) return declared(callee.expression);
  return ts.isTaggedTemplateExpression(callee) ? declared(callee.tag) : '';
}

/** Ids that the titles of a file's tests begin with. */
function idsIn(file: string): string[] {
  const ids: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && DECLARES.has(declared(node.expression))) {
      const [title] = node.arguments;
      const text = title && (ts.isStringLiteralLike(title) ? title.text : ts.isTemplateExpression(title) ? title.head.text : '');
      ids.push(...(TITLE.exec(`${text ?? ''} `)?.[0].match(ID) ?? []));
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest));
  return ids;
}

const rules = specs.flatMap((file) => [...readFileSync(file, 'utf8').matchAll(RULE)].map((match) => match[1] as string));
const tested = tests.flatMap(idsIn);

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
