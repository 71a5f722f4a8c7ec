import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import { from, lastValueFrom, type Observable } from 'rxjs';
import { DomainError } from '../../core/errors.js';
import { SECOND_MS } from '../../core/instant.js';
import { Turns } from '../../database/connection/turns.js';
import type { ScopedRequest } from '../../http/scope.decorators.js';
import { OperationStarter } from '../../operation/operation-starter.js';

/**
 * How many imports are read at a time, of one tenant half of them: each has up to 4 MB, and takes several times that
 * until it is stored. A client that sends slowly holds one place, for as long as a body may take.
 */
const AT_A_TIME = 4;
/** How long an import may wait for its turn, its body unread: less than its client has to send it. */
const MOST_WAIT_MS = 10 * SECOND_MS;

/**
 * Reads the bodies of few imports at a time, tenants in turn: those that wait lie with their clients and take
 * neither memory nor time here. One that would be refused for what its tenant has open is refused unread.
 */
@Injectable()
export class ImportTurns implements NestInterceptor {
  private readonly turns = new Turns(AT_A_TIME);

  constructor(private readonly operations: OperationStarter) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const { scope } = context.switchToHttp().getRequest<ScopedRequest>();
    const untilMs = performance.now() + MOST_WAIT_MS;
    return from(
      this.turns.pass({ holder: scope.tenancyId }, untilMs, tooManyAtOnce, async () => {
        await this.operations.refuseTooMany(scope);
        return lastValueFrom(next.handle()) as Promise<unknown>;
      }),
    );
  }
}

function tooManyAtOnce(): DomainError {
  return new DomainError(
    'tooManyRequests',
    'Too many imports are sent at once: send them one after the other.',
  );
}
