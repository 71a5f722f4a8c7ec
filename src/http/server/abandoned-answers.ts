import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/**
 * Closes every answer of a connection that is closed. Node.js closes only the one that it was sending: answers to requests that came
 * after that one on the same connection would stay open for ever, and whatever waits for their end with them.
 */
export function closeAbandonedAnswers(server: Server): void {
  const open = new WeakMap<Socket, Set<ServerResponse>>();
  const begin = ({ socket }: IncomingMessage, response: ServerResponse) => {
    const answers = open.get(socket) ?? new Set();
    if (!open.has(socket)) {
      open.set(socket, answers);
      socket.once('close', () => answers.forEach(close));
    }
    answers.add(response);
    response.once('close', () => answers.delete(response));
  };
  server.prependListener('request', begin);
  server.prependListener('checkExpectation', begin);
}

/** As Node.js does it with the answer that it is sending; `_closed` is what `closed` returns. */
function close(response: ServerResponse): void {
  if (response.closed) return;
  Object.assign(response, { destroyed: true, _closed: true });
  response.emit('close');
}
