import { join } from 'node:path';
import type { NextFunction, Request, Response } from 'express';
import { nameRequest } from '../route-name.js';

/** The path works in `src` and in `dist`, because this file is equally deep in both. */
const PAGE = join(import.meta.dirname, '../../../web/home/index.html');

/**
 * Returns what answers a browser that asks for `/`: it is led to the dashboard, or sees a page for people where there is
 * none. For everybody else there is no such route: a client that takes JSON, or anything, has got the address wrong.
 */
export function homePage(hasDashboard: boolean) {
  return (request: Request, response: Response, next: NextFunction): void => {
    const isRead = request.method === 'GET' || request.method === 'HEAD';
    if (request.path !== '/' || !isRead || request.accepts(['json', 'html']) !== 'html') return next();
    nameRequest(request, '/');
    response.vary('Accept');
    if (hasDashboard) response.redirect('/dashboard/');
    else response.sendFile(PAGE, { dotfiles: 'allow' });
  };
}
