import {
  StreamableFile,
  type CallHandler,
  type ExecutionContext,
  type NestInterceptor,
} from '@nestjs/common';
import type { NextFunction, Request, RequestHandler, Response } from 'express';
import { tap, type Observable } from 'rxjs';
import type { ScopedRequest } from '../scope.decorators.js';
import { UnreadAnswers } from './unread-answers.js';
import type { UnsentBytes } from './unsent-bytes.js';

/** Smaller answers are not counted: the operating system takes them at once. */
const SMALL_BYTES = 4_096;
/** What an answer that is sent in pieces has in memory at most: the part that was read last. */
const PIECES_BYTES = 1_048_576;

type Asked = Request & Partial<ScopedRequest>;

/** Methods that change nothing: their answer may be refused although it is ready. */
const READING = new Set(['GET', 'HEAD']);

/**
 * Counts the texts that are written and not sent, and refuses those beyond the limits. From the first byte of an answer
 * on, its client has 30 s to read on.
 */
export function boundTexts(unsent: UnsentBytes, unread = new UnreadAnswers()): RequestHandler {
  return (request: Asked, response: Response, next: NextFunction) => {
    const writeHead = response.writeHead.bind(response) as (...head: unknown[]) => Response;
    response.writeHead = (...head: unknown[]) => {
      unread.watch(response);
      response.once('close', () => unread.rest(response));
      return writeHead(...head);
    };
    const send = response.send.bind(response);
    response.send = (body?: unknown) => {
      if (typeof body !== 'string' || body.length <= SMALL_BYTES) return send(body);
      const bytes = Buffer.byteLength(body);
      if (READING.has(request.method)) unsent.refuse(callerOf(request), bytes);
      hold(unsent, request, bytes);
      return send(body);
    };
    next();
  };
}

/** Refuses requests of callers who leave their answers unread, and counts answers that are sent in pieces. */
export class BoundedAnswers implements NestInterceptor {
  constructor(private readonly unsent: UnsentBytes) {}

  intercept(context: ExecutionContext, handler: CallHandler): Observable<unknown> {
    const request = context.switchToHttp().getRequest<Asked>();
    this.unsent.refuse(callerOf(request), 0);
    return handler.handle().pipe(
      tap((answer: unknown) => {
        if (!(answer instanceof StreamableFile)) return;
        if (READING.has(request.method)) this.unsent.refuse(callerOf(request), PIECES_BYTES);
        hold(this.unsent, request, PIECES_BYTES);
      }),
    );
  }
}

function hold(unsent: UnsentBytes, request: Asked, bytes: number): void {
  request.res?.once('close', unsent.hold(callerOf(request), bytes));
}

/** Returns what the bytes of a request are counted by: its tenancy, or its address where nobody knows who calls. */
function callerOf({ scope, ip, socket }: Asked): string {
  return scope ? `tenancy ${scope.tenancyId}` : `address ${ip ?? socket.remoteAddress ?? ''}`;
}
