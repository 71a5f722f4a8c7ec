import { randomUUID } from 'node:crypto';
import {
  Catch,
  Logger,
  NotFoundException,
  UseFilters,
  type ArgumentsHost,
  type ExceptionFilter,
} from '@nestjs/common';
import type { Request, Response } from 'express';
import { DomainError } from '../core/errors.js';
import { BoundedLines } from '../telemetry/bounded-lines.js';
import { allowedMethods } from './allowed-methods.js';
import { DEFAULT_PREFIX } from './protocol/envelopes.js';
import { problemOf, type Problem } from './protocol/problem.js';
import { logRefusal } from './refusal-log.js';
import type { ScopedRequest } from './scope.decorators.js';
import { envelopeOf } from './protocol/spoken-protocol.js';
import { traceOf } from './request-trace.js';

/** The text before the message of a 400. It is a function where the text depends on the request. */
export type Prefix = string | ((request: Request) => string);

const STRANGERS_MS = 10_000;

/** Failures of requests without credentials: whoever finds one that fails must not fill the disk with it. */
const strangers = new BoundedLines({
  most: 1,
  perMs: STRANGERS_MS,
  leftOut: (count) =>
    new Logger('Http').error(
      `${count} more requests without credentials failed within ${STRANGERS_MS / 1_000} s.`,
    ),
});

/** Turns every error into a response: the one place that does (architecture.md, "Errors"). */
@Catch()
export class ErrorFilter implements ExceptionFilter {
  private readonly logger = new Logger('Http');

  constructor(private readonly prefix: Prefix = DEFAULT_PREFIX) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<Request>();
    const response = host.switchToHttp().getResponse<Response>();
    const problem = problemOf(routed(error, request, response));
    if (problem.isUnexpected) this.log(problem, request, response);
    if (problem.status === 401) logRefusal(request, problem.message);
    if (response.headersSent) {
      response.end();
      return;
    }
    response.setHeader('Cache-Control', 'no-store');
    challenge(problem, response);
    tellWhen(problem, response);
    const envelope = envelopeOf(request.path, request);
    const { contentType, body } = envelope(problem, request, this.prefixOf(problem, request));
    response.status(problem.status).type(contentType).send(JSON.stringify(body));
  }

  /** Returns the prefix of a message. A route's own is for 400s alone: other refusals are not about what the route does. */
  private prefixOf(problem: Problem, request: Request): string {
    if (problem.status !== 400) return DEFAULT_PREFIX;
    return typeof this.prefix === 'string' ? this.prefix : this.prefix(request);
  }

  private log(problem: Problem, request: Request, response: Response): void {
    const requestId = randomUUID();
    if (!response.headersSent) response.setHeader('X-Request-Id', requestId);
    // Without the query, which may contain personal data.
    const trace = problem.error instanceof Error ? problem.error.stack : String(problem.error);
    const msg = `Request ${requestId} failed: ${request.method} ${request.path}`;
    const line = () => this.logger.error({ msg, trace_id: traceOf(request).traceId }, trace);
    if ((request as Partial<ScopedRequest>).scope) line();
    else strangers.write(line);
  }
}

/** Sets the text before the messages of the 400s of a route or a controller. */
export const ErrorPrefix = (prefix: Prefix) => UseFilters(new ErrorFilter(prefix));

/** Returns the refusal of a request that found no route: 405 with `Allow` where the path has other methods, else 404. */
function routed(error: unknown, request: Request, response: Response): unknown {
  if (!(error instanceof NotFoundException) || request.route) return error;
  const methods = allowedMethods(request);
  if (methods.length === 0) {
    return new DomainError('notFound', 'There is no such route. See /openapi.json for all routes.');
  }
  response.setHeader('Allow', methods.join(', '));
  const text = `${request.method} is not permitted here: use ${methods.join(', ')}.`;
  return new DomainError('methodNotAllowed', text);
}

/** Sets `WWW-Authenticate` (RFC 6750, section 3) where the guard has not set a more precise one. */
function challenge(problem: Problem, response: Response): void {
  const code = { 401: 'invalid_token', 403: 'insufficient_scope' }[problem.status];
  if (code === undefined || response.hasHeader('WWW-Authenticate')) return;
  response.setHeader('WWW-Authenticate', `Bearer error="${code}"`);
}

/** Sets `Retry-After` where the guard has not: a refusal may say when to come back. */
function tellWhen(problem: Problem, response: Response): void {
  if (response.hasHeader('Retry-After')) return;
  const { retryAfterS } = (problem.error ?? {}) as { retryAfterS?: unknown };
  if (typeof retryAfterS === 'number') response.setHeader('Retry-After', String(retryAfterS));
  else if (problem.status === 503) response.setHeader('Retry-After', '10');
}
