import { Logger } from '@nestjs/common';
import type { NextFunction, Request, Response } from 'express';

const log = new Logger('Http');

/**
 * Writes one line at debug for each request when its answer is sent or its client has gone. The path has no query,
 * which may contain personal data.
 */
export function logRequest(request: Request, response: Response, next: NextFunction): void {
  const from = performance.now();
  const { method, path } = request;
  response.once('close', () => {
    const took = `${(performance.now() - from).toFixed(1)} ms`;
    const end = response.writableFinished ? String(response.statusCode) : 'left by the client';
    log.debug(`${method} ${path}: ${end}, ${took}`);
  });
  next();
}
