import { watch } from 'node:fs';
import path from 'node:path';
import { EVENT_SCHEMA, SightlineError } from '@sightline/contracts';
import type { Clock, FollowedFile, IntakeStore, Vault } from '@sightline/ports';
import type { Logger } from '@sightline/runtime';
import { newId } from '@sightline/runtime';
import type { LineContext } from '../queue-log/events';
import type { LineIntake } from '../queue-log/intake';
import { localTimeOf } from '../queue-log/local-time';
import { keyedNames } from '../queue-log/names';
import type { DeclaredSources } from '../sources/declared';
import type { AllowedFolders } from './folders';
import type { Read } from './tail';
import { FileTail } from './tail';

/** How a followed file is doing. `failing`: it cannot be read, or what it says not be stored, for now. */
export type FollowState = 'starting' | 'reading' | 'atEnd' | 'missing' | 'failing';

const HEARTBEAT_MS = 5_000;
/** Damaged lines that are kept, sealed, since the start; the rest is counted. */
const LETTERS_MAX = 10_000;

export interface FollowPorts {
  readonly intake: IntakeStore;
  readonly vault: Vault;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** What followers share. */
export interface FollowTools {
  readonly lines: LineIntake;
  readonly sources: DeclaredSources;
  readonly folders: AllowedFolders;
  readonly pollMs: number;
}

/** Reads one file while it grows, until stopped. Its place is saved after its events are in the log; after any error it goes on from there. */
export class Follower {
  state: FollowState = 'starting';
  private stopping = false;
  private readonly ended: Promise<void>;
  private tail: FileTail;
  private wake = new AbortController();
  private lettersLeft = LETTERS_MAX;
  private beatAt = -Infinity;

  constructor(
    public file: FollowedFile,
    private readonly ports: FollowPorts,
    private readonly tools: FollowTools,
  ) {
    this.tail = new FileTail(tools.folders, file.path, file);
    this.ended = this.run();
  }

  async stop(): Promise<void> {
    this.stopping = true;
    this.wake.abort();
    await this.ended;
  }

  private async run(): Promise<void> {
    const watcher = this.watch();
    while (!this.stopping) {
      // Made before reading: a change that comes meanwhile ends the wait before it begins.
      this.wake = new AbortController();
      const { signal } = this.wake;
      if (!(await this.step())) await this.ports.clock.delay(this.tools.pollMs, signal);
    }
    watcher?.close();
    await this.tail.close();
  }

  /** A change in the folder ends the wait early. Where watching is not possible, polling does alone. */
  private watch(): { close(): void } | null {
    try {
      const watcher = watch(path.dirname(this.file.path), { persistent: false }, () => this.wake.abort());
      return watcher.on('error', () => watcher.close());
    } catch {
      return null;
    }
  }

  /** Reads once; true when there may be more at once. */
  private async step(): Promise<boolean> {
    try {
      // Asked before reading: the file held everything up to here if its end is met.
      const nowMs = this.ports.clock.nowMs();
      const read = await this.tail.read();
      if (read.type === 'lines') await this.accept(read);
      else if (read.type === 'end') await this.beat(nowMs);
      this.become(read.type === 'lines' ? 'reading' : read.type === 'end' ? 'atEnd' : 'missing');
      return read.type === 'lines';
    } catch (error) {
      await this.startOver(error);
      return false;
    }
  }

  private become(state: FollowState): void {
    if (state === this.state) return;
    if (state === 'missing') this.ports.logger.warn('followed file is missing', this.who());
    else if (this.state === 'missing' || this.state === 'failing') this.ports.logger.info('followed file is read again', this.who());
    this.state = state;
  }

  private async accept({ lines, generation, place, gap }: Extract<Read, { type: 'lines' }>): Promise<void> {
    const { followId, operatorId } = this.file;
    if (lines.length > 0) {
      const accepted = await this.tools.lines.accept(lines, {
        operatorId,
        door: 'follow',
        context: await this.context(),
        generation,
        lettersLeft: this.lettersLeft,
        letter: ({ offset }) => ({
          deadLetterId: `${followId}/${generation}/${offset}`,
          line: null,
          place: `follow ${followId}, file ${generation}, byte ${offset}`,
        }),
      });
      this.lettersLeft = Math.max(0, this.lettersLeft - accepted.damaged);
    }
    if (gap) this.ports.logger.warn('followed file was replaced while nobody read it: its last lines may be lost', this.who());
    const { fileId, offset } = place;
    const moved = fileId !== this.file.fileId || offset !== this.file.offset || place.generation !== this.file.generation;
    this.file = { ...this.file, ...place };
    if (moved) await this.ports.intake.putFollow(this.file);
  }

  private async context(): Promise<LineContext> {
    const { operatorId, source } = this.file;
    const declared = await this.tools.sources.require(operatorId, source);
    const key = await this.ports.vault.sourceKey(source);
    return { source, key, localTime: localTimeOf(declared.row.zone, null), names: keyedNames(declared, key) };
  }

  private async beat(occurredAt: number): Promise<void> {
    if (occurredAt - this.beatAt < HEARTBEAT_MS) return;
    const { source } = this.file;
    await this.tools.lines.heartbeat({ source, eventId: newId(occurredAt), occurredAt, receivedAt: occurredAt, schema: EVENT_SCHEMA });
    this.beatAt = occurredAt;
  }

  private async startOver(error: unknown): Promise<void> {
    const code = error instanceof SightlineError ? error.code : 'unreadable';
    if (this.state !== 'failing') this.ports.logger.warn('following failed, trying again', { ...this.who(), code, error });
    this.state = 'failing';
    await this.tail.close().catch(() => {});
    this.tail = new FileTail(this.tools.folders, this.file.path, this.file);
  }

  private who(): { readonly followId: string; readonly source: string } {
    return { followId: this.file.followId, source: this.file.source };
  }
}
