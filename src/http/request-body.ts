import express, { type NextFunction, type Request, type RequestHandler, type Response } from 'express';
import { DomainError, InvalidInput } from '../core/errors.js';
import { isDeeperThan } from './json-depth.js';
import { PROTOCOLS, protocolOf } from './protocols.js';

const MOST_LEVELS = 100;
const JSON_TYPES = ['application/json', 'application/*+json'];
const METHODS_WITH_BODY = new Set(['POST', 'PUT', 'PATCH']);

const jsonParser = (limit: number) =>
  express.json({
    limit,
    type: JSON_TYPES,
    strict: false,
    verify: (_request, _response, bytes) => {
      if (!isDeeperThan(MOST_LEVELS, bytes)) return;
      throw new InvalidInput(`The body is nested deeper than ${MOST_LEVELS} levels: flatten it.`);
    },
  });

/** The body parsers of each protocol. */
const parsers = new Map(
  PROTOCOLS.map((protocol) => [
    protocol,
    {
      json: jsonParser(protocol.mostBytes),
      form: express.urlencoded({ limit: protocol.mostBytes, extended: false }),
    },
  ]),
);

/** Reads the body of a request: JSON, or a form where the protocol takes forms. Passes a DomainError on for what it refuses. */
export const readBody: RequestHandler = (request, response, next) => {
  const protocol = protocolOf(request.path);
  const parse = parsers.get(protocol);
  if (!parse) throw new Error('Every protocol has its parsers.');
  const done = (error?: unknown) => next(error === undefined ? undefined : refusalOf(error));
  if (protocol.takesForms) {
    parse.form(request, response, (error?: unknown) =>
      error === undefined ? parse.json(request, response, done) : done(error),
    );
    return;
  }
  const isReadByRoute = protocol.readByRoute.includes(request.path);
  refuseOtherTypes(request, response, (error?: unknown) =>
    error !== undefined || isReadByRoute ? next(error) : parse.json(request, response, done),
  );
};

/** Reads the JSON body, of up to `mostBytes`, of a route that reads its body itself. Throws DomainError for what it refuses. */
export async function readLargeBody(
  request: Request,
  response: Response,
  mostBytes: number,
): Promise<unknown> {
  const read = jsonParser(mostBytes);
  const error = await new Promise<unknown>((resolve) => read(request, response, resolve));
  if (error !== undefined) throw refusalOf(error);
  return request.body as unknown;
}

function refuseOtherTypes(request: Request, _response: Response, next: NextFunction): void {
  const isOfOtherType = METHODS_WITH_BODY.has(request.method) && hasBody(request) && !request.is(JSON_TYPES);
  next(
    isOfOtherType
      ? new DomainError('unsupportedMediaType', 'The body must be sent as application/json.')
      : undefined,
  );
}

function hasBody(request: Request): boolean {
  return (
    request.headers['transfer-encoding'] !== undefined || Number(request.headers['content-length'] ?? 0) > 0
  );
}

/** Returns what to add for a body that ends too early and has characters of several bytes: its length was counted wrongly. */
function cutOff(error: unknown): string {
  const { message, body } = error as { message?: unknown; body?: unknown };
  const isCutOff = /end of JSON input|unterminated/i.test(String(message)) || isAtEnd(String(message), body);
  const isWide = typeof body === 'string' && Buffer.byteLength(body) > body.length;
  return isCutOff && isWide
    ? ". It ends too early: 'Content-Length' must count bytes, and its characters have more than one."
    : '';
}

function isAtEnd(message: string, body: unknown): boolean {
  const [, position] = /at position (\d+)/.exec(message) ?? [];
  return typeof body === 'string' && position !== undefined && Number(position) >= body.length;
}

/** Returns the refusal for an error of the body parser, in the contract's words. */
function refusalOf(error: unknown): unknown {
  const { type, status, message } = error as { type?: unknown; status?: unknown; message?: unknown };
  switch (type) {
    case 'entity.too.large':
      return new DomainError('tooLarge', 'request entity too large');
    case 'entity.parse.failed':
      return new InvalidInput(`The body is not valid JSON: ${String(message).slice(0, 160)}${cutOff(error)}`);
    case 'entity.verify.failed':
      return new InvalidInput(`The body is nested deeper than ${MOST_LEVELS} levels: flatten it.`);
    case 'charset.unsupported':
    case 'encoding.unsupported':
      return new DomainError(
        'unsupportedMediaType',
        'The body must be UTF-8, plain or compressed by gzip, deflate or br.',
      );
    default:
      return status === 400 ? new InvalidInput('The body cannot be read: send it again, whole.') : error;
  }
}
