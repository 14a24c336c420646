import type { Figure } from '@sightline/contracts';
import type { FiguresAnswer } from '@sightline/kpi-aggregation';
import type { Remote } from './remote';
import { count, localTime, table } from './table';

/** Options of a query as commander hands them over: lists repeat their parameter. */
export type QueryOptions = Readonly<Record<string, string | readonly string[] | undefined>>;

/** The query string of options; names are those of the HTTP interface. */
export function queryOf(options: QueryOptions): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(options)) for (const one of [value ?? []].flat()) query.append(name, one);
  return query.toString();
}

/** `sightline figures`: the same question and answer as GET /v1/figures. */
export async function figuresCommand(remote: Remote, options: QueryOptions, json: boolean): Promise<number> {
  const { text } = await remote.ask(`/v1/figures?${queryOf(options)}`);
  if (json) {
    console.log(text);
    return 0;
  }
  const answer = JSON.parse(text) as FiguresAnswer;
  const names = answer.rows[0]?.figures.map((figure) => figure.figure) ?? [];
  const cut = answer.interval !== 'all';
  const head = [...(cut ? ['from'] : []), ...answer.groupBy, ...names, 'label'];
  const rows = answer.rows.map((row) => [
    ...(cut ? [localTime(row.from, answer.zone)] : []),
    ...answer.groupBy.map((dimension) => row.key[dimension] ?? ''),
    ...row.figures.map(shown),
    row.label,
  ]);
  console.log(
    `${answer.family} figures from ${localTime(answer.from, answer.zone)} to ${localTime(answer.to, answer.zone)} (${answer.zone})`,
  );
  console.log(table(head, rows));
  if (answer.behind > 0) console.log(`\n${count(answer.behind)} records have been accepted and are not in these figures yet.`);
  return 0;
}

/** A value as people read it, by the unit that its name ends with. */
export function shown({ figure, value, numerator, denominator, reason }: Figure): string {
  if (value === null) return `– (${reason ?? 'no value'})`;
  if (/Ms([A-Z]|$)/.test(figure)) return `${(value / 1_000).toLocaleString('en-US', { maximumFractionDigits: 1 })} s`;
  if (numerator !== undefined && denominator !== undefined && value <= 1)
    return `${(value * 100).toFixed(1)} % ${count(numerator)}/${count(denominator)}`;
  return Number.isInteger(value) ? count(value) : value.toFixed(2);
}
