import { LINE_BYTES_MAX } from './line';

export interface CutLine {
  /** Without its end. Of a line that is too long only so much that it is seen to be. */
  readonly line: Uint8Array;
  /** Where the line begins in the file. */
  readonly offset: number;
  /** Where the next line begins. */
  readonly end: number;
}

const LF = 0x0a;
const CR = 0x0d;
const NONE = new Uint8Array(0);

/**
 * Cuts a stream of bytes into lines, whatever the blocks they come in. Half a line waits in memory, never more than the longest line
 * allowed: what goes beyond is passed over until the line ends.
 */
export class LineCutter {
  private half: Uint8Array = NONE;
  private lineStart: number;
  private position: number;

  /** @param offset where in the file the first byte lies; the start of a line. */
  constructor(offset = 0) {
    this.lineStart = offset;
    this.position = offset;
  }

  /** Start of the line that is not complete yet: where to read on after a crash. */
  get nextLine(): number {
    return this.lineStart;
  }

  *push(bytes: Uint8Array): Generator<CutLine> {
    const base = this.position;
    this.position += bytes.length;
    let start = 0;
    for (let index = bytes.indexOf(LF); index >= 0; index = bytes.indexOf(LF, start)) {
      this.keep(bytes.subarray(start, index));
      start = index + 1;
      yield this.cut(base + start);
    }
    this.keep(bytes.subarray(start), true);
  }

  /** The last line of a file that does not end with one; null when there is none. */
  finish(): CutLine | null {
    return this.half.length === 0 ? null : this.cut(this.position);
  }

  private keep(part: Uint8Array, copy = false): void {
    // One byte more than allowed, two for a CR: enough to see that the line is too long.
    const room = LINE_BYTES_MAX + 2 - this.half.length;
    if (part.length === 0 || room <= 0) return;
    const kept = part.subarray(0, room);
    if (this.half.length > 0) this.half = Buffer.concat([this.half, kept]);
    else this.half = copy ? kept.slice() : kept;
  }

  private cut(end: number): CutLine {
    const line = this.half.at(-1) === CR ? this.half.subarray(0, -1) : this.half;
    const cut = { line, offset: this.lineStart, end };
    this.half = NONE;
    this.lineStart = end;
    return cut;
  }
}
