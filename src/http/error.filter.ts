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
import { allowedMethods } from './allowed-methods.js';
import { problemOf, type Problem } from './problem.js';
import { protocolOf } from './protocols.js';

/** What goes before the message of a 400; a function where one route answers two questions. */
export type Prefix = string | ((request: Request) => string);

const DEFAULT_PREFIX = 'Error in Job Scheduler action: ';

/** The one place where an error becomes an answer (architecture.md, "Errors"). */
@Catch()
export class ErrorFilter implements ExceptionFilter {
  private readonly logger = new Logger('Http');

  constructor(private readonly prefix: Prefix = DEFAULT_PREFIX) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<Request>();
    const response = host.switchToHttp().getResponse<Response>();
    const problem = problemOf(routed(error, request, response));
    if (problem.isUnexpected) this.log(problem, request, response);
    if (response.headersSent) {
      response.end();
      return;
    }
    challenge(problem, response);
    if (problem.status === 503 && !response.hasHeader('Retry-After')) response.setHeader('Retry-After', '10');
    const { envelope } = protocolOf(request.path);
    const { contentType, body } = envelope(problem, request, this.prefixOf(problem, request));
    response.status(problem.status).type(contentType).send(JSON.stringify(body));
  }

  /** A route's own prefix belongs to its 400s: what else goes wrong there is not the route's doing. */
  private prefixOf(problem: Problem, request: Request): string {
    if (problem.status !== 400) return DEFAULT_PREFIX;
    return typeof this.prefix === 'string' ? this.prefix : this.prefix(request);
  }

  private log(problem: Problem, request: Request, response: Response): void {
    const requestId = randomUUID();
    if (!response.headersSent) response.setHeader('X-Request-Id', requestId);
    // The path alone: a query may hold what is nobody's business.
    const trace = problem.error instanceof Error ? problem.error.stack : String(problem.error);
    this.logger.error(`Request ${requestId} failed: ${request.method} ${request.path}`, trace);
  }
}

/** Sets what goes before the messages of a route's 400s. */
export const ErrorPrefix = (prefix: Prefix) => UseFilters(new ErrorFilter(prefix));

/** A request that found no route: its path has none (404), or none for its method (405 with `Allow`). */
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

/** RFC 6750, section 3, where the guard has not said it more precisely. */
function challenge(problem: Problem, response: Response): void {
  const code = { 401: 'invalid_token', 403: 'insufficient_scope' }[problem.status];
  if (code === undefined || response.hasHeader('WWW-Authenticate')) return;
  response.setHeader('WWW-Authenticate', `Bearer error="${code}"`);
}
