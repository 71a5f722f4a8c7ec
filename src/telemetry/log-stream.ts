import { write, writeSync } from 'node:fs';

const AGAIN_AFTER_MS = 20;
/** How many characters wait for a reader that is slow. */
const MOST_WAITING = 1_000_000;
const NOTHING = Buffer.alloc(0);

/**
 * Writes the log to a file descriptor, in order and beside the event loop. Nobody needs to read it: what a slow reader does
 * not take waits up to a limit and is left out beyond it, and once the reader has gone nothing is written any more. At the end
 * of the process what waits is offered once; the stream that pino makes by itself offers it again and again, for ever.
 */
export class LogStream {
  /** Lines that no write has taken yet. */
  private waiting = '';
  /** What the present write, or the next one, is to write. */
  private chunk: Buffer = NOTHING;
  private state: 'idle' | 'writing' | 'full' | 'gone' = 'idle';
  private omitted = 0;

  /** `leftOut` is told how many lines were left out once there is room again. */
  constructor(
    private readonly fd: number,
    private readonly leftOut: (count: number) => void,
  ) {
    process.once('exit', () => this.offer());
  }

  /** Writes a line, or keeps it until those before it are written. */
  write(line: string): void {
    if (this.state === 'gone') return;
    if (this.waiting.length + line.length > MOST_WAITING) {
      this.omitted++;
      return;
    }
    this.waiting += line;
    if (this.state === 'idle') this.begin();
  }

  private begin(): void {
    if (this.chunk.length === 0) {
      this.chunk = Buffer.from(this.waiting);
      this.waiting = '';
    }
    this.state = 'writing';
    write(this.fd, this.chunk, (error, bytes) => this.goOn(error, bytes));
  }

  private goOn(error: NodeJS.ErrnoException | null, bytes: number): void {
    if (error === null) {
      this.chunk = this.chunk.subarray(bytes);
      this.state = 'idle';
      this.tellLeftOut();
      if (this.state === 'idle' && this.chunk.length + this.waiting.length > 0) this.begin();
    } else if (error.code === 'EAGAIN') {
      // The pipe is full. Its reader may go on, and need not: nothing waits for it.
      this.state = 'full';
      setTimeout(() => this.begin(), AGAIN_AFTER_MS).unref();
    } else {
      this.state = 'gone';
      this.waiting = '';
    }
  }

  private tellLeftOut(): void {
    const { omitted } = this;
    this.omitted = 0;
    if (omitted > 0) this.leftOut(omitted);
  }

  /** A write that is under way is ended by Node.js. */
  private offer(): void {
    if (this.state === 'gone') return;
    const chunk = this.state === 'writing' ? NOTHING : this.chunk;
    try {
      writeSync(this.fd, Buffer.concat([chunk, Buffer.from(this.waiting)]));
    } catch {
      // Nobody reads it.
    }
  }
}
