import type { Server } from 'node:http';
import type { NextFunction, Request, Response } from 'express';
import { CannotStart } from '../config/cannot-start.js';
import { DomainError } from '../core/errors.js';
import { DEFAULT_PREFIX } from './protocol/envelopes.js';
import { problemOf } from './protocol/problem.js';
import { envelopeOf } from './protocol/spoken-protocol.js';

/** Where the API listens, as HOST and PORT say. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

/** Binds the address. Throws CannotStart where that cannot be, so that nothing else is begun. */
export async function listen(server: Server, { host, port }: Address): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const refuse = (error: NodeJS.ErrnoException) =>
      reject(new CannotStart(sentenceOf(error.code ?? error.message, { host, port }), { cause: error }));
    server.once('error', refuse);
    server.listen(port, host, () => {
      server.off('error', refuse);
      resolve();
    });
  });
}

function sentenceOf(code: string, { host, port }: Address): string {
  const cannot = `The address ${host}:${port}, named by HOST and PORT, cannot be listened on`;
  if (code === 'EADDRINUSE') return `${cannot}: another program listens there.`;
  if (code === 'EACCES') return `${cannot}: the user of this process may not use this port.`;
  if (code === 'EADDRNOTAVAIL') return `${cannot}: HOST is no address of this machine.`;
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return `${cannot}: there is no host of this name.`;
  return `${cannot} (${code}).`;
}

/** Answers 503 to what comes between the moment in which the address is bound and the one in which the service is ready. */
export class StartGate {
  private isOpen = false;

  open(): void {
    this.isOpen = true;
  }

  readonly pass = (request: Request, response: Response, next: NextFunction): void => {
    if (this.isOpen) return next();
    const problem = problemOf(new DomainError('unavailable', 'The service is starting.'));
    const { contentType, body } = envelopeOf(request.path, request)(problem, request, DEFAULT_PREFIX);
    response.set({ 'Retry-After': '1', 'Cache-Control': 'no-store' }).status(503).type(contentType);
    response.send(JSON.stringify(body));
  };
}
