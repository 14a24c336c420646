import { setImmediate } from 'node:timers/promises';
import type { CallEvent } from '@sightline/contracts';
import type { Clock, DeadLetter, EventLog, IntakeStore, Vault } from '@sightline/ports';
import { withTokens } from '../callers/tokens';
import type { IntakeMetrics } from '../metrics';
import type { CutLine } from './cutter';
import type { LineContext, LineEvent } from './events';
import { eventsOfLine } from './events';
import type { DamageReason } from './line';
import { isNoTime } from './line';

/** So many lines are decoded at once (about 30 ms) and appended together; others have their turn in between. */
const SLICE_LINES = 2_000;
/** Byte offsets of a file stay below this; above them counts its generation. */
const GENERATION = 2 ** 40;

/** Where lines come from and where their damage is written down. */
export interface LinesFrom {
  readonly operatorId: string;
  readonly door: 'import' | 'follow';
  readonly context: LineContext;
  /** Which file of the source, counted from 0. */
  readonly generation: number;
  /** Dead letters that may still be kept; damage beyond is counted only. */
  readonly lettersLeft: number;
  /** Id and place of a damaged line, the same whenever it is read again. `index` counts the lines given. */
  readonly letter: (line: CutLine, index: number) => Pick<DeadLetter, 'deadLetterId' | 'line' | 'place'>;
}

/** What came of some lines. */
export interface LinesAccepted {
  readonly lines: number;
  readonly damaged: number;
  readonly events: number;
  /** The latest instant they speak of. */
  readonly lastOccurredAt: number | null;
}

interface Slice {
  readonly events: readonly LineEvent[];
  readonly damaged: readonly { readonly index: number; readonly cut: CutLine; readonly reason: DamageReason }[];
  readonly ignored: number;
}

export interface LineIntakePorts {
  readonly log: EventLog;
  readonly vault: Vault;
  readonly intake: IntakeStore;
  readonly clock: Clock;
}

function decodeSlice(lines: readonly CutLine[], firstIndex: number, from: LinesFrom, nowMs: number): Slice {
  const events: LineEvent[] = [];
  const damaged: { index: number; cut: CutLine; reason: DamageReason }[] = [];
  let ignored = 0;
  lines.forEach((cut, index) => {
    const result = eventsOfLine(cut.line, from.generation * GENERATION + cut.offset, from.context);
    const ahead = result.type === 'events' && result.events.some(({ event }) => isNoTime(event.occurredAt, nowMs));
    if (ahead) damaged.push({ index: firstIndex + index, cut, reason: 'bad time' });
    else if (result.type === 'events') events.push(...result.events);
    else if (result.type === 'ignored') ignored += 1;
    else damaged.push({ index: firstIndex + index, cut, reason: result.reason });
  });
  return { events, damaged, ignored };
}

/** Lines of a queue log into the log: what imports and followed files share. */
export class LineIntake {
  constructor(
    private readonly ports: LineIntakePorts,
    private readonly metrics: IntakeMetrics,
  ) {}

  /** Resolves when the events of all lines are in the log and their damage is written down. Doing it again is harmless. */
  async accept(lines: readonly CutLine[], from: LinesFrom): Promise<LinesAccepted> {
    let damaged = 0;
    let events = 0;
    let lastOccurredAt: number | null = null;
    for (let start = 0; start < lines.length; start += SLICE_LINES) {
      await setImmediate();
      const part = lines.slice(start, start + SLICE_LINES);
      const slice = decodeSlice(part, start, from, this.ports.clock.nowMs());
      await this.append(slice.events, from);
      await this.putAside(slice.damaged.slice(0, Math.max(0, from.lettersLeft - damaged)), from);
      this.count(part.length, slice, from.door);
      damaged += slice.damaged.length;
      events += slice.events.length;
      for (const { event } of slice.events) lastOccurredAt = Math.max(lastOccurredAt ?? event.occurredAt, event.occurredAt);
    }
    return { lines: lines.length, damaged, events, lastOccurredAt };
  }

  /** A sign of life of a source: everything up to `occurredAt` has been said. */
  async heartbeat(beat: Pick<CallEvent, 'source' | 'eventId' | 'occurredAt' | 'receivedAt' | 'schema'>): Promise<void> {
    await this.ports.log.append([{ ...beat, revision: 1, tombstone: false, rank: 0, sequence: 0, fact: { kind: 'sourceHeartbeat' } }]);
  }

  private async append(events: readonly LineEvent[], { operatorId }: LinesFrom): Promise<void> {
    const { log, vault, clock } = this.ports;
    await log.append(await withTokens(vault, operatorId, events, clock.nowMs()));
  }

  private async putAside(damaged: Slice['damaged'], from: LinesFrom): Promise<void> {
    const { vault, intake, clock } = this.ports;
    const { source } = from.context;
    const letters = damaged.map(async ({ index, cut, reason }): Promise<DeadLetter> => ({
      ...from.letter(cut, index),
      operatorId: from.operatorId,
      source,
      receivedAt: clock.nowMs(),
      reason,
      sealed: await vault.seal(source, cut.line),
    }));
    await intake.addDeadLetters(await Promise.all(letters));
  }

  private count(lines: number, { damaged, ignored, events }: Slice, door: string): void {
    this.metrics.lines.inc({ door, result: 'damaged' }, damaged.length);
    this.metrics.lines.inc({ door, result: 'ignored' }, ignored);
    this.metrics.lines.inc({ door, result: 'stated' }, lines - damaged.length - ignored);
    this.metrics.accepted.inc({ door }, events.length);
  }
}
