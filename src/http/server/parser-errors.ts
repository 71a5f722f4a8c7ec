import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { NextFunction, Request, Response } from 'express';
import { InvalidInput } from '../../core/errors.js';
import { DEFAULT_PREFIX } from '../protocol/envelopes.js';
import { envelopeOf } from '../protocol/spoken-protocol.js';

/** An error of Node's parser: what it is, and the bytes that it was found in. */
interface ParserError extends Error {
  readonly code?: string;
  readonly rawPacket?: Buffer;
}

/** What Node keeps with a socket and does not declare: the answer under way, and the request that is being read. */
interface ServedSocket extends Socket {
  readonly _httpMessage?: ServerResponse | null;
  readonly parser?: { readonly incoming?: IncomingMessage | null } | null;
}

interface Refused {
  readonly method: string;
  readonly url: string;
  readonly headers: { readonly accept?: string };
}

const UNKNOWN: Refused = { method: '', url: '/', headers: {} };
const REQUEST_LINE = /^([A-Z-]{3,20}) (\/[^ \r\n]*) HTTP\//;
const ACCEPT_LINE = /\r\naccept:[ \t]*([^\r\n]*)\r\n/i;
const PHRASES: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  408: 'Request Timeout',
  413: 'Payload Too Large',
  417: 'Expectation Failed',
  431: 'Request Header Fields Too Large',
};

/** Is told of a request that cannot be read: its method as far as it is known, else empty, and the response that was begun. */
export type OnUnread = (method: string, status: number, response: ServerResponse | null) => void;

/** Gives the refusals that Node answers by itself the body of the protocol of their path, as far as the path is known. */
export function answerParserErrors(server: Server, onUnread: OnUnread): void {
  server.on('clientError', (error: ParserError, socket: ServedSocket) => {
    const isAnswered = socket._httpMessage?.headersSent === true;
    if (!socket.writable || isAnswered || error.code === 'ECONNRESET') return void socket.destroy();
    const { status, message } = refusalOf(error, socket);
    const refused = requestOf(error, socket);
    onUnread(refused.method, status, socket._httpMessage ?? null);
    const { contentType, body } = answerOf(status, message, refused);
    const text = JSON.stringify(body);
    const head = [
      `HTTP/1.1 ${status} ${PHRASES[status]}`,
      `Content-Type: ${contentType}; charset=utf-8`,
      `Content-Length: ${Buffer.byteLength(text)}`,
      'Connection: close',
    ];
    socket.end(`${head.join('\r\n')}\r\n\r\n${text}`, () => socket.destroy());
  });
  server.on('checkExpectation', (request: IncomingMessage, response: ServerResponse) => {
    const message = `'Expect' may only be '100-continue': leave it out.`;
    const { contentType, body } = answerOf(417, message, refusedOf(request));
    const text = JSON.stringify(body);
    response.writeHead(417, {
      'Content-Type': `${contentType}; charset=utf-8`,
      'Content-Length': Buffer.byteLength(text),
      Connection: 'close',
    });
    response.end(text);
  });
}

function answerOf(status: number, message: string, { method, url, headers }: Refused) {
  const problem = { status, message, error: null, isPrefixed: true, isUnexpected: false };
  // Envelopes show of a request what was asked for, and nothing else.
  const request = { method, originalUrl: url } as Request;
  const [path = '/'] = url.split('?');
  return envelopeOf(path, { headers })(problem, request, DEFAULT_PREFIX);
}

function refusalOf(error: ParserError, socket: ServedSocket): { status: number; message: string } {
  switch (error.code) {
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return {
        status: 408,
        message:
          "The request did not arrive in time: its head has 15 s, all of it 30 s. 'Content-Length' must count the bytes that are sent.",
      };
    case 'HPE_HEADER_OVERFLOW':
      return { status: 431, message: 'The head of the request is too large: send fewer or shorter headers.' };
    case 'HPE_CHUNK_EXTENSIONS_OVERFLOW':
      return { status: 413, message: 'The extensions of a chunk are too large: leave them out.' };
    default:
      return { status: 400, message: malformed(socket) };
  }
}

/** A request that is still being answered has had its whole body: what cannot be read came after it. */
function malformed({ _httpMessage }: ServedSocket): string {
  if (_httpMessage?.req.headers['content-length'] === undefined) return 'The request is not valid HTTP.';
  return "The body is longer than 'Content-Length' says: it must count bytes, not characters.";
}

function requestOf({ rawPacket }: ParserError, { _httpMessage, parser }: ServedSocket): Refused {
  const request = _httpMessage?.req ?? parser?.incoming;
  if (request) return refusedOf(request);
  const head = rawPacket?.subarray(0, 8_192).toString('latin1') ?? '';
  const [, method, url] = REQUEST_LINE.exec(head) ?? [];
  if (method === undefined || url === undefined) return UNKNOWN;
  const [, accept] = ACCEPT_LINE.exec(head) ?? [];
  return { method, url, headers: accept === undefined ? {} : { accept } };
}

function refusedOf({ method = '', url = '/', headers: { accept } }: IncomingMessage): Refused {
  return { method, url, headers: accept === undefined ? {} : { accept } };
}

/** Refuses a request of HTTP/1.1 without a host, which Node would refuse without a body (RFC 9112, section 3.2). */
export function requireHost(request: Request, _response: Response, next: NextFunction): void {
  const isMissing = request.httpVersion === '1.1' && request.headers.host === undefined;
  next(isMissing ? new InvalidInput("The header 'Host' is missing: HTTP/1.1 requires it.") : undefined);
}
