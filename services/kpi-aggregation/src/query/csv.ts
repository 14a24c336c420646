import type { ListedCall } from './call-row';

/** A text that a spreadsheet would take for a formula. */
const FORMULA = /^[=+\-@\t\r]/;
const NEEDS_QUOTES = /[",\r\n]/;

/** One cell: numbers as they are, texts guarded against being run as formulas, quoted where needed. */
export function csvCell(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  const text = Array.isArray(value) ? value.join(' ') : String(value);
  const guarded = FORMULA.test(text) ? `'${text}` : text;
  return NEEDS_QUOTES.test(guarded) ? `"${guarded.replaceAll('"', '""')}"` : guarded;
}

/** A call list as CSV (RFC 4180): a line of names, then one line per call. Without calls the names are not known and nothing is written. */
export function csvOf(calls: readonly ListedCall[]): string {
  const rows = calls.map(({ contribution: { value, numerator, denominator }, ...members }) => ({
    ...members,
    value,
    numerator,
    denominator,
  }));
  const names = Object.keys(rows[0] ?? {});
  const lines = [names, ...rows.map((row) => names.map((name) => (row as Record<string, unknown>)[name]))];
  return lines.map((line) => `${line.map(csvCell).join(',')}\r\n`).join('');
}
