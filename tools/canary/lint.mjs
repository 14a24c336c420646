// Lints planted texts as if they were files of the project: [{ file, code }] on standard input → [{ file, messages }] on standard output.
import { ESLint } from 'eslint';
import { createProjectGraphAsync } from '@nx/devkit';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
process.chdir(root);
// Without the project graph the boundary rule skips itself without a word: build it first.
await createProjectGraphAsync({ exitOnError: true });

const chunks = [];
for await (const chunk of process.stdin) chunks.push(chunk);
const eslint = new ESLint({ cwd: root });
const results = [];
for (const { file, code } of JSON.parse(Buffer.concat(chunks).toString('utf8'))) {
  const [result] = await eslint.lintText(code, { filePath: path.join(root, file) });
  results.push({ file, messages: result.messages.map((message) => `${message.ruleId}: ${message.message}`) });
}
process.stdout.write(`\n${JSON.stringify(results)}\n`);
