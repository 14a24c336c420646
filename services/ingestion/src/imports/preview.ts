import type { Hash } from 'node:crypto';
import { createHash } from 'node:crypto';
import { startOfDay } from '@sightline/core-kpi';
import type { ImportJob } from '@sightline/ports';
import type { CutLine } from '../queue-log/cutter';
import { LineCutter } from '../queue-log/cutter';
import type { Draft } from '../queue-log/decode';
import { draftsOfLine } from '../queue-log/events';
import type { DamageReason, LocalTime } from '../queue-log/line';
import { isNoTime } from '../queue-log/line';
import type { LineNames } from '../queue-log/names';
import type { DeclaredNames } from '../sources/declared';
import { CHUNK_BYTES } from './job';

/** Damaged lines listed one by one; all are counted. */
const LISTED_MAX = 100;
/** Different queues, logins, events and days held; a file that has more is no queue log of a call centre. */
const NAMES_MAX = 5_000;
/** What stands for every login that is a telephone number. */
const NUMBER = 'number';

/** What a file would bring, before anything of it is kept. */
export interface Preview {
  readonly sizeBytes: number;
  /** SHA-256, hex, of each MiB: what confirming repeats. */
  readonly chunks: readonly string[];
  readonly lines: number;
  readonly events: number;
  readonly damaged: {
    readonly total: number;
    readonly byReason: Readonly<Partial<Record<DamageReason, number>>>;
    /** The first hundred. */
    readonly first: readonly { readonly line: number; readonly reason: DamageReason }[];
  };
  /** Lines whose local time the clock showed twice or never, and nobody said which is meant. Among the damaged. */
  readonly ambiguousLocalTimes: number;
  readonly ignored: readonly { readonly event: string; readonly lines: number }[];
  readonly queues: readonly { readonly queue: string; readonly entries: number }[];
  readonly logins: readonly { readonly login: string; readonly lines: number }[];
  /** By local day, yyyy-mm-dd. */
  readonly days: readonly { readonly day: string; readonly entries: number }[];
  readonly firstAt: number | null;
  readonly lastAt: number | null;
  /** True when there were too many different names to list them all. */
  readonly cut: boolean;
  readonly warnings: readonly PreviewWarning[];
}

/** The same lines have been imported: under this source, which is harmless, or under another, which counts them twice. */
export interface PreviewWarning {
  readonly code: 'already-imported' | 'same-lines-elsewhere';
  readonly source: string;
  readonly importId: string;
}

/** SHA-256 of each MiB of a stream, whatever the blocks it comes in. */
class ChunkHashes {
  readonly done: string[] = [];
  private hash: Hash | null = null;
  private filled = 0;

  push(block: Uint8Array): void {
    for (let start = 0; start < block.length;) {
      const part = block.subarray(start, start + CHUNK_BYTES - this.filled);
      this.hash = (this.hash ?? createHash('sha256')).update(part);
      this.filled += part.length;
      start += part.length;
      if (this.filled === CHUNK_BYTES) this.close();
    }
  }

  close(): void {
    if (this.hash) this.done.push(this.hash.digest('hex'));
    this.hash = null;
    this.filled = 0;
  }
}

/** Counts by name, for a bounded number of names. */
class Tally {
  readonly counts = new Map<string, number>();
  overflowed = false;

  add(name: string): void {
    const count = this.counts.get(name);
    if (count === undefined && this.counts.size >= NAMES_MAX) this.overflowed = true;
    else this.counts.set(name, (count ?? 0) + 1);
  }

  greatestFirst(): [string, number][] {
    return [...this.counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  }
}

const SLOT_MS = 900_000;

/** The local day of an instant. Offsets from UTC change at whole quarters of an hour, so that one answer serves a quarter. */
function localDay(zone: string): (at: number) => string {
  const known = new Map<number, string>();
  const iso = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short' });
  return (at) => {
    const slot = Math.floor(at / SLOT_MS);
    let day = known.get(slot);
    if (day === undefined) {
      day = iso.format(startOfDay(slot * SLOT_MS, zone));
      if (known.size >= NAMES_MAX) known.clear();
      known.set(slot, day);
    }
    return day;
  };
}

/** How a file is to be read. */
export interface PreviewOptions {
  readonly zone: string;
  readonly localTime: LocalTime;
  readonly declared: DeclaredNames;
  readonly nowMs: number;
}

/** Looks through a file in bounded memory and keeps nothing of it. */
export class Previewer {
  private readonly cutter = new LineCutter();
  private readonly hashes = new ChunkHashes();
  private readonly names: LineNames;
  private readonly dayOf: (at: number) => string;
  private readonly reasons: Partial<Record<DamageReason, number>> = {};
  private readonly listed: { line: number; reason: DamageReason }[] = [];
  private readonly tallies = { ignored: new Tally(), queues: new Tally(), logins: new Tally(), days: new Tally() };
  private sizeBytes = 0;
  private lines = 0;
  private damaged = 0;
  private events = 0;
  private firstAt: number | null = null;
  private lastAt: number | null = null;

  constructor(private readonly options: PreviewOptions) {
    this.names = { declared: options.declared, standIn: () => NUMBER };
    this.dayOf = localDay(options.zone);
  }

  push(block: Uint8Array): void {
    this.sizeBytes += block.length;
    this.hashes.push(block);
    for (const cut of this.cutter.push(block)) this.take(cut);
  }

  /** @param imported what the operator has imported before. */
  finish(source: string | null, imported: readonly ImportJob[]): Preview {
    const last = this.cutter.finish();
    if (last) this.take(last);
    this.hashes.close();
    const { ignored, queues, logins, days } = this.tallies;
    return {
      sizeBytes: this.sizeBytes,
      chunks: this.hashes.done,
      lines: this.lines,
      events: this.events,
      damaged: { total: this.damaged, byReason: this.reasons, first: this.listed },
      ambiguousLocalTimes: this.reasons['ambiguous local time'] ?? 0,
      ignored: ignored.greatestFirst().map(([event, lines]) => ({ event, lines })),
      queues: queues.greatestFirst().map(([queue, entries]) => ({ queue, entries })),
      logins: logins.greatestFirst().map(([login, lines]) => ({ login, lines })),
      days: [...days.counts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([day, entries]) => ({ day, entries })),
      firstAt: this.firstAt,
      lastAt: this.lastAt,
      cut: Object.values(this.tallies).some((tally) => tally.overflowed),
      warnings: warningsOf(source, this.hashes.done, imported),
    };
  }

  private take({ line }: CutLine): void {
    this.lines += 1;
    const result = draftsOfLine(line, this.options.localTime, this.names);
    if (result.type === 'ignored') this.tallies.ignored.add(result.event);
    else if (result.type === 'damaged') this.damage(result.reason);
    else if (result.drafts.some(({ occurredAt }) => isNoTime(occurredAt, this.options.nowMs))) this.damage('bad time');
    else result.drafts.forEach((draft, ordinal) => this.count(draft, ordinal));
  }

  private damage(reason: DamageReason): void {
    this.damaged += 1;
    this.reasons[reason] = (this.reasons[reason] ?? 0) + 1;
    if (this.listed.length < LISTED_MAX) this.listed.push({ line: this.lines, reason });
  }

  private count({ occurredAt, queue, login, fact }: Draft, ordinal: number): void {
    this.events += 1;
    this.firstAt = Math.min(this.firstAt ?? occurredAt, occurredAt);
    this.lastAt = Math.max(this.lastAt ?? occurredAt, occurredAt);
    if (login !== undefined && ordinal === 0) this.tallies.logins.add(login);
    if (fact.kind !== 'queueEntered') return;
    this.tallies.queues.add(queue ?? '');
    this.tallies.days.add(this.dayOf(occurredAt));
  }
}

function warningsOf(source: string | null, chunks: readonly string[], imported: readonly ImportJob[]): PreviewWarning[] {
  const mine = new Set(chunks);
  return imported
    .filter((job) => job.acceptedBytes > 0 && job.chunks.some((chunk) => mine.has(chunk)))
    .map((job) => ({
      code: job.source === source ? 'already-imported' : 'same-lines-elsewhere',
      source: job.source,
      importId: job.importId,
    }));
}
