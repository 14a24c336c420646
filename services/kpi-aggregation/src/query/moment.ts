import type { SourceState, Viewer } from '@sightline/contracts';
import type { LiveClock, Register } from '@sightline/core-kpi';
import { endUnknownCutoffs, liveClock } from '@sightline/core-kpi';
import type { Clock, EventLog, IntakeStore, KpiReader, PartitionHeader } from '@sightline/ports';
import type { Registers } from '../directory/registers';
import { Backlog } from './backlog';

/** Records of the log that figures may lack and still be called complete: less than live traffic brings between two commits. */
export const CATCHING_UP_RECORDS = 1_000;

/** What is asked of whoever answers questions, besides the store itself. */
export interface MomentPorts {
  readonly log: EventLog;
  readonly intake: IntakeStore;
  readonly clock: Clock;
  readonly registers: Registers;
}

/** Everything that an answer depends on besides its rows, as of one instant. */
export interface Moment {
  readonly nowMs: number;
  readonly register: Register;
  /** States of the operator's sources by name. */
  readonly states: ReadonlyMap<string, SourceState>;
  readonly importing: ReadonlySet<string>;
  readonly clock: LiveClock;
  readonly endUnknownBefore: Readonly<Record<string, number>>;
  readonly headers: readonly PartitionHeader[];
  /** Records that the log has and this answer has not. */
  readonly behind: number;
  readonly isCatchingUp: boolean;
  /** Rows are being folded anew because the operator's directory changed. */
  readonly isReattributing: boolean;
}

/** Looks at the state of things. What the log and the intake say is asked first: so nothing is missed that the snapshot does not have. */
export class Moments {
  private readonly backlog: Backlog;

  constructor(private readonly ports: MomentPorts) {
    this.backlog = new Backlog(ports.log);
  }

  registerOf(viewer: Viewer): Promise<Register> {
    return this.ports.registers.of(viewer.operatorId);
  }

  nowMs(): number {
    return this.ports.clock.nowMs();
  }

  /** What has to be known before the snapshot is opened. */
  async prepare(): Promise<{ readonly ends: ReadonlyMap<number, number>; readonly importing: ReadonlySet<string> }> {
    const [ends, importing] = await Promise.all([this.backlog.ends(), this.ports.intake.openImports()]);
    return { ends, importing: new Set(importing) };
  }

  /** The moment of a snapshot. `nowMs` = an earlier instant that a list goes on from, else now. */
  async of(
    reader: KpiReader,
    register: Register,
    prepared: { readonly ends: ReadonlyMap<number, number>; readonly importing: ReadonlySet<string> },
    nowMs = this.ports.clock.nowMs(),
  ): Promise<Moment> {
    const headers = await reader.headers();
    const states = (await reader.sources()).filter((state) => register.sources.has(state.source));
    const behind = headers.reduce((sum, header) => sum + Math.max(0, (prepared.ends.get(header.partition) ?? 0) - header.nextOffset), 0);
    const isCatchingUp = behind >= CATCHING_UP_RECORDS;
    const roleOf = (source: string): { live: boolean; importing: boolean } => ({
      live: register.sources.get(source)?.live ?? false,
      importing: isCatchingUp || prepared.importing.has(source),
    });
    return {
      nowMs,
      register,
      states: new Map(states.map((state) => [state.source, state])),
      importing: prepared.importing,
      clock: liveClock(states, nowMs, roleOf),
      endUnknownBefore: endUnknownCutoffs(states, nowMs, roleOf),
      headers,
      behind,
      isCatchingUp,
      isReattributing: await this.isReattributing(headers, register),
    };
  }

  private async isReattributing(headers: readonly PartitionHeader[], register: Register): Promise<boolean> {
    const complete = Math.min(...headers.map((header) => header.directoryVersion));
    if (headers.length === 0 || complete >= register.version) return false;
    if (complete === 0) return headers.some((header) => header.nextOffset > 0);
    return this.ports.registers.moves(register.operatorId, complete, register.version);
  }
}
