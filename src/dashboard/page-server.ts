import type { NextFunction, Request, Response } from 'express';
import type { PageFile, PageFiles } from './page-files.js';

/**
 * What a page of the dashboard may do: load and ask this service, and nothing else. No text becomes a script: trusted
 * types are required and there are none.
 */
export const CONTENT_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ');

const ROOT = '/dashboard';
const API = '/dashboard/api';
const ASSETS = '/dashboard/assets/';
const YEAR = 'public, max-age=31536000, immutable';

/** Answers the paths of the dashboard's pages. Those of its API are handed on, with the pages' content policy. */
export class PageServer {
  constructor(private readonly files: PageFiles) {}

  readonly answer = (request: Request, response: Response, next: NextFunction): void => {
    response.setHeader('Content-Security-Policy', CONTENT_POLICY);
    // Nest mounts what it applies: the request's own path begins there.
    const [path = ''] = request.originalUrl.split('?');
    const isRead = request.method === 'GET' || request.method === 'HEAD';
    if (!isRead || path === API || path.startsWith(`${API}/`)) return next();
    if (path === ROOT) return response.redirect(308, `${ROOT}/`);
    if (path.startsWith(ASSETS)) return this.sendAsset(path, request, response);
    const page = this.files.pages.get(path);
    response.status(page ? 200 : 404).setHeader('Cache-Control', 'no-cache');
    send(page ?? this.files.frame, request, response);
  };

  private sendAsset(path: string, request: Request, response: Response): void {
    const file = this.files.assets.get(path);
    if (file) {
      response.setHeader('Cache-Control', YEAR);
      send(file, request, response);
    } else {
      // A page of another build asks for it: nobody must keep that it is not there.
      response.status(404).setHeader('Cache-Control', 'no-store').type('text').send('There is no such file.');
    }
  }
}

/** Sends a file in the best encoding that the caller takes. */
function send({ type, etag, bodies }: PageFile, request: Request, response: Response): void {
  const encoding = request.acceptsEncodings([...bodies.keys()]) || 'identity';
  if (bodies.size > 1) response.vary('Accept-Encoding');
  if (encoding !== 'identity') response.setHeader('Content-Encoding', encoding);
  response.setHeader('ETag', etag);
  response.type(type).send(bodies.get(encoding));
}
