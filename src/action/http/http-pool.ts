import type { Socket } from 'node:net';
import type { buildConnector } from 'undici';
import { HttpConnection, type ConnectionKeeper } from './http-connection.js';

/** The connections to one origin: those at rest, newest last, and how many there are in all. */
interface Origin {
  readonly idle: HttpConnection[];
  size: number;
}

/**
 * Connections to the tenants' endpoints, one call at a time on each, kept open for the next call. An origin
 * takes memory only while it has a connection, and the connections at rest are bounded over all origins: the
 * one that has rested longest goes first.
 */
export class HttpPool implements ConnectionKeeper {
  private readonly origins = new Map<string, Origin>();
  /** In the order in which they came to rest. */
  private readonly idle = new Set<HttpConnection>();
  private total = 0;
  private isClosed = false;
  private whenEmpty: (() => void) | undefined;

  constructor(
    private readonly connect: ConnectionKeeper['open'],
    private readonly limits: { readonly timeoutMs: number; readonly maxIdle: number },
  ) {}

  /** Returns a connection to an origin that no call uses: the one that rested last, or a new one. */
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
    return new HttpConnection(origin, this.limits.timeoutMs, this);
  }

  open(options: buildConnector.Options, callback: buildConnector.Callback): Socket | undefined {
    return this.connect(options, callback);
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

  /** Ends every connection at rest, and resolves when those with a call have ended too. */
  close(): Promise<void> {
    this.isClosed = true;
    for (const connection of this.idle) connection.end();
    return new Promise((resolve) => {
      if (this.total === 0) resolve();
      else this.whenEmpty = resolve;
    });
  }
}
