import type { NextFunction, Request, Response } from 'express';

/**
 * What a page of the dashboard may do: load and ask this service, and nothing else. No text becomes a script: trusted
 * types are required and there are none.
 */
const POLICY = [
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

/** Gives an answer the policy of the dashboard's pages. It comes before whatever may refuse the request. */
export function pagePolicy(_request: Request, response: Response, next: NextFunction): void {
  response.setHeader('Content-Security-Policy', POLICY);
  next();
}
