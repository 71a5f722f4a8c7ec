import { once } from 'node:events';
import type { Response } from 'express';
import { leaveConnectionCount } from '../http/server/connection-limits.js';

/** The destination of the text of a stream. */
export interface EventSink {
  /** Begins the answer; before that, a refusal may be sent instead. */
  begin(): void;
  write(text: string): void;
  /** How many bytes the client has not yet read. */
  readonly backlog: number;
  /** Resolves when the client has read what was written, or has disconnected. */
  drained(): Promise<void>;
  end(): void;
  /** Ends the stream without sending what the client has not yet read. */
  cut(): void;
  /** Registers a listener that is called once, when the client has disconnected or the stream has ended. */
  onClose(listener: () => void): void;
}

const HEADERS = {
  'Content-Type': 'text/event-stream',
  'Cache-Control': 'no-store',
  // A proxy that buffers the answer would delay the events.
  'X-Accel-Buffering': 'no',
};

/** Returns a sink that writes to an HTTP response. */
export function sinkOf(response: Response): EventSink {
  return {
    begin: () => {
      response.writeHead(200, HEADERS);
      response.flushHeaders();
      // Streams have limits of their own, and a time limit: the keep-alive, and the bytes that wait.
      leaveConnectionCount(response.req.socket);
      if (response.req.method === 'HEAD') response.end();
    },
    write: (text) => void response.write(text),
    get backlog() {
      return response.writableLength;
    },
    drained: async () => {
      if (!response.writableNeedDrain || response.destroyed) return;
      await Promise.race([once(response, 'drain'), once(response, 'close')]);
    },
    end: () => void response.end(),
    cut: () => void response.destroy(),
    onClose: (listener) => {
      if (response.destroyed) listener();
      else response.once('close', listener);
    },
  };
}
