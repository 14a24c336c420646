import { InputError } from '@sightline/contracts';
import { CsvError, parse } from 'csv-parse/sync';

/** Lines of one file, its header left out. */
export const MAX_LINES = 20_000;
const MAX_LINE_LENGTH = 4_096;

export interface Columns {
  readonly needed: readonly string[];
  readonly optional: readonly string[];
}

/** One line of a file: cells by column, trimmed; a column that the file has not is undefined, an empty cell ''. */
export interface Line {
  /** Counted from 1, the header included. */
  readonly number: number;
  readonly cells: Readonly<Record<string, string>>;
}

export interface LineProblem {
  readonly line: number;
  readonly reason: string;
}

export interface Table {
  readonly lines: readonly Line[];
  readonly problems: readonly LineProblem[];
}

/**
 * Reads a CSV file: UTF-8 with or without a byte order mark, commas or semicolons, any order of columns. A header that is not exactly
 * understood is the only problem told, since no line could be judged. InputError: bad-utf8, too-many-lines.
 */
export function readTable(bytes: Uint8Array, columns: Columns): Table {
  const text = decodeUtf8(bytes);
  let records: { readonly record: string[]; readonly info: { readonly lines: number } }[];
  try {
    records = parse(text, {
      delimiter: delimiterOf(text),
      info: true,
      relax_column_count: true,
      skip_empty_lines: true,
      trim: true,
      max_record_size: MAX_LINE_LENGTH,
      to: MAX_LINES + 2,
    }) as unknown as typeof records;
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    return failed(Number(error['lines'] ?? 1), error.code === 'CSV_MAX_RECORD_SIZE' ? 'the line is too long' : 'quotes do not match');
  }
  const [header, ...rest] = records;
  if (!header) return failed(1, 'the file is empty');
  if (rest.length > MAX_LINES) {
    throw new InputError('too-many-lines', `a file may have at most ${MAX_LINES} lines`, { status: 413, details: { limit: MAX_LINES } });
  }
  const wrong = wrongHeader(header.record, columns);
  if (wrong !== null) return failed(header.info.lines, wrong);
  const lines: Line[] = [];
  const problems: LineProblem[] = [];
  for (const { record, info } of rest) {
    if (record.every((cell) => cell === '')) continue;
    const reason = wrongLine(header.record, record, columns);
    if (reason !== null) problems.push({ line: info.lines, reason });
    else lines.push({ number: info.lines, cells: Object.fromEntries(header.record.map((name, index) => [name, record[index] ?? ''])) });
  }
  return { lines, problems };
}

function failed(line: number, reason: string): Table {
  return { lines: [], problems: [{ line, reason }] };
}

function decodeUtf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new InputError('bad-utf8', 'the file is not UTF-8: save it as "CSV UTF-8"');
  }
}

/** No column's name holds either, so the first line tells. */
function delimiterOf(text: string): string {
  return (/^.*$/m.exec(text)?.[0] ?? '').includes(';') ? ';' : ',';
}

function wrongHeader(names: readonly string[], { needed, optional }: Columns): string | null {
  const known = [...needed, ...optional];
  const unknown = names.findIndex((name) => !known.includes(name));
  if (unknown >= 0) return `column ${unknown + 1} has an unknown name; known are ${known.join(', ')}`;
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) return `the column ${twice} is there twice`;
  const missing = needed.filter((name) => !names.includes(name));
  return missing.length === 0 ? null : `the column ${missing.join(', ')} is missing`;
}

function wrongLine(names: readonly string[], record: readonly string[], { needed }: Columns): string | null {
  if (record.length !== names.length) return `has ${record.length} cells, the header ${names.length}`;
  const empty = needed.filter((name) => record[names.indexOf(name)] === '');
  return empty.length === 0 ? null : `${empty.join(', ')} must not be empty`;
}
