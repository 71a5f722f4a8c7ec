import type { Duplex } from 'node:stream';
import { parseAnswerHead, type AnswerHead } from './http-answer-head.js';
import { ChunkedBody } from './http-chunked-body.js';

/** The head of an answer is on the way, or its body, or nothing is expected. */
type Phase = 'idle' | 'head' | 'body' | 'chunks';

/** Why an answer cannot be read. */
export interface Unreadable {
  readonly code: string;
  readonly message: string;
}

/** Who is told what the reader finds. */
export interface AnswerListener {
  /** The final answer has begun. */
  onHead(head: AnswerHead): void;
  /** There is no answer that could be read. */
  onUnreadable(why: Unreadable): void;
  /** The body does not follow the rules of its chunks, and ends for undici where it leaves them. */
  onBrokenBody(): void;
}

/** The most interim answers (1xx) before the final one, and the most bytes that all heads of one answer have. */
const MOST_INTERIM = 8;
const MOST_HEAD_BYTES = 65_536;
const LF = 0x0a;
const CR = 0x0d;
const PROTOCOL = Buffer.from('HTTP/', 'latin1');

const NO_HTTP: Unreadable = { code: 'EPROTO', message: 'The endpoint did not answer with HTTP.' };
const OTHER_PROTOCOL: Unreadable = {
  code: 'ECONNRESET',
  message: 'The endpoint changed to another protocol instead of answering.',
};
const TOO_MANY: Unreadable = {
  code: 'EPROTO',
  message: `The endpoint sent more than ${MOST_INTERIM} interim answers (1xx) and no final one.`,
};
const TOO_LARGE: Unreadable = {
  code: 'EPROTO',
  message: 'The headers of the answer are larger than 64 KB.',
};

/**
 * Reads the answers on a socket before undici does, which closes the connection wherever an answer breaks a rule:
 * endpoints break many of them, and their status is readable all the same. Undici gets each answer in the plainest
 * form: the status 200, one length, or chunks. Interim answers, which every client must pass over whether it asked
 * for them or not (RFC 9110, 15.2), it does not get at all.
 */
export class AnswerReader {
  private phase: Phase = 'idle';
  private held: Buffer | null = null;
  /** How far the held bytes were searched for the end of the head. */
  private searched = 0;
  private interim = 0;
  private headBytes = 0;
  private chunks = new ChunkedBody();

  constructor(
    socket: Duplex,
    private readonly listener: AnswerListener,
  ) {
    const read = socket.read.bind(socket);
    socket.read = (size?: number): Buffer | null => {
      for (;;) {
        const chunk = read(size) as Buffer | null; // bytes, because no encoding is ever set on the socket
        if (chunk === null) return null;
        const passed = this.take(chunk);
        if (passed !== null) return passed;
      }
    };
  }

  /** Expects an answer: the request is being sent. */
  expect(): void {
    this.phase = 'head';
    this.held = null;
    this.searched = 0;
    this.interim = 0;
    this.headBytes = 0;
  }

  /** Returns what undici gets of some bytes; null for nothing. */
  private take(bytes: Buffer): Buffer | null {
    switch (this.phase) {
      case 'head':
        return this.takeHead(bytes);
      case 'chunks':
        return this.takeChunks(bytes);
      default:
        return bytes;
    }
  }

  private takeHead(bytes: Buffer): Buffer | null {
    let rest = this.withoutBlankLines(this.held === null ? bytes : Buffer.concat([this.held, bytes]));
    this.held = null;
    for (;;) {
      const end = endOfHead(rest, this.searched);
      if (end === null) return this.hold(rest);
      this.searched = 0;
      const head = parseAnswerHead(rest.toString('latin1', 0, end));
      if (head === null) return this.refuse(NO_HTTP);
      this.headBytes += end;
      if (this.headBytes > MOST_HEAD_BYTES) return this.refuse(TOO_LARGE);
      rest = rest.subarray(end);
      if (head.httpStatus === 101) return this.refuse(OTHER_PROTOCOL);
      if (head.httpStatus < 100 || head.httpStatus >= 200) return this.begin(head, rest);
      if (++this.interim > MOST_INTERIM) return this.refuse(TOO_MANY);
      rest = this.withoutBlankLines(rest);
    }
  }

  /** Keeps bytes of a head that is not whole yet. */
  private hold(bytes: Buffer): null {
    const start = Math.min(bytes.length, PROTOCOL.length);
    if (bytes.toString('latin1', 0, start).toUpperCase() !== PROTOCOL.toString('latin1', 0, start))
      return this.refuse(NO_HTTP);
    const lineEnd = bytes.indexOf(LF);
    if (lineEnd >= 0 && parseAnswerHead(bytes.toString('latin1', 0, lineEnd)) === null)
      return this.refuse(NO_HTTP);
    if (this.headBytes + bytes.length > MOST_HEAD_BYTES) return this.refuse(TOO_LARGE);
    this.held = bytes;
    // The latest line end may be the one before the blank line.
    let after = bytes.length;
    while (bytes[after - 1] === CR) after--;
    this.searched = Math.max(0, after - 1);
    return null;
  }

  /** Returns the bytes of a head without the blank lines before it, which count as its bytes. */
  private withoutBlankLines(bytes: Buffer): Buffer {
    let start = 0;
    while (bytes[start] === CR || bytes[start] === LF) start++;
    this.headBytes += start;
    return start === 0 ? bytes : bytes.subarray(start);
  }

  private begin(head: AnswerHead, rest: Buffer): Buffer {
    this.phase = head.framing.kind === 'chunked' ? 'chunks' : 'body';
    this.listener.onHead(head);
    const plain = Buffer.from(plainHead(head), 'latin1');
    if (rest.length === 0) return plain;
    if (this.phase === 'body') return Buffer.concat([plain, rest]);
    this.chunks = new ChunkedBody();
    const chunks = this.takeChunks(rest);
    return chunks === null ? plain : Buffer.concat([plain, chunks]);
  }

  private takeChunks(bytes: Buffer): Buffer | null {
    const passed = this.chunks.take(bytes);
    if (this.chunks.isEnded) this.phase = 'body';
    if (this.chunks.isBroken) this.listener.onBrokenBody();
    return passed;
  }

  private refuse(why: Unreadable): null {
    this.phase = 'idle';
    this.listener.onUnreadable(why);
    return null;
  }
}

/** Returns where the head at the beginning of bytes ends, its blank line included; null where it is not whole. */
function endOfHead(bytes: Buffer, from: number): number | null {
  for (let at = bytes.indexOf(LF, from); at >= 0; at = bytes.indexOf(LF, at + 1)) {
    let next = at + 1;
    while (bytes[next] === CR) next++;
    if (bytes[next] === LF) return next + 1;
  }
  return null;
}

/** Returns a head that says to undici only where the body ends and what becomes of the connection. */
function plainHead({ framing, isKept, keptS }: AnswerHead): string {
  const lines = ['HTTP/1.1 200 OK'];
  if (framing.kind === 'length') lines.push(`content-length: ${framing.bytes}`);
  if (framing.kind === 'chunked') lines.push('transfer-encoding: chunked');
  if (!isKept) lines.push('connection: close');
  else if (keptS !== null) lines.push(`keep-alive: timeout=${keptS}`);
  return `${lines.join('\r\n')}\r\n\r\n`;
}
