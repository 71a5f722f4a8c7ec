import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** The way of one replica to its database, or to an endpoint: a TCP proxy that can fail as networks do. */
export class DatabaseProxy {
  private readonly pairs = new Set<readonly [Socket, Socket]>();
  private readonly forgotten = new Set<Socket>();
  private state: 'open' | 'cut' | 'blackhole' = 'open';
  private readonly server = createServer({ pauseOnConnect: true }, (client) => this.take(client));

  private constructor(private readonly target: URL) {}

  /** Starts a proxy to the server of a database's URL. */
  static async start(databaseUrl: string): Promise<DatabaseProxy> {
    const proxy = new DatabaseProxy(new URL(databaseUrl));
    proxy.server.listen(0, '127.0.0.1');
    await once(proxy.server, 'listening');
    return proxy;
  }

  /** The database's URL by way of the proxy. */
  get url(): string {
    const url = new URL(this.target);
    // A server that listens on TCP has an AddressInfo.
    url.port = String((this.server.address() as AddressInfo).port);
    return url.href;
  }

  /** How many connections go through it. */
  get connections(): number {
    return this.pairs.size;
  }

  /** The ports from which its connections come to the server: so the server knows them. */
  get serverPorts(): number[] {
    return [...this.pairs].flatMap(([, server]) => server.localPort ?? []);
  }

  /** Breaks every connection, and each new one, until `restore`. */
  cut(): void {
    this.state = 'cut';
    for (const pair of this.pairs) for (const socket of pair) socket.resetAndDestroy();
  }

  /**
   * Swallows everything: connections stay open at both ends and nothing comes through, nor the news that one of them
   * was closed, until `restore`. New ones are taken and say nothing. So a half-open socket looks.
   */
  blackhole(): void {
    this.state = 'blackhole';
    for (const pair of this.pairs) for (const socket of pair) socket.pause();
  }

  /**
   * Lets nothing through any more on the connections that there are, which both ends believe in, and everything on
   * new ones: so it is where a firewall has forgotten what it let through.
   */
  forget(): void {
    for (const pair of this.pairs) {
      for (const socket of pair) {
        this.forgotten.add(socket);
        socket.pause();
      }
    }
  }

  /** Lets everything through again, what was held back included. */
  restore(): void {
    this.state = 'open';
    for (const [client, server] of this.pairs) {
      if (this.forgotten.has(client)) continue;
      if (client.destroyed || server.destroyed) this.part(client, server);
      else for (const socket of [client, server]) socket.resume();
    }
  }

  async stop(): Promise<void> {
    this.server.close();
    this.cut();
    await once(this.server, 'close');
  }

  private take(client: Socket): void {
    if (this.state === 'cut') {
      client.resetAndDestroy();
      return;
    }
    const server = connect(Number(this.target.port || 3306), this.target.hostname);
    const pair = [client, server] as const;
    this.pairs.add(pair);
    server.pause();
    for (const [from, to] of [pair, [server, client] as const]) {
      from.setNoDelay(true);
      from.on('data', (chunk) => {
        if (!to.write(chunk)) from.pause();
      });
      to.on('drain', () => this.isThrough(from) && from.resume());
      // Either end may break at any time: that is the fault, and no fault of the proxy.
      from.on('error', () => undefined);
      from.on('end', () => to.end());
      from.on('close', () => this.tellsEnd(from) && this.part(client, server));
    }
    client.on('close', () => client.destroyed && server.destroyed && this.pairs.delete(pair));
    server.on('close', () => client.destroyed && server.destroyed && this.pairs.delete(pair));
    if (this.state === 'open') for (const socket of pair) socket.resume();
  }

  private isThrough(socket: Socket): boolean {
    return this.state === 'open' && !this.forgotten.has(socket);
  }

  /** Whether the other end learns that this one has closed. */
  private tellsEnd(socket: Socket): boolean {
    return this.state !== 'blackhole' && (this.state === 'cut' || !this.forgotten.has(socket));
  }

  private part(...pair: readonly [Socket, Socket]): void {
    for (const socket of pair) socket.destroy();
  }
}
