import type { DirectoryRow } from '@sightline/contracts';
import { BusyError, InputError } from '@sightline/contracts';
import type { Clock, DirectoryChange, DirectoryStore } from '@sightline/ports';
import { Turns } from '../turns';
import { checkChanges } from './check';
import type { CurrentRows } from './current';
import { stands } from './entry';
import type { RowProblem } from './problem';

/** Another process changing the directory at the same moment is met so many times. */
const TRIES = 5;

/** What is to be said, found out from the operator's rows. */
export interface Proposal {
  readonly changes: readonly DirectoryChange[];
  /** With any, nothing is said. */
  readonly problems: readonly RowProblem[];
  /** Judge only. */
  readonly trial?: boolean;
}

export interface Outcome<P extends Proposal> {
  /** The directory's version afterwards; null when nothing was said, because of problems or because it was a trial. */
  readonly version: number | null;
  /** Rows that were said: what stood already is not said again. */
  readonly rows: number;
  readonly proposal: P;
  readonly problems: readonly RowProblem[];
}

/** Says rows: proposes from what stands, judges, appends as one version, and starts over when the directory moved meanwhile. */
export class DirectoryChanges {
  private readonly turns = new Turns();

  constructor(
    private readonly store: DirectoryStore,
    private readonly current: CurrentRows,
    private readonly clock: Clock,
  ) {}

  /** @param expectedVersion What the caller has seen: InputError 409 `directory-moved` when the operator's rows have changed since. */
  propose<P extends Proposal>(
    operatorId: string,
    propose: (rows: readonly DirectoryRow[]) => P,
    expectedVersion?: number,
  ): Promise<Outcome<P>> {
    return this.turns.take(() => this.inTurn(operatorId, propose, expectedVersion));
  }

  private async inTurn<P extends Proposal>(
    operatorId: string,
    propose: (rows: readonly DirectoryRow[]) => P,
    expectedVersion?: number,
  ): Promise<Outcome<P>> {
    for (let left = TRIES; left > 0; left -= 1) {
      const { version, rows } = await this.current.of(operatorId);
      if (expectedVersion !== undefined) await this.refuseMoved(operatorId, expectedVersion, version);
      const proposal = propose(rows);
      const { changes } = proposal;
      const problems = proposal.problems.length > 0 ? proposal.problems : await this.judge(operatorId, rows, changes, version);
      if (problems.length > 0 || proposal.trial) return { version: null, rows: 0, proposal, problems };
      const byId = new Map(rows.map((row) => [row.id, row]));
      const fresh = changes.filter((change) => !stands(byId.get(change.id), change));
      const said = fresh.length === 0 ? version : await this.append(operatorId, fresh, version);
      if (said !== null) return { version: said, rows: fresh.length, proposal, problems };
    }
    throw new BusyError('directory-busy', 'others are changing the directory; try again');
  }

  private async judge(
    operatorId: string,
    rows: readonly DirectoryRow[],
    changes: readonly DirectoryChange[],
    version: number,
  ): Promise<readonly RowProblem[]> {
    const mine = new Set(rows.flatMap((row) => (row.kind === 'source' ? [row.source] : [])));
    const isNew = changes.some((change) => change.kind === 'source' && !mine.has(change.source));
    return checkChanges({ rows, takenSources: isNew ? await this.sourcesOfOthers(operatorId, version) : new Set() }, changes);
  }

  /** Removed ones too: their calls are still in the log, and must not come to whoever takes the name next. */
  private async sourcesOfOthers(operatorId: string, version: number): Promise<ReadonlySet<string>> {
    const { rows } = await this.store.diff(0, version);
    return new Set(rows.flatMap((row) => (row.kind === 'source' && row.operatorId !== operatorId ? [row.source] : [])));
  }

  private async append(operatorId: string, changes: readonly DirectoryChange[], version: number): Promise<number | null> {
    try {
      return await this.store.append(operatorId, changes, this.clock.nowMs(), version);
    } catch (error) {
      if (error instanceof InputError && error.code === 'directory-moved') return null;
      throw error;
    }
  }

  /** Versions count all operators' changes; only the operator's own rows matter to somebody who looked at them. */
  private async refuseMoved(operatorId: string, expected: number, version: number): Promise<void> {
    const moved = expected > version || (await this.store.diff(expected, version)).rows.some(ownSince(operatorId, expected));
    if (moved) {
      throw new InputError('directory-moved', `the directory is at version ${version}: look again`, { status: 409, details: { version } });
    }
  }
}

function ownSince(operatorId: string, version: number): (row: DirectoryRow) => boolean {
  return (row) => row.operatorId === operatorId && row.version > version;
}
