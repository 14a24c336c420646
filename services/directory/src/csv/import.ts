import type { DirectoryRow } from '@sightline/contracts';
import type { DirectoryChanges } from '../rows/changes';
import { MAPPING_COLUMNS, interpretMappings } from './mappings';
import { interpretPeople, PEOPLE_COLUMNS } from './people';
import { interpretQueues, QUEUE_COLUMNS } from './queues';
import type { Counts, Statements } from './statements';
import type { Columns, Line, LineProblem } from './table';
import { readTable } from './table';

interface Format {
  readonly columns: Columns;
  readonly interpret: (lines: readonly Line[], rows: readonly DirectoryRow[], defaultSource: string | null) => Statements;
}

export type CsvFormat = 'queues' | 'people' | 'mappings';
export const FORMATS: Readonly<Record<CsvFormat, Format>> = {
  queues: { columns: QUEUE_COLUMNS, interpret: interpretQueues },
  people: { columns: PEOPLE_COLUMNS, interpret: interpretPeople },
  mappings: { columns: MAPPING_COLUMNS, interpret: interpretMappings },
};

/** Problems told of one file. */
const MAX_PROBLEMS = 200;

/** What a file does, or would do, to the directory. */
export interface CsvReport extends Counts {
  /** The directory's version afterwards; null when nothing was said. */
  readonly version: number | null;
  /** By line, the first 200. With any, nothing of the file is said. */
  readonly problems: readonly LineProblem[];
}

export interface CsvFile {
  readonly format: CsvFormat;
  readonly bytes: Uint8Array;
  /** The source of lines that name none. */
  readonly source: string | null;
  /** Tells what would happen. */
  readonly trial: boolean;
}

/** Says a file as one version: all of it or nothing; the same file again changes nothing. */
export async function importCsv(changes: DirectoryChanges, operatorId: string, file: CsvFile): Promise<CsvReport> {
  const { columns, interpret } = FORMATS[file.format];
  const table = readTable(file.bytes, columns);
  const { version, proposal, problems } = await changes.propose(operatorId, (rows) => {
    const statements = interpret(table.lines, rows, file.source);
    const wrong = [...table.problems, ...statements.problems];
    return { ...statements.proposal(), statements, wrong, trial: file.trial || wrong.length > 0 };
  });
  const { statements, wrong, lines, added, changed, unchanged } = proposal;
  const all = [...wrong, ...problems.map((problem) => statements.lineProblem(problem, lines))];
  all.sort((a, b) => a.line - b.line);
  return { version, added, changed, unchanged, problems: all.slice(0, MAX_PROBLEMS) };
}
