import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Database } from '@sightline/adapter-postgres';

/** Signs between digits of one number. */
const BETWEEN = /(?<=\d)[\s()./+-]{1,3}(?=\d)/g;
/** Characters of a hash that give it away: 64 bits in hex, 96 in base64, 128 of the bytes themselves. */
const TELLING = 16;

/** Text whose characters are the bytes. */
export const bytesAsText = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');

/** Which of the numbers (ten digits each) stand in a text: as digits however grouped, in hex, or in base64. */
export function numbersIn(text: string, numbers: readonly string[]): string[] {
  const wanted = new Set(numbers);
  const found = new Set<string>();
  const look = (plain: string): void => {
    for (const [run] of plain.matchAll(/\d{10,}/g))
      for (let at = 0; at + 10 <= run.length; at += 1) if (wanted.has(run.slice(at, at + 10))) found.add(run.slice(at, at + 10));
  };
  const lookThrough = (plain: string): void => {
    look(plain);
    look(plain.replace(BETWEEN, ''));
  };
  lookThrough(text);
  for (const [run] of text.matchAll(/(?:[2-3][0-9a-f]){10,}/gi)) for (const at of [0, 1]) lookThrough(hexDecoded(run.slice(at)));
  for (const [run] of text.matchAll(/[A-Za-z0-9+/_-]{14,}/g))
    for (const at of [0, 1, 2, 3]) lookThrough(bytesAsText(Buffer.from(run.slice(at), 'base64')));
  return [...found].sort();
}

const hexDecoded = (hex: string): string => bytesAsText(Buffer.from(hex, 'hex'));

/** Which of the candidates can be found in a text by hashing them without a key. */
export function hashedIn(text: string, candidates: readonly string[]): string[] {
  const owners = new Map<string, string>();
  for (const candidate of candidates)
    for (const algorithm of ['md5', 'sha1', 'sha256'])
      for (const form of formsOfHash(createHash(algorithm).update(candidate).digest())) owners.set(form, candidate);
  const found = new Set<string>();
  for (let at = 0; at + TELLING <= text.length; at += 1) {
    const owner = owners.get(text.slice(at, at + TELLING));
    if (owner !== undefined) found.add(owner);
  }
  return [...found].sort();
}

function formsOfHash(hash: Buffer): string[] {
  const hex = hash.toString('hex').slice(0, TELLING);
  // Names that stand for others have letters for digits.
  const letters = hex.replace(/\d/g, (digit) => 'ghijklmnop'.charAt(Number(digit)));
  const base64 = [hash.toString('base64'), hash.toString('base64url')].map((text) => text.slice(0, TELLING));
  return [hex, letters, ...base64, bytesAsText(hash.subarray(0, TELLING))];
}

/** Every row of every table of every schema of ours, as text; binary values also as the bytes they are. */
export async function everythingIn(database: Database): Promise<{ readonly text: string; readonly tables: number; readonly rows: number }> {
  const tables: { name: string }[] = await database.pipeline.query(
    `SELECT c.oid::regclass::text AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relkind IN ('r', 'm') AND (n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast') OR c.relname = 'pg_statistic')`,
  );
  const parts: string[] = [];
  let count = 0;
  for (const { name } of tables) {
    const rows: { row: string }[] = await database.pipeline.query(`SELECT t::text AS row FROM ${name} t`);
    count += rows.length;
    for (const { row } of rows) {
      parts.push(row);
      for (const [, hex = ''] of row.matchAll(/\\x([0-9a-f]+)/g)) parts.push(hexDecoded(hex));
    }
  }
  return { text: parts.join('\n'), tables: tables.length, rows: count };
}

/** Every file below a folder with its bytes. */
export function* filesBelow(folder: string): Generator<{ readonly name: string; readonly text: string }> {
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile()) continue;
    const file = path.join(entry.parentPath, entry.name);
    yield { name: path.relative(folder, file), text: bytesAsText(readFileSync(file)) };
  }
}
