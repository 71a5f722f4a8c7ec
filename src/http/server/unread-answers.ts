import type { Server, Socket } from 'node:net';
import { Server as TlsServer } from 'node:tls';

/** A client that reads nothing for this long is disconnected. */
const UNREAD_MS = 30_000;
const EVERY_MS = 2_500;

/** How far a connection is, and since when it has not moved. */
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
 * each write, and once more where the operating system took the begin of a large one. Connections are looked after and
 * not single answers, which would cost each of them something.
 */
export class UnreadAnswers {
  private readonly open = new Map<HandledSocket, Progress>();
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly now: () => number = () => performance.now()) {}

  /** Looks after all connections of a server from now on. */
  watch(server: Server): void {
    server.on(server instanceof TlsServer ? 'secureConnection' : 'connection', (socket: Socket) =>
      this.accept(socket),
    );
  }

  /** Looks after a connection until it is closed. */
  accept(socket: HandledSocket): void {
    this.open.set(socket, { sent: -1, waiting: 0, since: this.now() });
    this.timer ??= setInterval(() => this.look(), EVERY_MS).unref();
    socket.once('close', () => this.rest(socket));
  }

  /** Disconnects clients that have bytes to read and have read none for 30 s. */
  look(): void {
    const now = this.now();
    for (const [socket, progress] of this.open) {
      const sent = socket.bytesWritten - socket.writableLength;
      const waiting = socket._handle?.writeQueueSize ?? 0;
      const isMoving = sent !== progress.sent || waiting !== progress.waiting || socket.writableLength === 0;
      if (isMoving) Object.assign(progress, { sent, waiting, since: now });
      else if (now - progress.since >= UNREAD_MS) socket.destroy();
    }
  }

  private rest(socket: HandledSocket): void {
    this.open.delete(socket);
    if (this.open.size > 0) return;
    clearInterval(this.timer);
    this.timer = undefined;
  }
}
