import type { Socket } from 'node:net';
import { answered, calling, endCalling, OK, SHORT_LIMIT, unreachable } from '../support/rude-endpoint.js';

afterEach(endCalling);

describe('ActionCaller: no answer', () => {
  it('is unanswered when the request was taken and no status line came in time', async () => {
    const { call, endpoint } = await calling(() => undefined, SHORT_LIMIT);
    expect(await call()).toEqual({ kind: 'unanswered' });
    expect(endpoint.requests).toHaveLength(1);
    await endpoint.openAtMost(0);
  });

  it('is unanswered on a kept connection too, and leaves no time limit behind', async () => {
    const { call } = await calling((socket, _, count) => {
      if (count !== 2) socket.write(OK);
    }, SHORT_LIMIT);
    expect(await call()).toEqual(answered(200, 'ok'));
    expect(await call()).toEqual({ kind: 'unanswered' });
    expect(await call()).toEqual(answered(200, 'ok'));
  });

  it('is unanswered when the headers never end', async () => {
    const { call } = await calling((socket) => {
      socket.write('HTTP/1.1 200 OK\r\n');
      const drip = setInterval(() => socket.write('x: y\r\n'), 20);
      socket.on('close', () => clearInterval(drip));
    }, SHORT_LIMIT);
    expect(await call()).toEqual({ kind: 'unanswered' });
  });

  it('is unreachable when the headers are larger than is read', async () => {
    const { call, endpoint } = await calling((socket) => {
      socket.write(`HTTP/1.1 200 OK\r\nx: ${'y'.repeat(100_000)}\r\ncontent-length: 2\r\n\r\nok`);
    });
    expect(await call()).toEqual(unreachable('EPROTO'));
    await endpoint.openAtMost(0);
    const { call: callSmaller } = await calling((socket) => {
      socket.write(`HTTP/1.1 200 OK\r\nx: ${'y'.repeat(10_000)}\r\ncontent-length: 2\r\n\r\nok`);
    });
    expect(await callSmaller()).toEqual(answered(200, 'ok'));
  });

  it.each([
    ['a reset', (socket: Socket) => socket.resetAndDestroy()],
    ['an end', (socket: Socket) => socket.end()],
    [
      'a reset within the status line',
      (socket: Socket) => socket.write('HTTP/1.1 20', () => socket.resetAndDestroy()),
    ],
    ['an end within the headers', (socket: Socket) => socket.end('HTTP/1.1 200 OK\r\nx: y\r\n')],
  ] as const)('is unreachable after %s instead of an answer', async (_, behaves) => {
    const { call, endpoint } = await calling((socket) => void behaves(socket));
    expect(await call()).toEqual({
      kind: 'unreachable',
      code: expect.stringMatching(/^ECONNRESET$/),
      message: expect.any(String),
    });
    expect(endpoint.requests).toHaveLength(1);
  });

  it.each(['SSH-2.0-OpenSSH_9.6\r\n', '220 mail ESMTP\r\n', '\0\x01\x02', 'HTTP/1.1 abc\r\n\r\n'])(
    'is unreachable when %j is no HTTP',
    async (greeting) => {
      const { call } = await calling((socket) => socket.write(greeting));
      expect(await call()).toEqual({
        kind: 'unreachable',
        code: 'EPROTO',
        message: 'The endpoint did not answer with HTTP.',
      });
    },
  );

  it('is unreachable when the endpoint changes to another protocol', async () => {
    const { call } = await calling((socket) =>
      socket.write('HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n'),
    );
    expect(await call()).toEqual(unreachable('ECONNRESET'));
  });

  it('is unreachable when the connection is refused', async () => {
    const { call, endpoint } = await calling((socket) => socket.write(OK));
    await new Promise((resolve) => endpoint.server.close(resolve));
    expect(await call()).toEqual(unreachable('ECONNREFUSED'));
    // A name with several addresses, each of which refuses.
    const several = await call({ url: `http://localhost:${endpoint.port}/` });
    expect(several).toEqual(unreachable('ECONNREFUSED'));
  });

  it('is unreachable, not unanswered, when no name server answers in time', async () => {
    const { call, endpoint } = await calling((socket) => socket.write(OK), SHORT_LIMIT);
    expect(await call({ url: `http://silent.test:${endpoint.port}/` })).toEqual(unreachable('ETIMEDOUT'));
    expect(await call({ url: `http://heard.test:${endpoint.port}/` })).toEqual(answered(200, 'ok'));
  });

  it('is unreachable, not unanswered, when the TLS handshake is never finished', async () => {
    const { call, endpoint } = await calling(() => undefined, SHORT_LIMIT);
    expect(await call({ url: `https://127.0.0.1:${endpoint.port}/` })).toEqual(unreachable('ETIMEDOUT'));
    expect(endpoint.connections).toBe(1);
    await endpoint.openAtMost(0);
  });

  it('is unreachable when the endpoint does not speak TLS', async () => {
    const { call, endpoint } = await calling(() => undefined);
    endpoint.server.on('connection', (socket: Socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    expect(await call({ url: `https://127.0.0.1:${endpoint.port}/` })).toMatchObject({ kind: 'unreachable' });
  });
});

describe('ActionCaller: interim answers', () => {
  const INTERIM = [
    'HTTP/1.1 100 Continue\r\n\r\n',
    'HTTP/1.1 102 Processing\r\n\r\n',
    'HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n',
  ];

  it.each(INTERIM)('passes over %j', async (interim) => {
    const { call } = await calling((socket) => socket.write(interim + interim + OK));
    expect(await call()).toEqual(answered(200, 'ok'));
    expect(await call()).toEqual(answered(200, 'ok'));
  });

  it.each(INTERIM)('passes over %j that comes byte by byte', async (interim) => {
    const { call } = await calling((socket) => {
      const bytes = [...(interim + OK)];
      const next = () => {
        const byte = bytes.shift();
        if (byte !== undefined) socket.write(byte, () => setImmediate(next));
      };
      next();
    });
    expect(await call()).toEqual(answered(200, 'ok'));
  });

  it.each(INTERIM)('is unanswered when nothing follows on %j', async (interim) => {
    const { call } = await calling((socket) => socket.write(interim), SHORT_LIMIT);
    expect(await call()).toEqual({ kind: 'unanswered' });
  });

  it('leaves a body alone that looks like one', async () => {
    const text = 'HTTP/1.1 100 Continue\r\n\r\n';
    const { call } = await calling((socket) => {
      socket.write(`HTTP/1.1 200 OK\r\ncontent-length: ${text.length}\r\n\r\n`, () =>
        setImmediate(() => socket.write(text)),
      );
    });
    expect(await call()).toEqual(answered(200, text));
  });
});
