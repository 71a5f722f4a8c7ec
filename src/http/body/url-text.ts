import type { RequestHandler } from 'express';
import { InvalidInput } from '../../core/errors.js';
import { brokenEscape } from './body-text.js';

/** Characters of a URL that were sent as bytes above ASCII: Node.js reads each byte as a character. */
const BYTES = /[\x80-\xff]+/;

/** A % in a path that encodes nothing. In a query it means itself. */
const LONELY = /^[^?]*%(?![0-9a-f]{2})/i;

const PAGE = /^\/dashboard\/(?!api(\/|$))/i;
const BAD_PAGE =
  'The address of this page is mistyped: it has a % that encodes no character. Open /dashboard/ and go on from there.';

/**
 * Refuses URLs whose path or query is not percent-encoded UTF-8. Without this, bytes of a query that are not UTF-8
 * would become U+FFFD, and the text would be another one than was sent; a path would be refused in the words of Express.
 */
export const requireUtf8Url: RequestHandler = (request, response, next) => {
  const { url } = request;
  const [path = ''] = url.split('?');
  // A page reads its address itself; whoever mistyped a path is told so in words, and not in JSON.
  if (request.method === 'GET' && PAGE.test(path)) {
    if (!LONELY.test(path) && brokenEscape(path) === null) return next();
    return void response.status(400).type('text').send(BAD_PAGE);
  }
  if (LONELY.test(url)) {
    return next(new InvalidInput('The path has a % that encodes nothing: a % itself is written %25.'));
  }
  const [bytes] = BYTES.exec(url) ?? [];
  const wrong = bytes === undefined ? brokenEscape(url) : encoded(bytes);
  if (wrong === null) return next();
  next(
    new InvalidInput(
      bytes === undefined
        ? `The URL has ${wrong}, which is not UTF-8: percent-encode the characters in UTF-8.`
        : `The URL has bytes that are not encoded: write ${wrong} for them.`,
    ),
  );
};

function encoded(bytes: string): string {
  return [...Buffer.from(bytes.slice(0, 20), 'latin1')]
    .map((byte) => `%${byte.toString(16).toUpperCase()}`)
    .join('');
}
