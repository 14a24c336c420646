import type { Viewer } from '@sightline/contracts';
import { scopeOf } from '@sightline/contracts';
import type { Register } from '@sightline/core-kpi';
import { endUnknownCutoffs, liveClock } from '@sightline/core-kpi';
import type { Clock, EventLog, IntakeStore, KpiReader, KpiStore, PartitionHeader } from '@sightline/ports';
import type { Registers } from '../directory/registers';
import { Backlog } from './backlog';
import type { Moment } from './moment';
import { Turns } from './turns';

/** Records of the log that figures may lack and still be called complete: less than live traffic brings between two commits. */
const CATCHING_UP_RECORDS = 1_000;
/** Questions answered at once, and those that may wait for it. */
const AT_ONCE = 4;
const MAY_WAIT = 100;

/** What is asked of whoever answers questions. */
export interface SnapshotPorts {
  readonly store: KpiStore;
  readonly log: EventLog;
  readonly intake: IntakeStore;
  readonly clock: Clock;
  readonly registers: Registers;
}

/** What the log and the intake say, asked before the snapshot is opened: so an answer may lack what it says it lacks, never hide it. */
interface Surroundings {
  readonly ends: ReadonlyMap<number, number>;
  readonly importing: ReadonlySet<string>;
}

/** Opens snapshots of the store for whoever asks, each with the moment it belongs to. */
export class Snapshots {
  private readonly backlog: Backlog;
  private readonly turns = new Turns(AT_ONCE, MAY_WAIT);

  constructor(private readonly ports: SnapshotPorts) {
    this.backlog = new Backlog(ports.log);
  }

  nowMs(): number {
    return this.ports.clock.nowMs();
  }

  registerOf(viewer: Viewer): Promise<Register> {
    return this.ports.registers.of(viewer.operatorId);
  }

  /** Reads in one snapshot under the viewer's scope. `nowMs` = an earlier instant that a list goes on from, else now. */
  read<T>(viewer: Viewer, register: Register, fn: (reader: KpiReader, moment: Moment) => Promise<T>, nowMs?: number): Promise<T> {
    return this.turns.take(async () => {
      const [ends, importing] = await Promise.all([this.backlog.ends(), this.ports.intake.openImports()]);
      const around = { ends, importing: new Set(importing) };
      return this.ports.store.read(scopeOf(viewer), async (reader) => fn(reader, await this.moment(reader, register, around, nowMs)));
    });
  }

  private async moment(
    reader: KpiReader,
    register: Register,
    { ends, importing }: Surroundings,
    nowMs = this.ports.clock.nowMs(),
  ): Promise<Moment> {
    const headers = await reader.headers();
    const states = (await reader.sources()).filter((state) => register.sources.has(state.source));
    const folded = new Map(headers.map((header) => [header.partition, header.nextOffset]));
    const behind = [...ends].reduce((sum, [partition, end]) => sum + Math.max(0, end - (folded.get(partition) ?? 0)), 0);
    const isCatchingUp = behind >= CATCHING_UP_RECORDS;
    const roleOf = (source: string): { live: boolean; importing: boolean } => ({
      live: register.sources.get(source)?.live ?? false,
      importing: isCatchingUp || importing.has(source),
    });
    return {
      nowMs,
      register,
      states: new Map(states.map((state) => [state.source, state])),
      importing,
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
