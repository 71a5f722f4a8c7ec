import type { Request } from 'express';
import { DomainError } from '../../core/errors.js';
import type { Problem } from './problem.js';

/** The body of a refusal and its media type. */
export interface ErrorAnswer {
  readonly contentType: string;
  readonly body: object;
}

/** Returns a refusal in the form of one protocol. Only the scheduler's form uses the `prefix` of the route. */
export type Envelope = (problem: Problem, request: Request, prefix: string) => ErrorAnswer;

/** What goes before the messages under `/scheduler` where a route has no text of its own. */
export const DEFAULT_PREFIX = 'Error in Job Scheduler action: ';

const TYPES: Readonly<Record<number, string>> = {
  400: 'Bad Request/Invalid Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  408: 'Request Timeout',
  409: 'Conflict',
  413: 'Payload Too Large',
  415: 'Unsupported Media Type',
  417: 'Expectation Failed',
  429: 'Too Many Requests',
  431: 'Request Header Fields Too Large',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
};

/** Returns the body under `/scheduler` (rest-api.md, "Conventions"). */
export function schedulerEnvelope(problem: Problem, _request: Request, prefix: string): ErrorAnswer {
  const message = problem.isPrefixed ? `${prefix}${problem.message}` : problem.message;
  const type = TYPES[problem.status] ?? 'Bad Request/Invalid Request';
  const { suggestion } = (problem.error ?? {}) as { suggestion?: unknown };
  const body = { code: problem.status, message, type, detailedError: message };
  return {
    contentType: 'application/json',
    body: typeof suggestion === 'string' ? { ...body, suggestion } : body,
  };
}

/** Returns the body under `/api` (async-operations.md, "Errors"). `reason` is 1 where the refusal has none of its own. */
export function operationEnvelope(problem: Problem, request: Request): ErrorAnswer {
  const { reason } = (problem.error ?? {}) as { reason?: unknown };
  const body = {
    'http-status': problem.status,
    reason: typeof reason === 'number' ? reason : 1,
    message: problem.message,
    'request-method': request.method,
    'request-uri': request.originalUrl,
  };
  return { contentType: 'application/json', body };
}

/** Returns the body under `/oauth` (RFC 6749, section 5.2). `error` is the refusal's `oauthCode` where it has one. */
export function oauthEnvelope(problem: Problem): ErrorAnswer {
  const { oauthCode } = (problem.error ?? {}) as { oauthCode?: unknown };
  const fallback = problem.status === 401 ? 'invalid_client' : 'invalid_request';
  const ours = problem.status >= 500 ? 'server_error' : fallback;
  const error = typeof oauthCode === 'string' ? oauthCode : ours;
  return { contentType: 'application/json', body: { error, error_description: problem.message } };
}

/** Returns the body under `/admin` and `/dashboard/api` (RFC 9457). */
export function problemDetails(problem: Problem): ErrorAnswer {
  const title = problem.status === 400 ? 'Bad Request' : (TYPES[problem.status] ?? 'Bad Request');
  const field = problem.error instanceof DomainError ? problem.error.field : undefined;
  const body = {
    type: 'about:blank',
    title,
    status: problem.status,
    detail: problem.message,
    ...(field === undefined ? {} : { field }),
  };
  return { contentType: 'application/problem+json', body };
}
