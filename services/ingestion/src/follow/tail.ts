import type { FollowedFile } from '@sightline/ports';
import type { CutLine } from '../queue-log/cutter';
import { LineCutter } from '../queue-log/cutter';
import type { AllowedFolders, OpenFile } from './folders';

/** Bytes read at once. */
const BLOCK_BYTES = 262_144;
const LF = 0x0a;

/** Where reading stands: which file of the source, and the start of the line to read next. */
export type Place = Pick<FollowedFile, 'fileId' | 'generation' | 'offset'>;

export type Read =
  /** Lines, perhaps none yet, and the place after them. Whoever took them saves that place and asks again. */
  | {
      readonly type: 'lines';
      readonly lines: readonly CutLine[];
      readonly generation: number;
      readonly place: Place;
      /** True when the file read before cannot be found any more: what it got after its last line read is lost. */
      readonly gap: boolean;
    }
  /** All that the file holds has been read. */
  | { readonly type: 'end' }
  | { readonly type: 'missing' };

/**
 * Reads a file that grows, is renamed and made anew, or is copied and cut. A renamed file is read to its end before the new one is begun;
 * half a line waits for its other half, except at the end of a file that will get no more.
 */
export class FileTail {
  private file: OpenFile | null = null;
  private cutter = new LineCutter();
  /** Bytes of the file read. */
  private position = 0;
  private gap = false;

  constructor(
    private readonly folders: AllowedFolders,
    private readonly path: string,
    private place: Place,
  ) {}

  async read(): Promise<Read> {
    const file = this.file ?? (await this.reopen());
    if (!file) return { type: 'missing' };
    if ((await sizeOf(file)) < this.position || !(await this.continues(file))) return this.begin(file);
    const block = Buffer.allocUnsafe(BLOCK_BYTES);
    const { bytesRead } = await file.handle.read(block, 0, BLOCK_BYTES, this.position);
    if (bytesRead > 0) return this.take(file, block.subarray(0, bytesRead));
    const atPath = await this.folders.look(this.path);
    // The writer goes on in the renamed file until it has opened the new one: only what stands in that shows that it has.
    const successor = atPath !== null && atPath.fileId !== file.fileId && atPath.size > 0;
    if (!successor) return { type: 'end' };
    return (await sizeOf(file)) > this.position ? this.read() : this.succeed(file);
  }

  async close(): Promise<void> {
    const { file } = this;
    this.file = null;
    await file?.handle.close();
  }

  private take(file: OpenFile, bytes: Buffer): Read {
    const lines = [...this.cutter.push(bytes)];
    this.position += bytes.length;
    this.place = { ...this.place, fileId: file.fileId, offset: this.cutter.nextLine };
    const { gap, place } = this;
    this.gap = false;
    return { type: 'lines', lines, generation: place.generation, place, gap };
  }

  /** The file is complete: what is left of it is a line too, and reading goes on in the one that took its name. */
  private async succeed(file: OpenFile): Promise<Read> {
    const last = this.cutter.finish();
    const { generation } = this.place;
    await this.close();
    const next = await this.folders.open(this.path);
    this.place = { fileId: next?.fileId ?? file.fileId, generation: generation + 1, offset: 0 };
    if (next) this.use(next);
    return { type: 'lines', lines: last ? [last] : [], generation, place: this.place, gap: false };
  }

  /** The same file from its first byte: it was cut, so that what stands there now is new. */
  private begin(file: OpenFile): Read {
    this.place = { fileId: file.fileId, generation: this.place.generation + 1, offset: 0 };
    this.use(file);
    return { type: 'lines', lines: [], generation: this.place.generation, place: this.place, gap: false };
  }

  private use(file: OpenFile): OpenFile {
    this.file = file;
    this.position = this.place.offset;
    this.cutter = new LineCutter(this.place.offset);
    return file;
  }

  /** Finds the file again in which reading stopped, under its old name or another; else begins the one that has the name now. */
  private async reopen(): Promise<OpenFile | null> {
    const atPath = await this.folders.open(this.path);
    const { fileId, generation } = this.place;
    if (fileId === null || (atPath?.fileId === fileId && (await this.continues(atPath)))) return atPath && this.use(atPath);
    const renamed = atPath?.fileId === fileId ? null : await this.folders.find(this.path, fileId);
    if (renamed && (await this.continues(renamed))) {
      await atPath?.handle.close();
      return this.use(renamed);
    }
    await renamed?.handle.close();
    if (!atPath) return null;
    this.gap = true;
    this.place = { fileId: atPath.fileId, generation: generation + 1, offset: 0 };
    return this.use(atPath);
  }

  /** Whether a line ends where reading stopped: else other bytes stand there than were read. */
  private async continues(file: OpenFile): Promise<boolean> {
    const { offset } = this.place;
    if (offset === 0) return true;
    const byte = Buffer.alloc(1);
    const { bytesRead } = await file.handle.read(byte, 0, 1, offset - 1);
    return bytesRead === 1 && byte[0] === LF;
  }
}

async function sizeOf(file: OpenFile): Promise<number> {
  return (await file.handle.stat()).size;
}
