import { once } from 'node:events';
import type { Response } from 'express';

/** Where the text of a stream goes. */
export interface EventSink {
  /** Begins the answer; until then a refusal may take its place. */
  begin(): void;
  write(text: string): void;
  /** Bytes that the client has not taken yet. */
  readonly backlog: number;
  /** Resolves when the client has taken what was written, or is gone. */
  drained(): Promise<void>;
  end(): void;
  /** Ends without sending what the client has not taken. */
  cut(): void;
  /** Names what is called, once, when the client is gone or the stream has ended. */
  onClose(listener: () => void): void;
}

const HEADERS = {
  'Content-Type': 'text/event-stream',
  'Cache-Control': 'no-store',
  // A proxy that gathers before it sends would hold the events back.
  'X-Accel-Buffering': 'no',
};

/** Returns the sink that an HTTP response is. */
export function sinkOf(response: Response): EventSink {
  return {
    begin: () => {
      response.writeHead(200, HEADERS);
      response.flushHeaders();
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
