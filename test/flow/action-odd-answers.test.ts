import type { Socket } from 'node:net';
import type { ActionOutcome } from '../../src/core/action-outcome.js';
import { answered, bodyOf, calling, endCalling, OK } from '../support/rude-endpoint.js';

afterEach(endCalling);

/** Names of the libraries that make and read a call, which mean nothing to the owner of an endpoint. */
const INTERNAL = /UND_ERR|HPE_|undici|llhttp|assert|Parser|\(0 ===|Response does not match|\.c:\d|\.js/i;

/** Sends an answer as a whole, then byte by byte, and returns both outcomes. */
async function bothWays(answer: string | Buffer, then: (socket: Socket) => void = () => undefined) {
  const bytes = typeof answer === 'string' ? Buffer.from(answer, 'latin1') : answer;
  const outcomes: ActionOutcome[] = [];
  for (const step of [bytes.length, 1]) {
    const { call } = await calling((socket) => {
      let at = 0;
      const next = () => {
        if (at >= bytes.length) return then(socket);
        socket.write(bytes.subarray(at, (at += step)), () => setImmediate(next));
      };
      next();
    });
    outcomes.push(await call());
  }
  await endCalling();
  return outcomes;
}

async function expectBothWays(outcome: ActionOutcome, ...answer: Parameters<typeof bothWays>) {
  expect(await bothWays(...answer)).toEqual([outcome, outcome]);
}

const end = (socket: Socket) => void socket.end();
const chunked = 'Transfer-Encoding: chunked\r\n';

describe('ActionCaller: answers that break rules', () => {
  it.each([
    ['Content-Length beside chunks', `Content-Length: 2\r\n${chunked}`, '2\r\nok\r\n0\r\n\r\n'],
    ['chunks before Content-Length', `${chunked}Content-Length: 99\r\n`, '2\r\nok\r\n0\r\n\r\n'],
    ['chunks twice', chunked + chunked, '2\r\nok\r\n0\r\n\r\n'],
    ['chunks in upper case', 'TRANSFER-ENCODING: CHUNKED\r\n', '2\r\nok\r\n0\r\n\r\n'],
    ['no coding beside chunks', 'Transfer-Encoding: identity, chunked\r\n', '2\r\nok\r\n0\r\n\r\n'],
    ['a coding that is none', 'Transfer-Encoding: identity\r\nContent-Length: 2\r\n', 'ok'],
    ['an empty Transfer-Encoding', 'Transfer-Encoding:\r\nContent-Length: 2\r\n', 'ok'],
    ['Content-Length twice the same', 'Content-Length: 2\r\ncontent-length: 2\r\n', 'ok'],
    ['Content-Length as a list', 'Content-Length: 2, 2\r\n', 'ok'],
    ['a blank before the colon', 'Content-Length : 2\r\n', 'ok'],
    ['Content-Encoding in upper case', 'Content-Encoding: IDENTITY\r\nContent-Length: 2\r\n', 'ok'],
    ['an empty Content-Encoding', 'Content-Encoding:\r\nContent-Length: 2\r\n', 'ok'],
    ['a list of no codings', 'Content-Encoding: identity, Identity\r\nContent-Length: 2\r\n', 'ok'],
    ['a folded header', 'X: a\r\n b\r\n\tc\r\nContent-Length: 2\r\n', 'ok'],
    ['a folded length', 'Content-Length:\r\n 2\r\n', 'ok'],
    ['a fold before any header', ' X: a\r\nContent-Length: 2\r\n', 'ok'],
    ['a line without a colon', 'nonsense\r\nContent-Length: 2\r\n', 'ok'],
    ['a header without a name', ': x\r\nContent-Length: 2\r\n', 'ok'],
    ['control characters in a header', 'X: \0\x01\x7f\x80\r\nContent-Length: 2\r\n', 'ok'],
    ['a name that is none', 'X(y)<>@: 1\r\nContent-Length: 2\r\n', 'ok'],
    [
      'an upgrade that nobody asked for',
      'Upgrade: h2c\r\nConnection: upgrade\r\nContent-Length: 2\r\n',
      'ok',
    ],
  ])('reads %s', async (_name, headers, body) => {
    await expectBothWays(answered(200, 'ok'), `HTTP/1.1 200 OK\r\n${headers}\r\n${body}`);
  });

  it.each([
    ['bare line feeds', 'HTTP/1.1 200 OK\nContent-Length: 2\n\nok'],
    ['some bare line feeds', 'HTTP/1.1 200 OK\r\nX: y\nContent-Length: 2\r\n\nok'],
    ['doubled carriage returns', 'HTTP/1.1 200 OK\r\r\nContent-Length: 2\r\r\n\r\r\nok'],
    ['blank lines before it', '\r\n\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'],
    ['no reason', 'HTTP/1.1 200\r\nContent-Length: 2\r\n\r\nok'],
    ['several blanks', 'HTTP/1.1   200   O K\r\nContent-Length: 2\r\n\r\nok'],
    ['a reason in bytes', 'HTTP/1.1 200 \xff\x01\r\nContent-Length: 2\r\n\r\nok'],
    ['HTTP/1.0', 'HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok'],
    ['HTTP/2.0', 'HTTP/2.0 200 OK\r\nContent-Length: 2\r\n\r\nok'],
    ['HTTP/2', 'HTTP/2 200\r\nContent-Length: 2\r\n\r\nok'],
    ['HTTP in lower case', 'http/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'],
    ['chunks with bare line feeds', `HTTP/1.1 200 OK\n${chunked}\n2\nok\n0\n\n`],
    ['chunks with extensions', `HTTP/1.1 200 OK\r\n${chunked}\r\n002 ;a="b"\r\nok\r\n0;z\r\n\r\n`],
    [
      'chunks with trailers',
      `HTTP/1.1 200 OK\r\n${chunked}\r\n2\r\nok\r\n0\r\nX: y\r\n z\r\nno colon\r\n\r\n`,
    ],
  ])('reads %s', async (_name, answer) => {
    await expectBothWays(answered(200, 'ok'), answer);
  });

  it.each([204, 304])('takes %i with any length as it is: without a body', async (status) => {
    for (const headers of [
      'Content-Length: 2\r\n',
      'Content-Length: x\r\n',
      chunked,
      `Content-Length: 2\r\n${chunked}`,
    ])
      await expectBothWays(answered(status, ''), `HTTP/1.1 ${status} X\r\n${headers}\r\n`);
  });

  it.each([0, 99, 600, 777, 999])('keeps the status %i and the text', async (status) => {
    const line = `HTTP/1.1 ${String(status).padStart(3, '0')} X`;
    await expectBothWays(answered(status, 'text'), `${line}\r\nContent-Length: 4\r\n\r\ntext`);
  });

  it.each(['2, 3', '2x', '-2', '0x2', '2 2', '99999999999999999999', ''])(
    'takes the text up to the end of the connection where the length is %j',
    async (length) => {
      await expectBothWays(
        answered(500, 'oops'),
        `HTTP/1.1 500 X\r\nContent-Length: ${length}\r\n\r\noops`,
        end,
      );
    },
  );

  it.each([
    ['text', 'text'],
    ['2\r\nok\r\nzz\r\nmore', 'okzz\r\nmore'],
    ['-1\r\nok', '-1\r\nok'],
  ])('keeps the text where chunks are announced and %j comes', async (body, text) => {
    const { call } = await calling((socket) => socket.end(`HTTP/1.1 500 X\r\n${chunked}\r\n${body}\r\n\r\n`));
    const outcome = await call();
    expect(outcome).toMatchObject({ kind: 'answered', httpStatus: 500 });
    expect(bodyOf(outcome)).toContain(text);
    expect(bodyOf(outcome)).toMatch(/ \[cut: the chunks of the body cannot be read\]$/);
  });

  it('says how a body is encoded, be it by Content-Encoding or Transfer-Encoding', async () => {
    for (const header of [
      'Content-Encoding: GZIP',
      'Transfer-Encoding: gzip, chunked',
      'Content-Encoding: identity, gzip',
    ]) {
      const body = header.includes('chunked') ? '2\r\nzz\r\n0\r\n\r\n' : 'zz';
      const { call } = await calling((socket) => socket.end(`HTTP/1.1 200 OK\r\n${header}\r\n\r\n${body}`));
      expect(bodyOf(await call())).toBe(
        '[not kept: the body is encoded (gzip) although that was not asked for]',
      );
    }
  });

  it('does not use a connection again after an answer that may be read in two ways', async () => {
    for (const headers of [`Content-Length: 2\r\n${chunked}`, 'Content-Length: 2\r\nContent-Length: 2\r\n']) {
      const { call, endpoint } = await calling((socket) =>
        socket.write(
          `HTTP/1.1 200 OK\r\n${headers}\r\n${headers.includes(chunked) ? '2\r\nok\r\n0\r\n\r\n' : 'ok'}`,
        ),
      );
      for (let made = 0; made < 3; made++) expect(await call()).toEqual(answered(200, 'ok'));
      expect(endpoint.connections).toBe(3);
    }
  });

  it.each([
    ['chunks', `HTTP/1.1 200 OK\r\n${chunked}\r\n2\r\nok\r\n0\r\n\r\n`, 1],
    ['bare line feeds', 'HTTP/1.1 200 OK\ncontent-length: 2\n\nok', 1],
    ['HTTP/1.0 that keeps it', 'HTTP/1.0 200 OK\r\nConnection: Keep-Alive\r\ncontent-length: 2\r\n\r\nok', 1],
    ['HTTP/1.0', 'HTTP/1.0 200 OK\r\ncontent-length: 2\r\n\r\nok', 3],
    ['an end in a list', 'HTTP/1.1 200 OK\r\nConnection: x, Close\r\ncontent-length: 2\r\n\r\nok', 3],
    ['no time to keep it', 'HTTP/1.1 200 OK\r\nKeep-Alive: timeout=1\r\ncontent-length: 2\r\n\r\nok', 3],
  ])('knows whether a connection is kept: %s', async (_name, answer, connections) => {
    const { call, endpoint } = await calling((socket) => socket.write(answer));
    for (let made = 0; made < 3; made++) expect(await call()).toEqual(answered(200, 'ok'));
    expect(endpoint.connections).toBe(connections);
  });

  it('keeps a connection after 204 with the length 0', async () => {
    const { call, endpoint } = await calling((socket) =>
      socket.write('HTTP/1.1 204 X\r\ncontent-length: 0\r\n\r\n'),
    );
    for (let made = 0; made < 3; made++) expect(await call()).toEqual(answered(204, ''));
    expect(endpoint.connections).toBe(1);
  });

  it('leaves endless extensions and trailers of chunks', async () => {
    for (const endless of ['1;' + 'x'.repeat(1_000), '0\r\n' + 'x: y\r\n'.repeat(100)]) {
      const { call, endpoint } = await calling((socket) => {
        socket.write(`HTTP/1.1 200 OK\r\n${chunked}\r\n`);
        const more = () => {
          while (socket.writable && socket.write(endless));
        };
        socket.on('drain', more);
        more();
      });
      const outcome = await call();
      expect(outcome).toMatchObject({ kind: 'answered', httpStatus: 200 });
      expect(bodyOf(outcome)).toMatch(/\[cut: the chunks of the body cannot be read\]$/);
      await endpoint.openAtMost(0);
    }
  });
});

describe('ActionCaller: heads without end', () => {
  const interim = ['HTTP/1.1 100 Continue\r\n\r\n', 'HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n'];
  const endless = (socket: Socket, text: string) => {
    const more = () => {
      while (socket.writable && socket.write(text));
    };
    socket.on('drain', more);
    more();
  };

  it.each(interim)('passes over eight %j and refuses a ninth', async (one) => {
    await expectBothWays(answered(200, 'ok'), one.repeat(8) + OK);
    const [outcome, byBytes] = await bothWays(one.repeat(9) + OK);
    expect(outcome).toEqual({
      kind: 'unreachable',
      code: 'EPROTO',
      message: 'The endpoint sent more than 8 interim answers (1xx) and no final one.',
    });
    expect(byBytes).toEqual(outcome);
  });

  it('counts anew for each call of a connection', async () => {
    const { call, endpoint } = await calling((socket) => socket.write(String(interim[0]).repeat(8) + OK));
    for (let made = 0; made < 3; made++) expect(await call()).toEqual(answered(200, 'ok'));
    expect(endpoint.connections).toBe(1);
  });

  it.each([
    ['interim answers', String(interim[1]).repeat(50)],
    ['large interim answers', `HTTP/1.1 103 Early Hints\r\nlink: ${'x'.repeat(20_000)}\r\n\r\n`],
    ['one header', 'HTTP/1.1 200 OK\r\nx: ' + 'y'.repeat(20_000)],
    ['headers', 'HTTP/1.1 200 OK\r\n' + 'x: y\r\n'.repeat(5_000)],
    ['blank lines', '\r\n'.repeat(5_000)],
  ])('is unreachable, and the connection ends, at endless %s', async (_name, text) => {
    const { call, endpoint } = await calling((socket) => endless(socket, text));
    expect(await call()).toEqual({ kind: 'unreachable', code: 'EPROTO', message: expect.any(String) });
    await endpoint.openAtMost(0);
  });
});

describe('ActionCaller: what is said of a failure', () => {
  const noAnswers = [
    'SSH-2.0-OpenSSH_9.6\r\n',
    'HTTP/1.1 2x0 OK\r\n\r\n',
    'HTTP/1.1 2000 OK\r\n\r\n',
    'HTTP/1.1 20\r\n\r\n',
    'HTTP/1.1\r\n\r\n',
    'HTTPS/1.1 200 OK\r\n\r\n',
    'HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n',
    '{"status":200}\n',
    '\x15\x03\x01\x00\x02\x02\x46',
  ];

  it.each(noAnswers)('names no library when %j comes', async (answer) => {
    for (const outcome of await bothWays(answer)) {
      expect(outcome).toMatchObject({
        kind: 'unreachable',
        code: expect.stringMatching(/^(EPROTO|ECONNRESET)$/),
      });
      expect(JSON.stringify(outcome)).not.toMatch(INTERNAL);
    }
  });

  it('names no library when the endpoint speaks no TLS, or another one', async () => {
    for (const greeting of ['HTTP/1.1 400 Bad Request\r\n\r\n', '\x15\x03\x01\x00\x02\x02\x46']) {
      const { call, endpoint } = await calling(() => undefined);
      endpoint.server.on('connection', (socket: Socket) => socket.end(Buffer.from(greeting, 'latin1')));
      const outcome = await call({ url: `https://127.0.0.1:${endpoint.port}/` });
      expect(outcome).toMatchObject({ kind: 'unreachable' });
      expect(JSON.stringify(outcome)).not.toMatch(INTERNAL);
    }
  });
});
