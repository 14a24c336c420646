import type { CallsAnswer, ListedCall } from '@sightline/kpi-aggregation';
import type { QueryOptions } from './figures';
import { queryOf, shown } from './figures';
import type { Remote } from './remote';
import { RemoteProblem } from './remote';
import { count, duration, localTime, table } from './table';

export type CallsForm = 'table' | 'json' | 'csv';

const PAGE = 1_000;
const SHOWN = 50;
/** A list that changes under the reader is begun anew so many times. */
const BEGINNINGS = 5;

/** `sightline calls`: the calls behind a figure, all of them with --csv or --json, the first ones as a table. */
export async function callsCommand(remote: Remote, options: QueryOptions, form: CallsForm, limit: number | null): Promise<number> {
  if (form === 'csv') return printCsv(remote, options, limit ?? Infinity);
  const most = limit ?? (form === 'table' ? SHOWN : Infinity);
  const { first, calls } = await collect(remote, options, most);
  if (form === 'json') console.log(JSON.stringify({ ...first, calls, next: null }));
  else printTable(first, calls, options['zone']);
  return 0;
}

async function collect(remote: Remote, options: QueryOptions, most: number): Promise<{ first: CallsAnswer; calls: readonly ListedCall[] }> {
  for (let beginning = 1; ; beginning += 1) {
    try {
      const page = async (cursor: string | null): Promise<CallsAnswer> => {
        const paged = { ...options, limit: String(Math.min(PAGE, most)), ...(cursor === null ? {} : { cursor }) };
        return remote.get<CallsAnswer>(`/v1/calls?${queryOf(paged)}`);
      };
      const first = await page(null);
      const calls = [...first.calls];
      for (let next = first.next; next !== null && calls.length < most;) {
        const more = await page(next);
        calls.push(...more.calls);
        next = more.next;
      }
      return { first, calls: calls.slice(0, most) };
    } catch (error) {
      const moved = error instanceof RemoteProblem && error.code === 'snapshot-moved';
      if (!moved || beginning === BEGINNINGS) throw error;
    }
  }
}

/** Pages are written as they come; one line of names at the top. */
async function printCsv(remote: Remote, options: QueryOptions, most: number): Promise<number> {
  let written = 0;
  for (let cursor: string | null = ''; cursor !== null && written < most;) {
    const paged: QueryOptions = { ...options, limit: String(Math.min(PAGE, most - written)), ...(cursor === '' ? {} : { cursor }) };
    const { text, headers } = await remote.ask(`/v1/calls?${queryOf(paged)}`, { accept: 'text/csv' });
    const lines = text.split('\r\n');
    process.stdout.write(cursor === '' ? text : `${lines.slice(1).join('\r\n')}`);
    written += Math.max(0, lines.length - 2);
    const next = headers['sightline-next-cursor'];
    cursor = typeof next === 'string' ? next : null;
  }
  return 0;
}

function printTable(answer: CallsAnswer, calls: readonly ListedCall[], zoneOption: QueryOptions[string]): void {
  const zone = typeof zoneOption === 'string' ? zoneOption : 'UTC';
  const [figure] = answer.figure.figures;
  const state = figure ? `${figure.figure} ${shown(figure)}` : '';
  console.log(`${count(answer.total)} calls of class ${answer.class}; ${state} (times: ${zone})`);
  const rows = calls.map((call) => [
    localTime(Number(call['enteredAt'] ?? call['startedAt']), zone),
    String(call['clinicName'] ?? call['clinic']),
    String(call['queue'] ?? ''),
    String(call['outcome']),
    timeOf(call['waitMs'] ?? call['ringMs']),
    timeOf(call['talkMs']),
    String(call['agentName'] ?? call['login'] ?? ''),
    String(call['call']),
  ]);
  console.log(table(['time', 'clinic', 'queue', 'outcome', 'wait', 'talk', 'agent', 'call'], rows));
  if (calls.length < answer.total) console.log(`… ${count(answer.total - calls.length)} more: --csv or --json lists all`);
}

function timeOf(ms: unknown): string {
  return typeof ms === 'number' ? duration(ms) : '';
}
