import { ProblemError } from '../server/request';
import type { ImportView } from './imports';

/** A file is sent in pieces of a MiB. */
export const CHUNK_BYTES = 1_048_576;
/** Times that one piece is tried again while the server is busy or away. */
const TRIES = 8;
const FIRST_WAIT_MS = 500;

export interface UploadTools {
  /** Sends one piece; resolves with the import as it is then. */
  readonly send: (index: number, bytes: Blob) => Promise<ImportView>;
  readonly wait: (ms: number) => Promise<void>;
  readonly onProgress: (job: ImportView) => void;
  /** Asked before each piece. */
  readonly isPaused: () => boolean;
}

const isPassing = (error: ProblemError): boolean => error.status === 0 || error.status === 429 || error.status === 503;

/** The piece the server wants next, where it says so. */
function nextOf(error: ProblemError): number | null {
  const next = error.details['nextChunk'];
  return error.code === 'chunk-out-of-order' && typeof next === 'number' ? next : null;
}

/**
 * Sends what is missing of a file, piece by piece. What the server wants next decides, not what was sent: after a crash on either side
 * sending goes on where the log ends. Resolves with the import, still open when it was paused; throws ProblemError.
 */
export async function upload(file: Blob, job: ImportView, tools: UploadTools): Promise<ImportView> {
  let current = job;
  let next = job.nextChunk;
  let tries = 0;
  while (next !== null && !tools.isPaused()) {
    try {
      current = await tools.send(next, file.slice(next * CHUNK_BYTES, (next + 1) * CHUNK_BYTES));
      next = current.nextChunk;
      tries = 0;
      tools.onProgress(current);
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      const wanted = nextOf(error);
      tries += 1;
      if (tries > TRIES || !(isPassing(error) || wanted !== null)) throw error;
      if (wanted !== null) next = wanted;
      else await tools.wait(FIRST_WAIT_MS * 2 ** (tries - 1));
    }
  }
  return current;
}
