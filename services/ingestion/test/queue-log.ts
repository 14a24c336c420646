import { createHash } from 'node:crypto';
import { CHUNK_BYTES } from '../src';
import type { Answer, Ingestion } from './harness';

/** 2026-03-02 14:00 UTC, seconds. */
const START = 1_772_460_000;

/** A made queue log of so many calls, three lines each: entered, answered, ended. Every call has its own number. */
export function callsLog(calls: number, firstCall = 0): string {
  let log = '';
  for (let call = firstCall; call < firstCall + calls; call += 1) {
    const at = START + call * 7;
    const about = `${at}.${call}|sales`;
    log += `${at}|${about}|NONE|ENTERQUEUE||212${5_000_000 + call}|1\n`;
    log += `${at + 3}|${about}|PJSIP/${3_000 + (call % 9)}|CONNECT|3|${at}.${call}|2\n`;
    log += `${at + 60}|${about}|PJSIP/${3_000 + (call % 9)}|COMPLETECALLER|3|57|1\n`;
  }
  return log;
}

/** The request that confirms a file for import. */
export function importOf(file: Buffer, members: Record<string, unknown> = {}): Record<string, unknown> & { chunks: string[] } {
  const chunks = chunksOf(file).map((chunk) => createHash('sha256').update(chunk).digest('hex'));
  return { source: 'pbx', format: 'queueLog', zone: 'America/New_York', sizeBytes: file.length, chunks, ...members };
}

export function chunksOf(file: Buffer): Buffer[] {
  return Array.from({ length: Math.ceil(file.length / CHUNK_BYTES) }, (_, index) =>
    file.subarray(index * CHUNK_BYTES, (index + 1) * CHUNK_BYTES),
  );
}

/** Sends what an import still lacks, as a client would: always the chunk that is next. */
export async function sendRest(ingestion: Ingestion, importId: string, file: Buffer): Promise<Answer> {
  let answer = await ingestion.send('GET', `/v1/imports/${importId}`, 'manager');
  while (answer.json.nextChunk !== null) {
    const index: number = answer.json.nextChunk;
    answer = await ingestion.send('PUT', `/v1/imports/${importId}/chunks/${index}`, 'manager', chunksOf(file)[index]);
    if (answer.status !== 200) throw new Error(answer.text);
  }
  return answer;
}

/** Confirms and sends a whole file. */
export async function importFile(ingestion: Ingestion, file: Buffer, members: Record<string, unknown> = {}): Promise<Answer> {
  const created = await ingestion.send('POST', '/v1/imports', 'manager', importOf(file, members));
  if (created.status !== 201) throw new Error(created.text);
  return sendRest(ingestion, created.json.importId, file);
}
