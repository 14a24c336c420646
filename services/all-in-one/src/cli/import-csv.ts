import { readFileSync } from 'node:fs';
import { SightlineError } from '@sightline/contracts';
import type { CsvFormat, CsvReport } from '@sightline/directory';
import type { Remote } from './remote';
import { RemoteProblem } from './remote';
import { many } from './table';
import { UsageError } from './usage';

export interface CsvOptions {
  readonly file: string;
  readonly as: CsvFormat;
  readonly source: string | null;
  readonly dryRun: boolean;
  readonly json: boolean;
}

const SHOWN = 20;

/** `sightline import --as queues|people|mappings`: a CSV of the directory as one version; with any wrong line nothing is changed. */
export async function importCsvCommand(remote: Remote, options: CsvOptions): Promise<number> {
  const { as, source, dryRun, json } = options;
  const query = new URLSearchParams({ dryRun: String(dryRun), ...(source === null ? {} : { source }) });
  try {
    const { text } = await remote.ask(`/v1/directory/csv/${as}?${query.toString()}`, {
      method: 'POST',
      bytes: read(options.file),
      type: 'text/csv',
    });
    const { version, added, changed, unchanged, problems } = JSON.parse(text) as CsvReport;
    if (json) console.log(text);
    else if (problems.length > 0) printProblems(problems);
    else
      console.log(
        `${many(added, 'row')} added, ${changed} changed, ${unchanged} as before${version === null ? ' (tried out only)' : `; directory version ${version}`}`,
      );
    return problems.length > 0 ? 1 : 0;
  } catch (error) {
    if (!(error instanceof RemoteProblem) || error.code !== 'bad-lines') throw error;
    printProblems(error.problem['problems'] as CsvReport['problems']);
    throw new SightlineError('bad-lines', 'nothing was changed: mend these lines and import the file again');
  }
}

function read(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new UsageError(`${file} cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown reason'})`);
  }
}

function printProblems(problems: CsvReport['problems']): void {
  for (const { line, reason } of problems.slice(0, SHOWN)) console.error(`line ${line}: ${reason}`);
  if (problems.length > SHOWN) console.error(`… ${many(problems.length - SHOWN, 'more line')}`);
}
