import type { NextFunction, Request, Response } from 'express';
import { nameRequest } from '../http/route-name.js';
import type { PageFile, PageFiles } from './page-files.js';

const ROOT = '/dashboard';
const API = '/dashboard/api';
const ASSETS = '/dashboard/assets/';
const YEAR = 'public, max-age=31536000, immutable';

const NOT_BUILT = 'The pages of the dashboard are not built: run npm run build, and start the service again.';

/** What a person sees at the address of an answer, who would be refused in JSON (dashboard.md). */
const PASTED = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Not from here - Carillon</title>
<h1>This address works from the dashboard's pages alone</h1>
<p>It was pasted, or another page led here, and nothing was read. <a href="/dashboard/">Open the dashboard</a>, and ask there.</p>
</html>
`;

/** Answers the paths of the dashboard's pages, and hands on those of its API. Without a build it says so. */
export class PageServer {
  constructor(private readonly files: PageFiles | null) {}

  readonly answer = (request: Request, response: Response, next: NextFunction): void => {
    // Nest mounts what it applies: the request's own path begins there.
    const [path = ''] = request.originalUrl.split('?');
    // Routes ignore case.
    const routed = path.toLowerCase();
    const isRead = request.method === 'GET' || request.method === 'HEAD';
    const isApi = routed === API || routed.startsWith(`${API}/`);
    if (isApi && isRead && isPasted(request)) return sendPasted(response);
    if (!isRead || isApi) return next();
    nameRequest(request, path.startsWith(ASSETS) ? '/dashboard/assets/*' : '/dashboard/*');
    if (routed === ROOT) return response.redirect(308, `${ROOT}/`);
    if (this.files === null) return sendText(503, NOT_BUILT, response);
    if (path.startsWith(ASSETS)) return sendAsset(this.files.assets.get(path), request, response);
    const trimmed = withoutSlash(path);
    if (trimmed !== path && this.pageAt(trimmed)) {
      return response.redirect(308, trimmed + request.originalUrl.slice(path.length));
    }
    const page = this.pageAt(path);
    response.status(page ? 200 : 404).setHeader('Cache-Control', 'no-cache');
    send(page ?? this.files.frame, request, response);
  };

  private pageAt(path: string): PageFile | undefined {
    return this.files?.pages.find((each) => each.path.test(path))?.file;
  }
}

/** A page's own path ends in no slash, but people type one. */
const withoutSlash = (path: string) => (path.endsWith('/') ? path.slice(0, -1) : path);

/**
 * Tells whether the address of an answer, such as a download's, was pasted or linked to: a browser goes there as to a
 * page, and not from one of ours.
 */
function isPasted(request: Request): boolean {
  return request.get('Sec-Fetch-Mode') === 'navigate' && request.get('Sec-Fetch-Site') !== 'same-origin';
}

function sendPasted(response: Response): void {
  response.status(403).setHeader('Cache-Control', 'no-store').type('html').send(PASTED);
}

function sendAsset(file: PageFile | undefined, request: Request, response: Response): void {
  // A page of another build may ask for it.
  if (!file) return sendText(404, 'There is no such file.', response);
  response.setHeader('Cache-Control', YEAR);
  send(file, request, response);
}

/** Sends a sentence that holds now: nobody must keep it. */
function sendText(status: number, text: string, response: Response): void {
  response.status(status).setHeader('Cache-Control', 'no-store').type('text').send(text);
}

/**
 * Sends a file in the smallest encoding that the caller takes. Browsers name all of theirs alike and gzip first: the
 * order in which they do is no preference.
 */
function send({ type, etag, bodies }: PageFile, request: Request, response: Response): void {
  const encoding = [...bodies.keys()].find((each) => request.acceptsEncodings(each)) ?? 'identity';
  if (bodies.size > 1) response.vary('Accept-Encoding');
  if (encoding !== 'identity') response.setHeader('Content-Encoding', encoding);
  response.setHeader('ETag', etag);
  response.type(type).send(bodies.get(encoding));
}
