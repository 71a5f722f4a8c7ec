import { EventEmitter } from 'node:events';
import { createServer, type Server as HttpServer, type ServerResponse } from 'node:http';
import { connect, Server, type AddressInfo, type Socket } from 'node:net';
import { Server as TlsServer } from 'node:tls';
import { jest } from '@jest/globals';
import { StreamableFile } from '@nestjs/common';
import type { Response } from 'express';
import { closeAbandonedAnswers } from '../../src/http/server/abandoned-answers.js';
import { ConnectionLimits, leaveConnectionCount } from '../../src/http/server/connection-limits.js';
import { boundPieces, boundTexts } from '../../src/http/server/bounded-answers.js';
import { UnreadAnswers } from '../../src/http/server/unread-answers.js';
import { UnsentBytes } from '../../src/http/server/unsent-bytes.js';
import { startApp } from '../support/app.js';

const MEBIBYTE = 1_048_576;

class Connection extends EventEmitter {
  isDestroyed = false;
  constructor(
    readonly remoteAddress: string,
    readonly remotePort: number,
    readonly server: Server,
  ) {
    super();
  }
  destroy(): void {
    this.isDestroyed = true;
  }
}

function connections(most: { perAddress: number; inAll: number }, proxies: readonly string[] = []) {
  const limits = new ConnectionLimits((address) => proxies.includes(address), most);
  const server = new Server();
  limits.watch(server);
  let port = 0;
  const open = (address: string) => {
    const connection = new Connection(address, (port += 1), server);
    server.emit('connection', connection as unknown as Socket);
    return connection;
  };
  return { limits, open };
}

describe('Connections', () => {
  it('of one address beyond the limit are closed, and others are not', () => {
    const { open } = connections({ perAddress: 2, inAll: 100 });
    const of = (address: string) => open(address).isDestroyed;
    expect([of('a'), of('a'), of('a'), of('b')]).toEqual([false, false, true, false]);
  });

  it('count until they are closed', () => {
    const { open, limits } = connections({ perAddress: 1, inAll: 100 });
    open('a').emit('close');
    expect(limits.size).toBe(0);
    expect(open('a').isDestroyed).toBe(false);
  });

  it('of a trusted proxy are limited only with all others', () => {
    const { open } = connections({ perAddress: 1, inAll: 3 }, ['proxy']);
    const opened = [open('proxy'), open('proxy'), open('a'), open('proxy'), open('b')];
    expect(opened.map(({ isDestroyed }) => isDestroyed)).toEqual([false, false, false, true, true]);
  });

  it('that became event streams do not count', () => {
    const { open } = connections({ perAddress: 1, inAll: 1 });
    const stream = open('a');
    leaveConnectionCount(stream as unknown as Socket);
    expect(open('a').isDestroyed).toBe(false);
    stream.emit('close');
    expect(open('a').isDestroyed).toBe(true);
  });
});

function asked(unsent: UnsentBytes, { ip = 'a', method = 'GET', tenancyId = 0 } = {}) {
  const sent: unknown[] = [];
  const scope = tenancyId === 0 ? {} : { scope: { tenancyId } };
  const response = Object.assign(new EventEmitter(), {
    send: (body: unknown) => sent.push(body),
    req: {},
  });
  response.req = { ip, method, socket: {}, res: response, ...scope };
  boundTexts(response as unknown as Response, unsent);
  const adapter = { reply: (_response: unknown, body: unknown) => sent.push(body) };
  boundPieces(adapter, unsent);
  const sendPieces = () => adapter.reply(response, new StreamableFile(Buffer.from('pieces')));
  return { response, sent, sendPieces };
}

/** A connection on which 500 bytes were written, so many of which the client has not taken. */
function writingSocket(writableLength: number) {
  const socket = Object.assign(new EventEmitter(), {
    ...{ bytesWritten: 500, writableLength, isDestroyed: false },
    destroy: () => void (socket.isDestroyed = true),
  });
  return socket;
}

describe('Answers that nobody reads', () => {
  const text = (bytes: number) => 'x'.repeat(bytes);

  it('are refused beyond what one caller may leave unread, with 429, and others are served', () => {
    const unsent = new UnsentBytes(100_000, 1_000_000);
    asked(unsent, { tenancyId: 1 }).response.send(text(90_000));
    expect(() => asked(unsent, { tenancyId: 1 }).response.send(text(20_000))).toThrow(
      expect.objectContaining({ code: 'tooManyRequests' }),
    );
    const other = asked(unsent, { tenancyId: 2 });
    other.response.send(text(90_000));
    expect(other.sent).toHaveLength(1);
  });

  it('are refused beyond what all may leave unread, with 503', () => {
    const unsent = new UnsentBytes(100_000, 150_000);
    asked(unsent, { ip: 'a' }).response.send(text(90_000));
    expect(() => asked(unsent, { ip: 'b' }).response.send(text(90_000))).toThrow(
      expect.objectContaining({ code: 'unavailable' }),
    );
  });

  it('no longer count once they are sent or their connection is closed', () => {
    const unsent = new UnsentBytes();
    const { response } = asked(unsent);
    response.send(text(90_000));
    expect(unsent.of()).toBe(90_000);
    response.emit('close');
    expect(unsent.of()).toBe(0);
  });

  it('do not count where their client has gone before they are ready', () => {
    const unsent = new UnsentBytes();
    const { response } = asked(unsent);
    Object.assign(response, { closed: true });
    response.send(text(90_000));
    expect(unsent.of()).toBe(0);
  });

  it('no longer count once their connection is closed, where others were to be sent before them', async () => {
    const answers: ServerResponse[] = [];
    let [closed, all] = [0, () => undefined as void];
    const areClosed = new Promise<void>((resolve) => (all = resolve));
    const server = createServer((_request, response) => {
      response.once('close', () => (closed += 1) === 3 && all());
      answers.push(response);
      if (answers.length === 3) client.destroy();
    });
    closeAbandonedAnswers(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const client = connect((server.address() as AddressInfo).port, '127.0.0.1');
    client.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n'.repeat(3));
    await areClosed;
    expect(answers.map((answer) => [answer.closed, answer.destroyed])).toEqual(Array(3).fill([true, true]));
    await new Promise((resolve) => server.close(resolve));
  });

  it('count in bytes, small ones not at all, and a change that is made is always answered', () => {
    const unsent = new UnsentBytes(10_000);
    asked(unsent).response.send(text(4_000));
    expect(unsent.of()).toBe(0);
    asked(unsent, { method: 'PUT' }).response.send('é'.repeat(9_000));
    expect(unsent.of()).toBe(18_000);
  });

  it('count as 1 MB where they are sent in pieces, and are refused as others are', () => {
    const unsent = new UnsentBytes(1.5 * MEBIBYTE);
    const first = asked(unsent, { tenancyId: 1 });
    first.sendPieces();
    expect(unsent.of('tenancy 1')).toBe(MEBIBYTE);
    const second = asked(unsent, { tenancyId: 1 });
    expect(second.sendPieces).toThrow(expect.objectContaining({ code: 'tooManyRequests' }));
    first.response.emit('close');
    second.sendPieces();
    expect([first.sent.length, second.sent.length]).toEqual([1, 1]);
  });

  it.each([
    ['HTTP', 'connection', () => new Server()],
    ['HTTPS', 'secureConnection', () => new TlsServer()],
  ])('are looked for on all connections of a server for %s', (_name, event, make) => {
    let now = 0;
    const unread = new UnreadAnswers(() => now);
    const server = make();
    unread.watch(server);
    const [kept, closed] = [writingSocket(400), writingSocket(400)];
    for (const socket of [kept, closed]) server.emit(event, socket as unknown as Socket);
    unread.look();
    closed.emit('close');
    now = 30_000;
    unread.look();
    expect([kept.isDestroyed, closed.isDestroyed]).toEqual([true, false]);
    kept.emit('close');
  });

  it('end their connection after 30 s without progress, and not before', () => {
    let now = 0;
    const unread = new UnreadAnswers(() => now);
    const socket = writingSocket(400);
    unread.accept(socket as unknown as Socket);
    const lookAt = (at: number) => {
      now = at;
      unread.look();
      return socket.isDestroyed;
    };
    expect([lookAt(0), lookAt(29_000)]).toEqual([false, false]);
    socket.writableLength = 300;
    expect([lookAt(29_500), lookAt(59_000)]).toEqual([false, false]);
    // What is written meanwhile is no progress of the reader.
    Object.assign(socket, { bytesWritten: 900, writableLength: 700 });
    expect(lookAt(59_500)).toBe(true);
  });

  it('do not end a connection on which nothing waits to be read', () => {
    let now = 0;
    const unread = new UnreadAnswers(() => now);
    const socket = writingSocket(0);
    unread.accept(socket as unknown as Socket);
    unread.look();
    now = 90_000;
    unread.look();
    expect(socket.isDestroyed).toBe(false);
  });
});

describe('The server', () => {
  it('refuses a request, and a text that is ready, of who leaves answers unread, and says when to come back', async () => {
    const { acme, beta } = await startApp();
    const waiting = jest.spyOn(UnsentBytes.prototype, 'of');
    try {
      waiting.mockReturnValue(0);
      await acme.get('/scheduler/jobCount').expect(200);
      const [asker] = waiting.mock.calls.flat().filter((caller) => caller?.startsWith('tenancy'));
      waiting.mockImplementation((caller) => (caller === asker ? 16 * MEBIBYTE + 1 : 0));
      await acme.get('/scheduler/jobCount').expect(429);
      await beta.get('/scheduler/jobCount').expect(200);
      for (const [bytes, path] of [
        [16 * MEBIBYTE + 1, '/scheduler/jobCount'],
        [16 * MEBIBYTE, '/openapi.json'],
      ] as const) {
        waiting.mockReturnValue(bytes);
        const { body } = await acme.get(path).expect(429).expect('Retry-After', '5');
        expect(JSON.stringify(body)).toContain('wait to be read');
      }
    } finally {
      waiting.mockRestore();
    }
  });

  it('has time limits for heads, bodies and connections at rest', async () => {
    const { app } = await startApp();
    const server: HttpServer = app.getHttpServer();
    expect(server).toMatchObject({
      headersTimeout: 15_000,
      requestTimeout: 30_000,
      keepAliveTimeout: 65_000,
      connectionsCheckingInterval: 1_000,
    });
  });
});
