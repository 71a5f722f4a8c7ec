import { StreamableFile, type CanActivate, type ExecutionContext, type HttpServer } from '@nestjs/common';
import type { Request, Response } from 'express';
import type { ScopedRequest } from '../scope.decorators.js';
import type { UnsentBytes } from './unsent-bytes.js';

/** Smaller answers are not counted: the operating system takes them at once. */
const SMALL_BYTES = 4_096;
/** What an answer that is sent in pieces has in memory at most: the part that was read last. */
const PIECES_BYTES = 1_048_576;

type Asked = Request & Partial<ScopedRequest>;

/** Methods that change nothing: their answer may be refused although it is ready. */
const READING = new Set(['GET', 'HEAD']);

/**
 * Counts the texts that are written and not sent, and refuses those beyond the limits. `responses` is the prototype of all
 * responses of the application.
 */
export function boundTexts(responses: Response, unsent: UnsentBytes): void {
  const { send } = responses;
  responses.send = function (this: Response, body?: unknown) {
    if (typeof body !== 'string' || body.length <= SMALL_BYTES) return send.call(this, body);
    const request: Asked = this.req;
    const bytes = Buffer.byteLength(body);
    if (READING.has(request.method)) unsent.refuse(callerOf(request), bytes);
    hold(unsent, request, bytes);
    return send.call(this, body);
  };
}

/** Counts answers that are sent in pieces, and refuses those beyond the limits. `adapter` sends the answers of all routes. */
export function boundPieces(adapter: Pick<HttpServer, 'reply'>, unsent: UnsentBytes): void {
  const reply: HttpServer['reply'] = adapter.reply.bind(adapter);
  adapter.reply = (response: Response, answer: unknown, status?: number) => {
    if (answer instanceof StreamableFile) {
      const request: Asked = response.req;
      if (READING.has(request.method)) unsent.refuse(callerOf(request), PIECES_BYTES);
      hold(unsent, request, PIECES_BYTES);
    }
    return reply(response, answer, status) as unknown;
  };
}

/**
 * Refuses requests of callers who leave their answers unread. It is a guard, the last one, and no interceptor: one of
 * those costs a request more than everything else that is done for it here.
 */
export class UnreadGuard implements CanActivate {
  constructor(private readonly unsent: UnsentBytes) {}

  canActivate(context: ExecutionContext): boolean {
    this.unsent.refuse(callerOf(context.switchToHttp().getRequest<Asked>()), 0);
    return true;
  }
}

function hold(unsent: UnsentBytes, request: Asked, bytes: number): void {
  // The client may have gone before the answer was ready: then nothing is sent, and nothing ends.
  if (request.res?.closed) return;
  request.res?.once('close', unsent.hold(callerOf(request), bytes));
}

/** Returns what the bytes of a request are counted by: its tenancy, or its address where nobody knows who calls. */
function callerOf({ scope, ip, socket }: Asked): string {
  return scope ? `tenancy ${scope.tenancyId}` : `address ${ip ?? socket.remoteAddress ?? ''}`;
}
