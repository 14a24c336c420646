import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { open } from 'node:fs/promises';
import { createInterface } from 'node:readline/promises';
import { setTimeout as delay } from 'node:timers/promises';
import type { Capability, DirectoryRow } from '@sightline/contracts';
import { SightlineError } from '@sightline/contracts';
import type { ImportView, Preview } from '@sightline/ingestion';
import type { FeedsAnswer } from '@sightline/kpi-aggregation';
import { progressOf } from './bar';
import type { Remote } from './remote';
import { RemoteProblem } from './remote';
import { count, many, table } from './table';
import { UsageError } from './usage';

export interface ImportOptions {
  readonly file: string;
  readonly source: string;
  readonly zone: string;
  readonly whenAmbiguous: 'earlier' | 'later' | null;
  readonly yes: boolean;
  readonly json: boolean;
  /** Lines a second at most; null as fast as it goes. */
  readonly linesPerSecond: number | null;
}

/** What a queue_log can tell. */
const CAPABILITIES: readonly Capability[] = ['waits', 'ringing', 'agentStates', 'blocked', 'endedBy'];
const CHUNK_BYTES = 1_048_576;
const SHOWN = 12;
const LOOK_MS = 200;

/** `sightline import`: shows what a queue_log would bring, asks, sends it in pieces, and waits until the figures have it. */
export async function importCommand(remote: Remote, options: ImportOptions): Promise<number> {
  const { json } = options;
  const file = await openFile(options.file);
  try {
    const { size } = await file.stat();
    if (size === 0) throw new UsageError(`${options.file} is empty`);
    const preview = await previewOf(remote, options, size);
    if (!json) printPreview(options, preview);
    const known = await sourceRow(remote, options.source);
    if (known && known.system !== 'queueLog') throw new UsageError(`the source ${options.source} takes no queue logs`);
    if (!json && !known) console.log(`The source ${options.source} is not there yet: it will be made (queue log, ${options.zone}).`);
    if (!(await isConfirmed(options))) {
      console.log('Nothing was stored.');
      return 0;
    }
    if (!known) await makeSource(remote, options);
    const startedAt = Date.now();
    const job = await send(remote, options, file, size, await begin(remote, options, size, preview.chunks));
    const acceptedAt = Date.now();
    await folded(remote);
    report(options, job, { acceptedMs: acceptedAt - startedAt, committedMs: Date.now() - startedAt });
    return 0;
  } finally {
    await file.close();
  }
}

async function openFile(name: string): Promise<FileHandle> {
  try {
    return await open(name, 'r');
  } catch (error) {
    throw new UsageError(`${name} cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown reason'})`);
  }
}

async function previewOf(remote: Remote, { file, source, zone, whenAmbiguous, json }: ImportOptions, size: number): Promise<Preview> {
  const query = new URLSearchParams({ source, format: 'queueLog', zone, ...(whenAmbiguous ? { whenAmbiguous } : {}) });
  const bar = progressOf('Looking through the file', size, json);
  try {
    const { text } = await remote.patiently(() => {
      let read = 0;
      const bytes = createReadStream(file, { highWaterMark: 262_144 });
      bytes.on('data', (block) => bar.set((read += block.length)));
      return remote.ask(`/v1/imports/preview?${query.toString()}`, { method: 'POST', bytes });
    });
    return JSON.parse(text) as Preview;
  } finally {
    bar.end();
  }
}

function printPreview({ file, zone }: ImportOptions, preview: Preview): void {
  const days = preview.days.map(({ day }) => day).sort();
  const span = days.length === 0 ? 'no day' : days.length === 1 ? days[0] : `${days[0]} to ${days.at(-1)}`;
  console.log(
    `\n${file}: ${many(preview.lines, 'line')}, ${many(preview.events, 'event')}, ${many(days.length, 'day')} (${span}, ${zone})`,
  );
  const queues = preview.queues.slice(0, SHOWN).map(({ queue, entries }) => [queue, count(entries)]);
  console.log(`\n${table(['queue', 'calls'], queues)}`);
  if (preview.queues.length > SHOWN) console.log(`… ${many(preview.queues.length - SHOWN, 'more queue')}`);
  console.log(`\n${many(preview.logins.length, 'person', 'people')} answered (by login).`);
  const { total, first } = preview.damaged;
  if (total > 0) {
    const places = first.slice(0, SHOWN).map(({ line, reason }) => `${count(line)} (${reason})`);
    console.log(`${many(total, 'damaged line')}, left out: ${places.join(', ')}${total > places.length ? ' …' : ''}`);
  }
  if (preview.ambiguousLocalTimes > 0)
    console.log(
      `${many(preview.ambiguousLocalTimes, 'line')} with a time the clock showed twice or never: say --when-ambiguous earlier or later.`,
    );
  const ignored = preview.ignored.map(({ event, lines }) => `${event} ${count(lines)}`);
  if (ignored.length > 0) console.log(`Lines that say nothing about calls: ${ignored.slice(0, SHOWN).join(', ')}`);
  for (const { code, source } of preview.warnings) {
    if (code === 'already-imported') console.log('This file has been imported before: doing it again changes nothing.');
    else console.log(`Careful: the same lines have been imported as source ${source}: they would count twice.`);
  }
  console.log('');
}

async function isConfirmed({ yes, json }: ImportOptions): Promise<boolean> {
  if (yes) return true;
  if (json || !process.stdin.isTTY) throw new UsageError('nothing is stored without your word: add --yes');
  const prompt = createInterface({ input: process.stdin, output: process.stdout });
  const word = await prompt.question('Import this? [y/N] ');
  prompt.close();
  return /^y(es)?$/i.test(word.trim());
}

type SourceRow = DirectoryRow<'source'>;

async function sourceRow(remote: Remote, source: string): Promise<SourceRow | null> {
  const { text } = await remote.patiently(() => remote.ask('/v1/directory'));
  const { rows } = JSON.parse(text) as { rows: readonly DirectoryRow[] };
  return rows.find((row): row is SourceRow => row.kind === 'source' && row.source === source) ?? null;
}

async function makeSource(remote: Remote, { source, zone }: ImportOptions): Promise<void> {
  const row = { kind: 'source', source, name: source, system: 'queueLog', zone, capabilities: CAPABILITIES, live: false };
  await remote.patiently(() => remote.ask('/v1/directory/changes', { method: 'POST', json: { changes: [row] } }));
}

/** Confirms the import; one of the same file that was interrupted is gone on with. */
async function begin(remote: Remote, options: ImportOptions, sizeBytes: number, chunks: readonly string[]): Promise<ImportView> {
  const { source, zone, whenAmbiguous } = options;
  const json = { source, format: 'queueLog', zone, whenAmbiguous, sizeBytes, chunks };
  try {
    return JSON.parse((await remote.patiently(() => remote.ask('/v1/imports', { method: 'POST', json }))).text) as ImportView;
  } catch (error) {
    if (!(error instanceof RemoteProblem) || error.code !== 'import-open') throw error;
    const job = await jobOf(remote, String(error.problem['importId']));
    const same = job.sizeBytes === sizeBytes && job.chunks.join() === chunks.join() && job.zone === zone;
    if (!same) {
      throw new SightlineError(
        'import-open',
        `another import of source ${source} is not finished (${job.importId}): finish it by importing the same file again`,
      );
    }
    return job;
  }
}

async function jobOf(remote: Remote, importId: string): Promise<ImportView> {
  return JSON.parse((await remote.patiently(() => remote.ask(`/v1/imports/${importId}`))).text) as ImportView;
}

/** Sends piece after piece. After any interruption the job says which is next. */
async function send(remote: Remote, options: ImportOptions, file: FileHandle, size: number, begun: ImportView): Promise<ImportView> {
  const bar = progressOf('Importing', size, options.json);
  const startedAt = Date.now();
  const linesBefore = begun.lines;
  let job = begun;
  try {
    while (job.state === 'open' && job.nextChunk !== null) {
      const { importId, nextChunk } = job;
      const bytes = await chunkOf(file, nextChunk, size);
      requireSame(job, nextChunk, bytes, options.file);
      job = await sendChunk(remote, importId, nextChunk, bytes);
      bar.set(job.acceptedBytes);
      const dueMs = options.linesPerSecond === null ? 0 : ((job.lines - linesBefore) * 1_000) / options.linesPerSecond;
      if (job.state === 'open') await delay(Math.max(0, startedAt + dueMs - Date.now()));
    }
    return job;
  } finally {
    bar.end();
  }
}

async function sendChunk(remote: Remote, importId: string, index: number, bytes: Buffer): Promise<ImportView> {
  try {
    const { text } = await remote.patiently(() => remote.ask(`/v1/imports/${importId}/chunks/${index}`, { method: 'PUT', bytes }));
    return JSON.parse(text) as ImportView;
  } catch (error) {
    // Ours was accepted, and only its answer was lost; or a restart begins further back.
    const elsewhere = error instanceof RemoteProblem && (error.code === 'chunk-out-of-order' || error.code === 'import-closed');
    if (!elsewhere) throw error;
    return jobOf(remote, importId);
  }
}

async function chunkOf(file: FileHandle, index: number, size: number): Promise<Buffer> {
  const bytes = Buffer.alloc(Math.min(CHUNK_BYTES, size - index * CHUNK_BYTES));
  await file.read(bytes, 0, bytes.length, index * CHUNK_BYTES);
  return bytes;
}

function requireSame(job: ImportView, index: number, bytes: Buffer, name: string): void {
  if (createHash('sha256').update(bytes).digest('hex') !== job.chunks[index])
    throw new SightlineError('file-changed', `${name} has changed since it was looked through: import it again when nobody writes to it`);
}

/** Until the figures have everything that was accepted. */
async function folded(remote: Remote): Promise<void> {
  for (;;) {
    const { text } = await remote.patiently(() => remote.ask('/v1/feeds'));
    const { behind, refold } = JSON.parse(text) as FeedsAnswer;
    if (behind === 0 && !refold.running) return;
    await delay(LOOK_MS);
  }
}

function report({ json, source }: ImportOptions, job: ImportView, took: { acceptedMs: number; committedMs: number }): void {
  const { importId, state, lines, events, damagedLines } = job;
  const linesPerSecond = Math.round((lines * 1_000) / Math.max(1, took.committedMs));
  if (json) {
    console.log(JSON.stringify({ importId, source, state, lines, events, damagedLines, ...took, linesPerSecond }));
    return;
  }
  const seconds = (ms: number): string => (ms / 1_000).toFixed(1);
  console.log(
    `${many(lines, 'line')} in (${many(events, 'event')}, ${many(damagedLines, 'damaged line')}): ` +
      `accepted after ${seconds(took.acceptedMs)} s, in the figures after ${seconds(took.committedMs)} s (${count(linesPerSecond)} lines a second).`,
  );
}
