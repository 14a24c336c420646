/** @jest-environment node */
import { decodeSubmission } from '@sightline/contracts';
import { exampleOf } from '../src/connect/example';
import type { ClinicRow } from '../src/directory/directory';
import { identifierOf } from '../src/directory/directory';
import type { ImportView } from '../src/imports/imports';
import { nameOfFile } from '../src/imports/imports';
import { megabytes } from '../src/imports/sizes';
import type { UploadTools } from '../src/imports/upload';
import { CHUNK_BYTES, upload } from '../src/imports/upload';
import { planOf } from '../src/mappings/plan';
import { ProblemError } from '../src/server/request';

const FILE = new Blob([new Uint8Array(2 * CHUNK_BYTES + 10)]);

function jobAt(nextChunk: number | null): ImportView {
  const state = nextChunk === null ? 'finished' : 'open';
  const acceptedBytes = Math.min(FILE.size, (nextChunk ?? 3) * CHUNK_BYTES);
  return {
    importId: 'i',
    source: 's',
    zone: 'UTC',
    sizeBytes: FILE.size,
    acceptedBytes,
    lines: 0,
    damagedLines: 0,
    state,
    createdAt: 0,
    nextChunk,
  };
}

/** A server that takes pieces in order, and fails as told before each try. */
function receiver(failures: readonly (ProblemError | null)[] = [], isPaused = () => false) {
  const received: [number, number][] = [];
  const waits: number[] = [];
  let tries = 0;
  const tools: UploadTools = {
    send: async (index, bytes) => {
      const failure = failures[tries];
      tries += 1;
      if (failure) throw failure;
      received.push([index, bytes.size]);
      return jobAt(index === 2 ? null : index + 1);
    },
    wait: async (ms) => void waits.push(ms),
    onProgress: () => undefined,
    isPaused,
  };
  return { tools, received, waits };
}

describe('upload', () => {
  test('sends every piece in order, the last one shorter', async () => {
    const { tools, received } = receiver();
    expect((await upload(FILE, jobAt(0), tools)).state).toBe('finished');
    expect(received).toEqual([
      [0, CHUNK_BYTES],
      [1, CHUNK_BYTES],
      [2, 10],
    ]);
  });

  test('goes on where the job stands, and where the server says', async () => {
    const { tools, received } = receiver([new ProblemError(409, 'chunk-out-of-order', '', { nextChunk: 2 })]);
    await upload(FILE, jobAt(1), tools);
    expect(received).toEqual([[2, 10]]);
  });

  test('waits longer each time while the server is busy or away, and begins anew after a success', async () => {
    const busy = new ProblemError(503, 'busy', '');
    const { tools, received, waits } = receiver([busy, new ProblemError(0, 'unreachable', ''), null, busy]);
    await upload(FILE, jobAt(0), tools);
    expect(waits).toEqual([500, 1_000, 500]);
    expect(received.map(([index]) => index)).toEqual([0, 1, 2]);
  });

  test('gives up on what asking again cannot help, and after eight tries', async () => {
    const differs = new ProblemError(422, 'chunk-differs', '');
    await expect(upload(FILE, jobAt(0), receiver([differs]).tools)).rejects.toBe(differs);
    const busy = new ProblemError(503, 'busy', '');
    const { tools, waits } = receiver(Array<ProblemError>(20).fill(busy));
    await expect(upload(FILE, jobAt(0), tools)).rejects.toBe(busy);
    expect(waits).toHaveLength(8);
  });

  test('paused, it sends no further piece and leaves the import open', async () => {
    const { tools, received } = receiver([], () => received.length === 1);
    expect((await upload(FILE, jobAt(0), tools)).nextChunk).toBe(1);
    expect(received).toHaveLength(1);
  });
});

test('identifiers are short and plain, and never those that are taken', () => {
  expect(identifierOf('Cebu PBX (süd)')).toBe('cebu-pbx-su-d');
  expect(identifierOf('Cebu', new Set(['cebu', 'cebu-2']))).toBe('cebu-3');
  expect(identifierOf('視力')).toBe('unnamed');
});

test('a file gives its name without folders and ending', () => {
  expect(nameOfFile('february-1999.queue_log')).toBe('february-1999');
  expect(nameOfFile('C:\\logs\\queue_log')).toBe('queue_log');
});

test.each([
  [10, '0.1 MB'],
  [3_540_000, '3.5 MB'],
  [41_900_000, '42 MB'],
])('%d bytes are %s', (bytes, text) => expect(megabytes(bytes)).toBe(text));

describe('planOf', () => {
  const lakeside = { kind: 'clinic', clinicId: 'c1', name: 'Lakeside Eye', zone: 'America/New_York' } as ClinicRow;
  const queue = (name: string) => ({ source: 'pbx', queue: name, visits: 1 });
  const queues = ['4012', '4013', '4014', '4015'].map(queue);
  const choice = (clinicName: string, zone = 'America/Chicago') => ({ clinicName, zone });

  test('a known clinic is found by its name, a new one is made once, and queues without a choice are left', () => {
    const choices = new Map([
      ['pbx/4012', choice('lakeside eye ')],
      ['pbx/4013', choice('Oak Vision')],
      ['pbx/4014', choice('oak vision')],
      ['pbx/4015', choice(' ')],
    ]);
    const mapping = { kind: 'mapping', source: 'pbx', by: 'queue', validFrom: null };
    expect(planOf(queues, choices, [lakeside], null)).toEqual([
      { ...mapping, value: '4012', clinicId: 'c1' },
      { kind: 'clinic', clinicId: 'oak-vision', name: 'Oak Vision', zone: 'America/Chicago', weekStart: 1, opening: null, validFrom: null },
      { ...mapping, value: '4013', clinicId: 'oak-vision' },
      { ...mapping, value: '4014', clinicId: 'oak-vision' },
    ]);
  });

  test('a day begins at midnight of the clinic, whoever sits before the screen', () => {
    const choices = new Map([
      ['pbx/4012', choice('Lakeside Eye')],
      ['pbx/4013', choice('Manila Eye', 'Asia/Manila')],
    ]);
    const from = planOf(queues, choices, [lakeside], '2026-11-24').flatMap((change) =>
      change.kind === 'mapping' ? [change.validFrom] : [],
    );
    expect(from.map((at) => new Date(at ?? 0).toISOString())).toEqual(['2026-11-24T05:00:00.000Z', '2026-11-23T16:00:00.000Z']);
  });

  test('a clinic that would be called like the reserved one gets another identifier', () => {
    const [made] = planOf(queues, new Map([['pbx/4012', choice('Unassigned')]]), [], null);
    expect(made).toMatchObject({ kind: 'clinic', clinicId: 'unassigned-2' });
  });
});

test('the example is one command whose events our own door takes word for word', () => {
  const command = exampleOf('http://127.0.0.1:4500', 'the-key', Date.UTC(2026, 10, 24, 12));
  expect(command).toContain('curl http://127.0.0.1:4500/v1/events');
  expect(command).toContain("-H 'Authorization: Bearer the-key'");
  const [, body = ''] = /-d '(.*)'$/s.exec(command) ?? [];
  const events = JSON.parse(body) as unknown[];
  expect(events.map((event) => decodeSubmission(event, 'pbx').ok)).toEqual([true, true, true]);
});
