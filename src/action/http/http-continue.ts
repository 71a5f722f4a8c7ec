import type { Duplex } from 'node:stream';

const CONTINUE = Buffer.from('HTTP/1.1 100', 'latin1');
const HEAD_END = Buffer.from('\r\n\r\n', 'latin1');
const LONGEST_HEAD = 16_384;
const ONE = 0x31;

/**
 * Removes "100 Continue" heads from the data that undici reads from a socket while it waits for an answer. Some
 * servers send them without being asked, and every client must ignore them (RFC 9110, 15.2), but undici 7 closes
 * the connection instead. Costs one comparison of a byte per chunk.
 */
export function dropUnaskedContinue(socket: Duplex, isWaiting: () => boolean): void {
  const read = socket.read.bind(socket);
  let held: Buffer | null = null;
  socket.read = (size?: number): Buffer | null => {
    for (;;) {
      const chunk = read(size) as Buffer | null; // bytes, because no encoding is ever set on the socket
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

/** Returns whether bytes are the head of a "100 Continue", or may become one when more bytes arrive. */
function mayBeContinue(bytes: Buffer): boolean {
  if (bytes.length > 9 && bytes[9] !== ONE) return false;
  const length = Math.min(bytes.length, CONTINUE.length);
  return bytes.subarray(0, length).equals(CONTINUE.subarray(0, length));
}
