// Generates the codec from proto/ (or, with --check, tells whether the committed one still is what proto/ says, and that proto/ only
// grew compatibly since the committed descriptor).
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const here = path.dirname(fileURLToPath(import.meta.url));
const root = path.resolve(here, '../..');
const proto = path.join(root, 'proto');
const committed = path.join(here, 'src/gen/event.js');
const descriptor = path.join(proto, 'sightline.binpb');

function run(command, args) {
  const result = spawnSync(path.join(root, 'node_modules/.bin', command), args, { cwd: root, encoding: 'utf8' });
  if (result.status !== 0) {
    console.error(`${command} ${args.join(' ')} failed:\n${result.stdout}${result.stderr}`);
    process.exit(1);
  }
}

function generate(file) {
  const options = ['create', 'verify', 'convert', 'delimited', 'service', 'typeurl', 'comments'].map((name) => `--no-${name}`);
  run('pbjs', ['-t', 'static-module', '-w', 'commonjs', ...options, '-o', file, path.join(proto, 'sightline/v1/event.proto')]);
}

run('buf', ['lint', 'proto']);
if (process.argv.includes('--check')) {
  const folder = mkdtempSync(path.join(tmpdir(), 'sightline-generate-'));
  try {
    generate(path.join(folder, 'event.js'));
    if (readFileSync(path.join(folder, 'event.js'), 'utf8') !== readFileSync(committed, 'utf8')) {
      console.error('libs/contracts/src/gen/event.js is not what proto/ says: run `npm run generate -w @sightline/contracts`.');
      process.exit(1);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
  run('buf', ['breaking', 'proto', '--against', descriptor]);
  console.log('generated code matches proto/, and proto/ breaks nothing');
} else {
  generate(committed);
  run('buf', ['build', 'proto', '-o', descriptor]);
}
