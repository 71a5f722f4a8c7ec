import type { Socket } from 'node:net';
import { HttpConnection, type ConnectionKeeper } from './http-connection.js';

/** The connections to one origin: the idle ones, newest last, and the number of all connections. */
interface Origin {
  readonly idle: HttpConnection[];
  size: number;
}

/**
 * Connections to the tenants' endpoints, with one call at a time on each, kept open for the next call. An origin
 * uses memory only while it has a connection. The number of idle connections over all origins is limited: the one
 * that has been idle the longest is closed first.
 */
export class HttpPool implements ConnectionKeeper {
  private readonly origins = new Map<string, Origin>();
  /** The idle connections, in the order in which they became idle. */
  private readonly idle = new Set<HttpConnection>();
  private total = 0;
  private isClosed = false;
  private whenEmpty: (() => void) | undefined;

  constructor(
    private readonly connect: ConnectionKeeper['open'],
    private readonly limits: { readonly maxIdle: number },
  ) {}

  /** Returns a connection to an origin that no call uses: the one that became idle last, or a new one. */
  take(origin: string): HttpConnection {
    let entry = this.origins.get(origin);
    if (entry === undefined) {
      entry = { idle: [], size: 0 };
      this.origins.set(origin, entry);
    }
    const rested = entry.idle.pop();
    if (rested !== undefined) {
      this.idle.delete(rested);
      return rested;
    }
    entry.size += 1;
    this.total += 1;
    return new HttpConnection(origin, this);
  }

  open(...args: Parameters<ConnectionKeeper['open']>): Socket | undefined {
    return this.connect(...args);
  }

  rest(connection: HttpConnection): void {
    if (this.isClosed) return connection.end();
    this.origins.get(connection.origin)?.idle.push(connection);
    this.idle.add(connection);
    if (this.idle.size > this.limits.maxIdle) {
      for (const oldest of this.idle) return oldest.end();
    }
  }

  forget(connection: HttpConnection): void {
    const entry = this.origins.get(connection.origin);
    if (entry === undefined) return;
    if (this.idle.delete(connection)) entry.idle.splice(entry.idle.indexOf(connection), 1);
    entry.size -= 1;
    this.total -= 1;
    if (entry.size === 0) this.origins.delete(connection.origin);
    if (this.total === 0) this.whenEmpty?.();
  }

  /** Closes every idle connection, and resolves when the ones with a call have ended too. */
  close(): Promise<void> {
    this.isClosed = true;
    for (const connection of this.idle) connection.end();
    return new Promise((resolve) => {
      if (this.total === 0) resolve();
      else this.whenEmpty = resolve;
    });
  }
}
