import type { Server, Socket } from 'node:net';
import { Logger } from '@nestjs/common';
import { BoundedLines } from '../../telemetry/bounded-lines.js';

/** How many connections may be open at a time. */
export interface MostConnections {
  readonly perAddress: number;
  readonly inAll: number;
}

const USUAL: MostConnections = { perAddress: 256, inAll: 4_096 };
const LINES_EVERY_MS = 60_000;

const log = new Logger('Http');
const limitsOf = new WeakMap<Server, ConnectionLimits>();

/**
 * Closes new connections beyond a limit per address and one in all. A trusted proxy speaks for many callers, so only the
 * limit in all applies to its address. Event streams have limits of their own and leave the count when they are opened.
 */
export class ConnectionLimits {
  private readonly byAddress = new Map<string, number>();
  private readonly counted = new Map<string, string>();
  private readonly lines = new BoundedLines({
    most: 1,
    perMs: LINES_EVERY_MS,
    leftOut: (count) => log.warn(`${count} more connections were closed at once within a minute.`),
  });

  constructor(
    private readonly isProxy: (address: string) => boolean,
    private readonly most: MostConnections = USUAL,
  ) {}

  /** Returns how many connections count. */
  get size(): number {
    return this.counted.size;
  }

  /** Applies the limits to a server from now on. */
  watch(server: Server): void {
    limitsOf.set(server, this);
    server.on('connection', (socket: Socket) => this.accept(socket));
  }

  /** Counts a new connection until it is closed, or closes it where there are too many. */
  accept(socket: Socket): void {
    const address = socket.remoteAddress;
    // The client has gone before the connection was looked at.
    if (address === undefined) return void socket.destroy();
    const ofAddress = this.byAddress.get(address) ?? 0;
    const isTooMany = ofAddress >= this.most.perAddress && !this.isProxy(address);
    if (isTooMany || this.counted.size >= this.most.inAll) {
      const which = isTooMany ? `${ofAddress} of ${address}` : `${this.counted.size} in all`;
      this.lines.write(() => log.warn(`A new connection was closed: ${which} are open already.`));
      socket.destroy();
      return;
    }
    const key = keyOf(socket);
    this.byAddress.set(address, ofAddress + 1);
    this.counted.set(key, address);
    socket.once('close', () => this.leave(key));
  }

  /** Takes a connection out of the count. */
  leave(key: string): void {
    const address = this.counted.get(key);
    if (address === undefined) return;
    this.counted.delete(key);
    const left = (this.byAddress.get(address) ?? 1) - 1;
    if (left === 0) this.byAddress.delete(address);
    else this.byAddress.set(address, left);
  }
}

/** Takes the connection of a request out of the count of its server, because something else limits it from now on. */
export function leaveConnectionCount(socket: Socket): void {
  // Node sets `server` on every socket that a server accepted, and does not declare it.
  const { server } = socket as Socket & { server?: Server };
  if (server) limitsOf.get(server)?.leave(keyOf(socket));
}

/** A TLS socket is another object than the connection below it: both have the same ends. */
function keyOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress} ${remotePort}`;
}
