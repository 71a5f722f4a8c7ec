import type { Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { KEPT_BODY_BYTES } from '../../src/core/action-outcome.js';
import { answered, bodyOf, calling, endCalling, SHORT_LIMIT } from '../support/rude-endpoint.js';

afterEach(endCalling);

describe('ActionCaller: the answer', () => {
  it.each([200, 202, 299, 302, 399, 400, 401, 404, 500, 503, 599])(
    'keeps status %i and its body',
    async (status) => {
      const { call } = await calling((socket) =>
        socket.write(`HTTP/1.1 ${status} X\r\ncontent-length: 4\r\n\r\nbody`),
      );
      expect(await call()).toEqual(answered(status, 'body'));
    },
  );

  it.each([204, 304])('takes %i, which has no body', async (status) => {
    const { call } = await calling((socket) => socket.write(`HTTP/1.1 ${status} X\r\n\r\n`));
    expect(await call()).toEqual(answered(status, ''));
  });

  it('does not follow a redirect, neither to this endpoint nor to a metadata address', async () => {
    for (const location of ['/other', 'http://169.254.169.254/latest/meta-data/']) {
      const { call, endpoint } = await calling((socket) =>
        socket.write(`HTTP/1.1 302 Found\r\nlocation: ${location}\r\ncontent-length: 0\r\n\r\n`),
      );
      expect(await call()).toEqual(answered(302, ''));
      expect(endpoint.requests).toHaveLength(1);
    }
  });

  it('keeps exactly 64 KB whole and marks one byte more as cut', async () => {
    for (const excess of [0, 1]) {
      const body = 'x'.repeat(KEPT_BODY_BYTES + excess);
      const { call } = await calling((socket) =>
        socket.write(`HTTP/1.1 200 OK\r\ncontent-length: ${body.length}\r\n\r\n${body}`),
      );
      const kept = 'x'.repeat(KEPT_BODY_BYTES);
      expect(await call()).toEqual(answered(200, excess === 0 ? kept : `${kept} [cut: longer than 64 KB]`));
    }
  });

  it('leaves an endless body at 64 KB, at once, and ends the connection', async () => {
    const { call, endpoint } = await calling((socket) => {
      socket.write('HTTP/1.1 202 Accepted\r\ntransfer-encoding: chunked\r\n\r\n');
      const more = () => {
        while (socket.writable && socket.write(`400\r\n${'y'.repeat(1024)}\r\n`));
      };
      socket.on('drain', more);
      more();
    });
    const outcome = await call();
    expect(outcome).toEqual(answered(202, `${'y'.repeat(KEPT_BODY_BYTES)} [cut: longer than 64 KB]`));
    await endpoint.openAtMost(0);
  });

  it('decides by the status when the body drips beyond the time, and marks what came', async () => {
    const { call, endpoint } = await calling((socket) => {
      socket.write('HTTP/1.1 500 Oops\r\ncontent-length: 100000\r\n\r\n');
      const drip = setInterval(() => socket.write('z'), 5);
      socket.on('close', () => clearInterval(drip));
    }, SHORT_LIMIT);
    const outcome = await call();
    expect(outcome).toMatchObject({ kind: 'answered', httpStatus: 500 });
    expect(bodyOf(outcome)).toMatch(/^z+ \[cut: not complete within the time limit\]$/);
    await endpoint.openAtMost(0);
  });

  it('decides by the status when the body stalls, and when none of it comes', async () => {
    for (const begun of ['begun', '']) {
      const { call } = await calling(
        (socket) => socket.write(`HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n${begun}`),
        SHORT_LIMIT,
      );
      expect(await call()).toEqual(answered(200, `${begun} [cut: not complete within the time limit]`));
    }
  });

  it.each([
    ['a reset', (socket: Socket) => socket.resetAndDestroy()],
    ['an end', (socket: Socket) => socket.end()],
  ])('decides by the status when %s cuts the body', async (_, cut) => {
    const { call } = await calling((socket) => {
      socket.write('HTTP/1.1 400 Bad\r\ncontent-length: 100\r\n\r\nbegun', () => setImmediate(cut, socket));
    });
    const outcome = await call();
    expect(outcome).toMatchObject({ kind: 'answered', httpStatus: 400 });
    // A reset may overtake what was sent before it.
    expect(bodyOf(outcome)).toMatch(/^(begun)? \[cut: the connection ended early\]$/);
  });

  it('takes a body without a length up to the end of the connection', async () => {
    const { call } = await calling((socket) => socket.end('HTTP/1.1 200 OK\r\n\r\nall of it'));
    expect(await call()).toEqual(answered(200, 'all of it'));
  });

  it('puts characters together that were sent in pieces', async () => {
    const { call } = await calling((socket) => {
      const pieces = [...Buffer.from('a€😀ü')].map((byte) =>
        Buffer.concat([Buffer.from('1\r\n'), Buffer.from([byte]), Buffer.from('\r\n')]),
      );
      socket.write('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n');
      for (const piece of pieces) socket.write(piece);
      socket.write('0\r\n\r\n');
    });
    expect(await call()).toEqual(answered(200, 'a€😀ü'));
  });

  it.each([1, 2, 3])(
    'drops the character that the cut goes through (%i of its bytes are within)',
    async (within) => {
      const body = Buffer.from('x'.repeat(KEPT_BODY_BYTES - within) + '😀😀');
      const { call } = await calling((socket) => {
        socket.write(`HTTP/1.1 200 OK\r\ncontent-length: ${body.length}\r\n\r\n`);
        socket.write(body);
      });
      expect(await call()).toEqual(
        answered(200, `${'x'.repeat(KEPT_BODY_BYTES - within)} [cut: longer than 64 KB]`),
      );
    },
  );

  it('shows bytes that are not UTF-8 as replacement characters, and keeps NUL and quotes', async () => {
    const { call } = await calling((socket) => {
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 8\r\n\r\n');
      socket.write(Buffer.from([0x61, 0xff, 0xc3, 0x28, 0x00, 0x22, 0x5c, 0x0a]));
    });
    const outcome = await call();
    expect(outcome).toEqual(answered(200, 'a\uFFFD\uFFFD(\0"\\\n'));
    expect(JSON.parse(JSON.stringify(outcome))).toEqual(outcome);
  });

  it('does not unpack an encoded body, be it a bomb or not', async () => {
    for (const body of [gzipSync('text'), gzipSync(Buffer.alloc(100_000_000))]) {
      const { call } = await calling((socket) => {
        socket.write(`HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\ncontent-length: ${body.length}\r\n\r\n`);
        socket.write(body);
      });
      expect(await call()).toEqual(
        answered(200, '[not kept: the body is encoded (gzip) although that was not asked for]'),
      );
    }
    const { call } = await calling((socket) =>
      socket.write('HTTP/1.1 200 OK\r\nContent-Encoding: identity\r\ncontent-length: 4\r\n\r\ntext'),
    );
    expect(await call()).toEqual(answered(200, 'text'));
  });
});
