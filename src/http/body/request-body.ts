import { parse as parseForm } from 'node:querystring';
import express, { type NextFunction, type Request, type RequestHandler, type Response } from 'express';
import { DomainError, InvalidInput } from '../../core/errors.js';
import { firstCharacters } from '../../core/text/first-characters.js';
import { charsetOf, formText, utf8Text, wrongCharset } from './body-text.js';
import { exactJson, exactLargeJson, MOST_LEVELS } from './exact-json.js';
import { DOCUMENT } from './free-data.js';
import { isReadByRoute, PROTOCOLS, protocolOf } from '../protocol/protocols.js';

const JSON_TYPES = ['application/json', 'application/*+json'];
const FORM_TYPES = ['application/x-www-form-urlencoded'];
const METHODS_WITH_BODY = new Set(['POST', 'PUT', 'PATCH']);

/** Hands on a reader of bodies of some content types: `read` makes of the bytes what the body is. */
function bodyReader(limit: number, types: string[], read: (bytes: Buffer, request: Request) => unknown) {
  const readBytes = express.raw({ limit, type: types });
  return (request: Request, response: Response, next: NextFunction) =>
    readBytes(request, response, (error?: unknown) => {
      if (error !== undefined) return next(refusalOf(error));
      if (!Buffer.isBuffer(request.body)) return next();
      try {
        request.body = read(request.body, request);
      } catch (refusal) {
        request.body = undefined;
        return next(refusal);
      }
      next();
    });
}

const declaredCharset = (request: Request) => charsetOf(request.headers['content-type'] ?? '');

const jsonReader = (limit: number) =>
  bodyReader(limit, JSON_TYPES, (bytes, request) => {
    const text = jsonText(bytes, request);
    try {
      return exactJson(text, '', DOCUMENT);
    } catch (error) {
      throw bodyRefusal(error, text);
    }
  });

/** Returns the text of a JSON body. One without a byte was meant as none. */
function jsonText(bytes: Buffer, request: Request): string {
  if (declaredCharset(request) !== 'utf-8') throw wrongCharset();
  return utf8Text(bytes) || '{}';
}

const formReader = (limit: number) =>
  bodyReader(limit, FORM_TYPES, (bytes, request) => {
    const charset = declaredCharset(request);
    if (charset === null) throw wrongCharset();
    return parseForm(formText(bytes, charset), undefined, undefined, { maxKeys: 0 });
  });

function bodyRefusal(error: unknown, text: string): unknown {
  if (!(error instanceof SyntaxError)) return error;
  const { message } = error;
  return new InvalidInput(
    `The body is not valid JSON: ${firstCharacters(message, 160)}${cutOff(message, text)}`,
  );
}

/** The body parsers of each protocol. */
const parsers = new Map(
  PROTOCOLS.map((protocol) => [
    protocol,
    {
      json: jsonReader(protocol.mostBytes),
      form: formReader(protocol.mostBytes),
    },
  ]),
);

/** Reads the body of a request: JSON, or a form where the protocol takes forms. Passes a DomainError on for what it refuses. */
export const readBody: RequestHandler = (request, response, next) => {
  const protocol = protocolOf(request.path);
  const parse = parsers.get(protocol);
  if (!parse) throw new Error('Every protocol has its parsers.');
  if (protocol.takesForms) {
    parse.form(request, response, (error?: unknown) =>
      error === undefined ? parse.json(request, response, next) : next(error),
    );
    return;
  }
  refuseOtherTypes(request, response, (error?: unknown) =>
    error !== undefined || isReadByRoute(request.path) ? next(error) : parse.json(request, response, next),
  );
};

/** An export shows data as an object, five levels down: what may be stored as text may be imported too. */
const LEVELS_ABOVE_DATA = 5;

/** Reads the JSON body, of up to `mostBytes`, of a route that reads its body itself. Throws DomainError for what it refuses. */
export async function readLargeBody(
  request: Request,
  response: Response,
  mostBytes: number,
): Promise<unknown> {
  const read = bodyReader(mostBytes, JSON_TYPES, jsonText);
  const error = await new Promise<unknown>((resolve) => read(request, response, resolve));
  if (error !== undefined) throw error as Error; // the reader passes on nothing else
  const text: unknown = request.body;
  if (typeof text !== 'string') return text;
  try {
    return await exactLargeJson(text, DOCUMENT, MOST_LEVELS + LEVELS_ABOVE_DATA);
  } catch (refusal) {
    throw bodyRefusal(refusal, text);
  }
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
function cutOff(message: string, text: string): string {
  const isCutOff = /end of JSON input|unterminated/i.test(message) || isAtEnd(message, text);
  const isWide = Buffer.byteLength(text) > text.length;
  return isCutOff && isWide
    ? ". It ends too early: 'Content-Length' must count bytes, and its characters have more than one."
    : '';
}

function isAtEnd(message: string, text: string): boolean {
  const [, position] = /at position (\d+)/.exec(message) ?? [];
  return position !== undefined && Number(position) >= text.length;
}

/** Returns the refusal for an error of the reader of bytes, in the contract's words. */
function refusalOf(error: unknown): unknown {
  const { type, status } = error as { type?: unknown; status?: unknown };
  switch (type) {
    case 'entity.too.large':
      return new DomainError('tooLarge', 'request entity too large');
    case 'encoding.unsupported':
      return wrongCharset();
    default:
      return status === 400 ? new InvalidInput('The body cannot be read: send it again, whole.') : error;
  }
}
