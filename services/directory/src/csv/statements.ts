import { isDeepStrictEqual } from 'node:util';
import type { DirectoryEntry, DirectoryRow } from '@sightline/contracts';
import type { DirectoryChange } from '@sightline/ports';
import { decodeChanges, naming } from '../rows/decode';
import { entryOf, stands } from '../rows/entry';
import { keyOf } from '../rows/keys';
import type { Proposal } from '../rows/changes';
import type { RowProblem } from '../rows/problem';
import type { Line, LineProblem } from './table';

interface Said {
  readonly change: DirectoryChange;
  readonly line: number;
}

/** What the lines of a file say, gathered into rows. Rows that are there already and say the same are left alone. */
export class Statements {
  readonly problems: LineProblem[] = [];
  private readonly said = new Map<string, Said>();
  private readonly told = new Map<string, { readonly text: string; readonly line: number }>();
  private readonly byKey = new Map<string, DirectoryRow[]>();
  private readonly byText = new Map<string, DirectoryRow>();
  private readonly byId: ReadonlyMap<string, DirectoryRow>;
  private readonly idOf: ReturnType<typeof naming>;

  constructor(private readonly rows: readonly DirectoryRow[]) {
    this.byId = new Map(rows.map((row) => [row.id, row]));
    this.idOf = naming(rows);
    for (const row of rows) {
      const key = keyOf(row);
      const known = this.byKey.get(key);
      if (known) known.push(row);
      else this.byKey.set(key, [row]);
      if ('name' in row) this.byText.set(`${row.kind}\n${row.name}`, row);
    }
  }

  refuse(line: number, reason: string): void {
    this.problems.push({ line, reason });
  }

  /** The row that speaks of the same thing, the latest where there are several. */
  known<E extends DirectoryEntry>(entry: E): DirectoryRow<E['kind']> | undefined {
    const rows = this.byKey.get(keyOf(entry)) ?? [];
    return rows.reduce<DirectoryRow | undefined>((a, b) => (a && (a.validFrom ?? -1) > (b.validFrom ?? -1) ? a : b), undefined) as
      DirectoryRow<E['kind']> | undefined;
  }

  /** A row of a kind that is known by one id, whose id or else name is `text`: people write either. */
  byName<K extends 'site' | 'team' | 'source'>(kind: K, text: string): DirectoryRow<K> | undefined {
    const [row] = this.byKey.get(`${kind}\n${text}`) ?? [];
    return (row ?? this.byText.get(`${kind}\n${text}`)) as DirectoryRow<K> | undefined;
  }

  /** A cell on which all lines about one thing must agree; an empty one says nothing. */
  tell(thing: string, column: string, line: Line): void {
    const text = line.cells[column];
    if (text === undefined || text === '') return;
    const before = this.told.get(`${column}\n${thing}`);
    if (before === undefined) this.told.set(`${column}\n${thing}`, { text, line: line.number });
    else if (before.text !== text) this.refuse(line.number, `${column} differs from line ${before.line}, which is about the same`);
  }

  /** What the lines told in a column about a thing. */
  toldOf(thing: string, column: string): string | undefined {
    return this.told.get(`${column}\n${thing}`)?.text;
  }

  /** What the lines so far say of the same thing without dates. */
  first<E extends DirectoryEntry>(entry: E): E | undefined {
    return this.said.get(this.idOf(entry, null))?.change as unknown as E | undefined;
  }

  /** A row that a line needs as it is. */
  keep(line: number, row: DirectoryRow): void {
    this.say(line, entryOf(row), row.validFrom, row.validTo);
  }

  say(line: number, entry: DirectoryEntry, validFrom: number | null, validTo: number | null): void {
    const id = this.idOf(entry, validFrom);
    const change: DirectoryChange = { ...entry, id, validFrom, validTo };
    const before = this.said.get(id);
    if (before === undefined) this.said.set(id, { change, line });
    else if (!isDeepStrictEqual(before.change, change)) this.refuse(line, `says otherwise than line ${before.line}`);
  }

  /** Rows to be said and how many there are of each sort. */
  proposal(): Pick<Proposal, 'changes' | 'problems'> & Counts & { readonly lines: readonly number[] } {
    const fresh = [...this.said.values()].filter(({ change }) => !stands(this.byId.get(change.id), change));
    const added = fresh.filter(({ change }) => !this.byId.has(change.id)).length;
    const changes = fresh.map(({ change }) => change);
    const decoded = decodeChanges(changes, this.rows, '');
    return {
      ...decoded,
      lines: fresh.map(({ line }) => line),
      added,
      changed: fresh.length - added,
      unchanged: this.said.size - fresh.length,
    };
  }

  /** A problem of a row as one of the line that said it. */
  lineProblem({ index, pointer, detail, rows }: RowProblem, lines: readonly number[]): LineProblem {
    const line = lines[index] ?? 1;
    if (rows === undefined) return { line, reason: pointer === '' ? detail : `${pointer.slice(1)}: ${detail}` };
    const others = rows.flatMap((id) => {
      const said = this.said.get(id);
      if (said === undefined) return [`row ${id} of the directory`];
      return said.line === line ? [] : [`line ${said.line}`];
    });
    return { line, reason: `holds at the same time as ${others.join(', ')}` };
  }
}

export interface Counts {
  /** Rows of the directory, not lines: a line may say several. */
  readonly added: number;
  readonly changed: number;
  readonly unchanged: number;
}
