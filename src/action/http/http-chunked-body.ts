/** What comes next: a line with a size, data, the end of its line, the lines after the last chunk, or nothing. */
type Place = 'size' | 'data' | 'dataEnd' | 'trailer' | 'ended' | 'broken';

/** The most bytes of sizes, extensions and trailers: far more than a body of 64 KB in single bytes has. */
const MOST_OVERHEAD = 524_288;
const LONGEST_LINE = 16_384;
const LF = 0x0a;
const LINE_END = Buffer.from('\r\n', 'latin1');
const LAST = Buffer.from('0\r\n\r\n', 'latin1');
const SIZE = /^([0-9a-f]{1,12})[ \t]*(?:;.*)?$/i;

/**
 * Reads a body in chunks (RFC 9112, 7.1) and writes it anew in plain ones: with bare line feeds, extensions and
 * trailers it is understood, and none of them is passed on.
 */
export class ChunkedBody {
  private place: Place = 'size';
  private line = '';
  private left = 0;
  private overhead = 0;

  /** Whether the body has ended. */
  get isEnded(): boolean {
    return this.place === 'ended' || this.isBroken;
  }

  /** Whether the body has ended where no chunk begins. What came instead of a chunk is its last text. */
  get isBroken(): boolean {
    return this.place === 'broken';
  }

  /** Returns the chunks that bytes of the body hold, and behind the last one the bytes after it; null for nothing. */
  take(bytes: Buffer): Buffer | null {
    const parts: Buffer[] = [];
    let at = 0;
    while (at < bytes.length && !this.isEnded) {
      if (this.place === 'data') at += this.takeData(bytes.subarray(at, at + this.left), parts);
      else at += this.takeLine(bytes.subarray(at), parts);
    }
    if (this.place === 'ended' && at < bytes.length) parts.push(bytes.subarray(at));
    return parts.length === 0 ? null : Buffer.concat(parts);
  }

  private takeData(data: Buffer, parts: Buffer[]): number {
    parts.push(...chunkOf(data));
    this.left -= data.length;
    if (this.left === 0) this.place = 'dataEnd';
    return data.length;
  }

  private takeLine(bytes: Buffer, parts: Buffer[]): number {
    const end = bytes.indexOf(LF);
    const length = end < 0 ? bytes.length : end + 1;
    this.overhead += length;
    this.line += bytes.toString('latin1', 0, length);
    if (this.line.length > LONGEST_LINE || this.overhead > MOST_OVERHEAD) this.break('', parts);
    else if (end >= 0) this.endLine(bytes.subarray(length), parts);
    else if (this.place === 'dataEnd' && /[^\r]/.test(this.line)) this.break(this.line, parts);
    return length;
  }

  private endLine(rest: Buffer, parts: Buffer[]): void {
    const line = this.line.trim();
    if (this.place === 'dataEnd') {
      if (line !== '') return this.break(this.line + rest.toString('latin1'), parts);
      this.place = 'size';
    } else if (this.place === 'size') {
      const size = SIZE.exec(line)?.[1];
      if (size === undefined) return this.break(this.line + rest.toString('latin1'), parts);
      this.left = parseInt(size, 16);
      this.place = this.left === 0 ? 'trailer' : 'data';
    } else if (line === '') {
      this.place = 'ended';
      parts.push(LAST);
    }
    this.line = '';
  }

  /** Ends the body here, with a last text. */
  private break(text: string, parts: Buffer[]): void {
    this.place = 'broken';
    parts.push(...chunkOf(Buffer.from(text, 'latin1')), LAST);
    this.line = '';
  }
}

function chunkOf(data: Buffer): Buffer[] {
  if (data.length === 0) return [];
  return [Buffer.from(`${data.length.toString(16)}\r\n`, 'latin1'), data, LINE_END];
}
