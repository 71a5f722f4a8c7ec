import type { IncomingMessage } from 'node:http';
import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import { from, lastValueFrom, type Observable } from 'rxjs';
import { DomainError } from '../../core/errors.js';
import { SECOND_MS } from '../../core/instant.js';
import { Turns } from '../../database/connection/turns.js';
import type { ScopedRequest } from '../../http/scope.decorators.js';
import { OperationStarter } from '../../operation/operation-starter.js';

/**
 * How many imports are read at a time, of one tenant half of them: each has up to 4 MB, and takes several times that
 * until it is stored.
 */
const AT_A_TIME = 4;
/** How long an import may wait for its turn, its body unread: with its own turn less than the 30 s that a body may take. */
const MOST_WAIT_MS = 15 * SECOND_MS;
/** How long a client may take to send it once it is its turn: one that does not send keeps the others waiting. */
const MOST_SEND_MS = 10 * SECOND_MS;

/**
 * Reads the bodies of few imports at a time, tenants in turn: those that wait lie with their clients and take
 * neither memory nor time here. One that would be refused for what its tenant has open is refused unread.
 */
@Injectable()
export class ImportTurns implements NestInterceptor {
  private readonly turns = new Turns(AT_A_TIME);

  constructor(private readonly operations: OperationStarter) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const request = context.switchToHttp().getRequest<ScopedRequest & IncomingMessage>();
    const { scope } = request;
    const untilMs = performance.now() + MOST_WAIT_MS;
    return from(
      this.turns.pass({ holder: scope.tenancyId }, untilMs, tooManyAtOnce, async () => {
        await this.operations.refuseTooMany(scope);
        return sentInTime(request, () => lastValueFrom(next.handle()) as Promise<unknown>);
      }),
    );
  }
}

/** Runs the reading of a request, and ends the connection where its body does not come in time. */
async function sentInTime<T>(request: IncomingMessage, read: () => Promise<T>): Promise<T> {
  const timer = setTimeout(() => {
    if (!request.complete) request.destroy();
  }, MOST_SEND_MS);
  return read().finally(() => clearTimeout(timer));
}

class TooManyAtOnce extends DomainError {
  readonly retryAfterS = 10;

  constructor() {
    super(
      'tooManyRequests',
      'Too many imports are being sent to the service at the moment: try again in 10 s.',
    );
  }
}

function tooManyAtOnce(): DomainError {
  return new TooManyAtOnce();
}
