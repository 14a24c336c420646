import { BusyError, EVENT_SCHEMA, InputError } from '@sightline/contracts';
import type { Clock, ImportJob, IntakeStore, Vault } from '@sightline/ports';
import type { Logger } from '@sightline/runtime';
import { newId } from '@sightline/runtime';
import type { CutLine } from '../queue-log/cutter';
import { LineCutter } from '../queue-log/cutter';
import type { LineContext } from '../queue-log/events';
import type { LineIntake } from '../queue-log/intake';
import type { WhenAmbiguous } from '../queue-log/local-time';
import { localTimeOf } from '../queue-log/local-time';
import { keyedNames } from '../queue-log/names';
import type { DeclaredSources } from '../sources/declared';
import type { ImportRequest, ImportView } from './job';
import type { Preview } from './preview';
import { Previewer } from './preview';
import { CHUNK_BYTES, chunkAt, isLastChunk, newJob, requireChunk, vouchedUntil } from './job';

/** Damaged lines of one import that are kept, sealed; the rest is counted. */
const LETTERS_MAX = 10_000;

/** An import while its chunks come in. Lost with the process: then reading goes on at the job's acceptedBytes. */
interface Reading {
  readonly cutter: LineCutter;
  readonly context: LineContext;
  /** Bytes of the file seen. */
  received: number;
  busy: boolean;
}

/** Whose file it is and how its times are to be read. */
export interface PreviewWish {
  readonly source: string | null;
  readonly zone: string;
  readonly whenAmbiguous: WhenAmbiguous;
}

export interface ImportPorts {
  readonly intake: IntakeStore;
  readonly vault: Vault;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Confirmed imports of whole files, chunk by chunk. One of a source at a time. */
export class Imports {
  private readonly readings = new Map<string, Reading>();
  private readonly creating = new Set<string>();

  constructor(
    private readonly ports: ImportPorts,
    private readonly lines: LineIntake,
    private readonly sources: DeclaredSources,
  ) {}

  /** Looks through a file and keeps nothing of it. */
  async preview(operatorId: string, wish: PreviewWish, body: AsyncIterable<Uint8Array>): Promise<Preview> {
    const { source, zone, whenAmbiguous } = wish;
    const declared = await this.sources.names(operatorId, source);
    const localTime = localTimeOf(zone, whenAmbiguous);
    const previewer = new Previewer({ zone, localTime, declared, nowMs: this.ports.clock.nowMs() });
    for await (const block of body) previewer.push(block);
    return previewer.finish(source, await this.ports.intake.imports(operatorId));
  }

  /** InputError 404 `unknown-source`, 409 `import-open` (with the importId that is to be finished or cancelled first). */
  async create(operatorId: string, request: ImportRequest): Promise<ImportView> {
    const { row } = await this.sources.require(operatorId, request.source);
    if (row.system !== 'queueLog') throw new InputError('not-a-queue-log', 'this source takes no queue logs', { status: 422 });
    if (this.creating.has(row.source)) throw new BusyError('import-starting', 'an import of this source is just being made');
    this.creating.add(row.source);
    try {
      const open = (await this.ports.intake.imports(operatorId)).find((job) => job.source === row.source && job.state === 'open');
      if (open) {
        const details = { importId: open.importId };
        throw new InputError('import-open', 'another import of this source is not finished', { status: 409, details });
      }
      const nowMs = this.ports.clock.nowMs();
      const job = newJob(newId(nowMs), operatorId, request, nowMs);
      await this.ports.intake.putImport(job);
      this.ports.logger.info('import confirmed', { importId: job.importId, source: job.source, bytes: job.sizeBytes });
      return this.view(job);
    } finally {
      this.creating.delete(row.source);
    }
  }

  async list(operatorId: string): Promise<readonly ImportView[]> {
    return (await this.ports.intake.imports(operatorId)).map((job) => this.view(job));
  }

  /** InputError 404 `unknown-import`. */
  async get(operatorId: string, importId: string): Promise<ImportView> {
    return this.view(await this.job(operatorId, importId));
  }

  /** Takes back nothing that is in the log; the same file may be imported again. */
  async cancel(operatorId: string, importId: string): Promise<void> {
    const job = await this.job(operatorId, importId);
    if (this.readings.get(importId)?.busy) throw new BusyError('import-busy', 'a chunk is being read');
    if (job.state !== 'open') return;
    await this.ports.intake.putImport({ ...job, state: 'cancelled', finishedAt: this.ports.clock.nowMs() });
    this.readings.delete(importId);
  }

  /**
   * Accepts the next chunk: its lines are in the log when this resolves, and only then acceptedBytes moves. After an error reading goes on
   * where the job stands. InputError as {@link requireChunk}, BusyError while another chunk is being read.
   */
  async chunk(operatorId: string, importId: string, index: number, bytes: Uint8Array): Promise<ImportView> {
    const job = await this.job(operatorId, importId);
    const reading = await this.reading(job);
    if (reading.busy) throw new BusyError('import-busy', 'a chunk is being read');
    requireChunk(job, index, chunkAt(reading.received), bytes);
    reading.busy = true;
    try {
      const read = await this.read(job, reading, index, bytes);
      const done = isLastChunk(job, index) ? await this.finish(read) : read;
      await this.ports.intake.putImport(done);
      reading.busy = false;
      if (done.state === 'finished') this.readings.delete(importId);
      return this.view(done);
    } catch (error) {
      this.readings.delete(importId);
      throw error;
    }
  }

  private async read(job: ImportJob, reading: Reading, index: number, bytes: Uint8Array): Promise<ImportJob> {
    const { cutter } = reading;
    const lines: CutLine[] = [...cutter.push(bytes.subarray(reading.received - index * CHUNK_BYTES))];
    reading.received = index * CHUNK_BYTES + bytes.length;
    const last = isLastChunk(job, index) ? cutter.finish() : null;
    if (last) lines.push(last);
    const accepted = await this.lines.accept(lines, {
      operatorId: job.operatorId,
      door: 'import',
      context: reading.context,
      generation: 0,
      lettersLeft: LETTERS_MAX - job.damagedLines,
      letter: (_, at) => ({
        deadLetterId: `${job.importId}/${job.lines + at + 1}`,
        line: job.lines + at + 1,
        place: `import ${job.importId}`,
      }),
    });
    const ends = [job.lastOccurredAt ?? null, accepted.lastOccurredAt].filter((at) => at !== null);
    return {
      ...job,
      acceptedBytes: cutter.nextLine,
      lines: job.lines + accepted.lines,
      damagedLines: job.damagedLines + accepted.damaged,
      events: job.events + accepted.events,
      lastOccurredAt: ends.length > 0 ? Math.max(...ends) : null,
    };
  }

  private async finish(job: ImportJob): Promise<ImportJob> {
    const nowMs = this.ports.clock.nowMs();
    const occurredAt = vouchedUntil(job, nowMs);
    if (occurredAt !== null) {
      const eventId = `import ${job.importId}`;
      await this.lines.heartbeat({ source: job.source, eventId, occurredAt, receivedAt: nowMs, schema: EVENT_SCHEMA });
    }
    const { importId, source, lines, damagedLines, events } = job;
    this.ports.logger.info('import finished', { importId, source, lines, damagedLines, events });
    return { ...job, acceptedBytes: job.sizeBytes, state: 'finished', finishedAt: nowMs };
  }

  private async reading(job: ImportJob): Promise<Reading> {
    const names = await this.sources.names(job.operatorId, job.source);
    const key = await this.ports.vault.sourceKey(job.source);
    // Asked for again: while the vault answered, another chunk may have begun.
    const known = this.readings.get(job.importId);
    if (known) return known;
    const localTime = localTimeOf(job.zone, job.whenAmbiguous ?? null);
    const context = { source: job.source, key, localTime, names: keyedNames(names, key) };
    const reading = { cutter: new LineCutter(job.acceptedBytes), context, received: job.acceptedBytes, busy: false };
    if (job.state === 'open') this.readings.set(job.importId, reading);
    return reading;
  }

  private async job(operatorId: string, importId: string): Promise<ImportJob> {
    const job = await this.ports.intake.import(importId);
    if (job?.operatorId !== operatorId) throw new InputError('unknown-import', 'there is no such import', { status: 404 });
    return job;
  }

  private view(job: ImportJob): ImportView {
    const next = this.readings.get(job.importId)?.received ?? job.acceptedBytes;
    return { ...job, nextChunk: job.state === 'open' ? chunkAt(next) : null };
  }
}
