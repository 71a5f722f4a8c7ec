import type { Duplex } from 'node:stream';

const CONTINUE = Buffer.from('HTTP/1.1 100', 'latin1');
const HEAD_END = Buffer.from('\r\n\r\n', 'latin1');
const LONGEST_HEAD = 16_384;
const ONE = 0x31;

/**
 * Takes "100 Continue" heads out of what undici reads from a socket while it waits for an answer: some servers
 * send them unasked, every client has to pass over them (RFC 9110, 15.2), and undici 7 breaks the connection
 * off instead. Costs one comparison of a byte per chunk.
 */
export function dropUnaskedContinue(socket: Duplex, isWaiting: () => boolean): void {
  const read = socket.read.bind(socket);
  let held: Buffer | null = null;
  socket.read = (size?: number): Buffer | null => {
    for (;;) {
      const chunk = read(size) as Buffer | null; // bytes: no encoding is ever set on it
      if (chunk === null || !isWaiting()) return chunk;
      if (held === null && !mayBeContinue(chunk)) return chunk;
      let head: Buffer | null = held === null ? chunk : Buffer.concat([held, chunk]);
      held = null;
      while (head !== null && mayBeContinue(head)) {
        const end: number = head.indexOf(HEAD_END);
        if (end < 0) break;
        head = end + HEAD_END.length === head.length ? null : head.subarray(end + HEAD_END.length);
      }
      if (head === null) continue;
      if (!mayBeContinue(head) || head.length > LONGEST_HEAD) return head;
      held = head;
    }
  };
}

/** Returns whether bytes are, or may with more bytes become, the head of a "100 Continue". */
function mayBeContinue(bytes: Buffer): boolean {
  if (bytes.length > 9 && bytes[9] !== ONE) return false;
  const length = Math.min(bytes.length, CONTINUE.length);
  return bytes.subarray(0, length).equals(CONTINUE.subarray(0, length));
}
