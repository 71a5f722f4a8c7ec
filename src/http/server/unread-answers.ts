import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** A client that reads nothing for this long is disconnected. */
const UNREAD_MS = 30_000;
const EVERY_MS = 2_500;

/** How far a connection is, and since when. */
interface Progress {
  sent: number;
  waiting: number;
  since: number;
}

/** What Node keeps with a socket and does not declare: the operating system's side of it. */
interface HandledSocket extends Socket {
  readonly _handle?: { readonly writeQueueSize?: number } | null;
}

/**
 * Disconnects clients that read nothing of their answers. A time limit of the socket would not do: it begins anew with
 * each write, and once more where the operating system took the begin of a large one.
 */
export class UnreadAnswers {
  private readonly open = new Map<ServerResponse, Progress>();
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly now: () => number = () => performance.now()) {}

  /** Looks after an answer from now on, until `rest`. */
  watch(answer: ServerResponse): void {
    this.open.set(answer, { sent: -1, waiting: 0, since: this.now() });
    this.timer ??= setInterval(() => this.look(), EVERY_MS).unref();
  }

  /** Looks no more after an answer: it is sent, or its connection is closed. */
  rest(answer: ServerResponse): void {
    this.open.delete(answer);
    if (this.open.size > 0) return;
    clearInterval(this.timer);
    this.timer = undefined;
  }

  /** Disconnects clients that have bytes to read and have read none for 30 s. */
  look(): void {
    const now = this.now();
    for (const [answer, progress] of this.open) {
      const socket: HandledSocket = answer.req.socket;
      const sent = socket.bytesWritten - socket.writableLength;
      const waiting = socket._handle?.writeQueueSize ?? 0;
      const isMoving = sent !== progress.sent || waiting !== progress.waiting || socket.writableLength === 0;
      if (isMoving) Object.assign(progress, { sent, waiting, since: now });
      else if (now - progress.since >= UNREAD_MS) socket.destroy();
    }
  }
}
