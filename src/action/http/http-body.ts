import { cutText, KEPT_BODY_BYTES, type CutReason } from '../../core/action-outcome.js';

/**
 * Collects the body of an answer, at most KEPT_BODY_BYTES. A single chunk, the common case, is kept without
 * copying. Several chunks are copied into one buffer, so that a body that arrives in single bytes uses no more
 * memory than its length.
 */
export class HttpBody {
  private bytes: Buffer | null = null;
  private length = 0;
  private isOwnBuffer = false;

  get isEmpty(): boolean {
    return this.bytes === null;
  }

  /** Adds a chunk; returns false when the body is larger than the limit. */
  add(chunk: Buffer): boolean {
    if (this.bytes === null) {
      this.bytes = chunk;
      this.length = Math.min(chunk.length, KEPT_BODY_BYTES);
      return chunk.length <= KEPT_BODY_BYTES;
    }
    const total = this.length + chunk.length;
    const length = Math.min(total, KEPT_BODY_BYTES);
    if (!this.isOwnBuffer || this.bytes.length < length) {
      const larger = Buffer.allocUnsafeSlow(Math.min(KEPT_BODY_BYTES, Math.max(1_024, 2 * length)));
      this.bytes.copy(larger, 0, 0, this.length);
      this.bytes = larger;
      this.isOwnBuffer = true;
    }
    chunk.copy(this.bytes, this.length, 0, length - this.length);
    this.length = length;
    return total <= KEPT_BODY_BYTES;
  }

  /**
   * Returns the text; bytes that are not UTF-8 become U+FFFD. An incomplete body loses a character that was cut
   * in the middle, and ends with the reason why it is incomplete.
   */
  textOf(cut: CutReason | null): string {
    if (this.bytes === null) return cut === null ? '' : cutText('', cut);
    if (cut === null) return this.bytes.toString('utf8', 0, this.length);
    return cutText(this.bytes.toString('utf8', 0, this.wholeCharacters()), cut);
  }

  /** Removes everything that was collected. */
  clear(): void {
    this.bytes = null;
    this.length = 0;
    this.isOwnBuffer = false;
  }

  /** Returns the length without an incomplete multi-byte character at the end. */
  private wholeCharacters(): number {
    for (let back = 1; back <= 3 && back <= this.length; back++) {
      const byte = this.bytes?.[this.length - back] ?? 0;
      if ((byte & 0b1100_0000) === 0b1000_0000) continue;
      const needed = byte >= 0b1111_0000 ? 4 : byte >= 0b1110_0000 ? 3 : byte >= 0b1100_0000 ? 2 : 1;
      return needed > back ? this.length - back : this.length;
    }
    return this.length;
  }
}
