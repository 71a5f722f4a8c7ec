import type { Socket } from 'node:net';
import type { HttpRequest } from '../../src/action/http/http-caller.js';
import { answered, calling, endCalling, OK, SHORT_LIMIT, unreachable } from '../support/rude-endpoint.js';

afterEach(endCalling);

describe('ActionCaller: the request', () => {
  const sent = async (request: Partial<HttpRequest>) => {
    const { call, endpoint } = await calling((socket) => socket.write(OK));
    expect(await call({ url: `${endpoint.url}?kept=1#not`, ...request })).toEqual(answered(200, 'ok'));
    const [head = '', body = ''] = endpoint.requests.join('').split('\r\n\r\n');
    const [line, ...headers] = head.split('\r\n');
    return { line, headers, body };
  };

  it.each(['POST', 'PUT'] as const)('carries the data of %s as its JSON body', async (method) => {
    const { line, headers, body } = await sent({ method, data: '{"a":"\\u0000","b":[1]}' });
    expect(line).toBe(`${method} /act?kept=1 HTTP/1.1`);
    expect(headers).toContain('content-type: application/json');
    expect(body).toBe('{"a":"\\u0000","b":[1]}');
  });

  it.each(['GET', 'DELETE'] as const)('carries the data of %s as query parameters', async (method) => {
    const data = '{"text":"a b&c+d/ü","n":1,"yes":true,"none":null,"nested":{"x":[1,"2"]}}';
    const { line, headers, body } = await sent({ method, data });
    const query =
      'text=a%20b%26c%2Bd%2F%C3%BC&n=1&yes=true&none=null&nested=%7B%22x%22%3A%5B1%2C%222%22%5D%7D';
    expect(line).toBe(`${method} /act?kept=1&${query} HTTP/1.1`);
    expect(headers.join()).not.toMatch(/content-type/i);
    expect(body).toBe('');
  });

  it.each(['GET', 'POST', 'PUT', 'DELETE'] as const)('has no body where %s has no data', async (method) => {
    const { line, headers, body } = await sent({ method, data: null });
    expect(line).toBe(`${method} /act?kept=1 HTTP/1.1`);
    expect(headers.join()).not.toMatch(/content-type/i);
    expect(body).toBe('');
  });

  it('leaves the path alone where the data is empty', async () => {
    expect((await sent({ method: 'GET', data: '{}' })).line).toBe('GET /act?kept=1 HTTP/1.1');
  });

  it('passes the given headers on and asks for an unencoded answer', async () => {
    const { headers } = await sent({
      headers: { authorization: 'Bearer t', 'x-sap-job-id': '7', traceparent: '00-1' },
    });
    expect(headers).toEqual(
      expect.arrayContaining([
        'authorization: Bearer t',
        'x-sap-job-id: 7',
        'traceparent: 00-1',
        'accept-encoding: identity',
      ]),
    );
  });

  it('says that a header which cannot be sent is at fault, and sends nothing', async () => {
    const { call, endpoint } = await calling((socket) => socket.write(OK));
    expect(await call({ headers: { 'x-bad': 'a\r\nb' } })).toEqual(unreachable('EINVAL'));
    expect(endpoint.requests).toEqual([]);
    expect(await call({ headers: { 'x-good': 'a b' } })).toEqual(answered(200, 'ok'));
  });
});

describe('ActionCaller: connections', () => {
  it('uses a connection again, one call at a time', async () => {
    const { call, endpoint } = await calling((socket) => socket.write(OK));
    for (let i = 0; i < 5; i++) expect(await call()).toEqual(answered(200, 'ok'));
    expect(endpoint.connections).toBe(1);
    await Promise.all([call(), call(), call()]);
    expect(endpoint.connections).toBe(3);
  });

  it('takes a new connection after "connection: close"', async () => {
    const { call, endpoint } = await calling((socket) =>
      socket.end('HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 2\r\n\r\nok'),
    );
    for (let i = 0; i < 3; i++) expect(await call()).toEqual(answered(200, 'ok'));
    expect(endpoint.connections).toBe(3);
  });

  it.each([
    ['ends', (socket: Socket) => socket.destroy()],
    ['resets', (socket: Socket) => socket.resetAndDestroy()],
  ])(
    'calls once on a new connection when the endpoint %s the kept one before the request is written',
    async (_, close) => {
      const { call, endpoint } = await calling((socket) => socket.write(OK));
      for (let i = 0; i < 20; i++) {
        expect(await call()).toEqual(answered(200, 'ok'));
        for (const socket of endpoint.sockets) close(socket);
      }
      expect(endpoint.requests).toHaveLength(20);
    },
  );

  it('never sends twice what was written: a kept connection that dies under a request is unreachable', async () => {
    for (const method of ['GET', 'POST'] as const) {
      const { call, endpoint } = await calling((socket, _, count) => {
        if (count === 2) socket.resetAndDestroy();
        else socket.write(OK);
      });
      expect(await call({ method })).toEqual(answered(200, 'ok'));
      expect(await call({ method })).toEqual(unreachable('ECONNRESET'));
      expect(endpoint.requests).toHaveLength(2);
      expect(await call({ method })).toEqual(answered(200, 'ok'));
    }
  });

  it('does not take bytes that nobody asked for as the answer of the next call', async () => {
    const { call, endpoint } = await calling((socket, _, count) =>
      socket.write(count === 1 ? `${OK}HTTP/1.1 500 Forged\r\ncontent-length: 0\r\n\r\n` : OK),
    );
    expect(await call()).toEqual(answered(200, 'ok'));
    expect(await call()).toEqual(answered(200, 'ok'));
    expect(endpoint.connections).toBe(2);
  });

  it('keeps no more connections at rest than calls may be in flight, however many hosts there are', async () => {
    const { call, endpoint } = await calling((socket) => socket.write(OK), { MAX_CALLS: '3' });
    for (let i = 0; i < 50; i++) {
      expect(await call({ url: `http://host-${i}.test:${endpoint.port}/` })).toEqual(answered(200, 'ok'));
    }
    expect(endpoint.connections).toBe(50);
    await endpoint.openAtMost(3);
    await call({ url: `http://host-49.test:${endpoint.port}/` });
    expect(endpoint.connections).toBe(50);
  });

  it('ends open calls by their own limit when it closes, and makes no more', async () => {
    const { call, caller, endpoint } = await calling((socket, _, count) => {
      if (count === 1) socket.write(OK);
    }, SHORT_LIMIT);
    await call();
    const open = call();
    const closed = caller.close();
    expect(await open).toEqual({ kind: 'unanswered' });
    await closed;
    await endpoint.openAtMost(0);
    await expect(call()).rejects.toThrow('closed');
  });

  it('lets an open call end well when it closes', async () => {
    const { call, caller } = await calling((socket) => setImmediate(() => socket.write(OK)));
    const open = call();
    await caller.close();
    expect(await open).toEqual(answered(200, 'ok'));
  });
});
