import { HttpException } from '@nestjs/common';
import { DomainError, type ErrorCode } from '../../core/errors.js';

/** An error as far as a response may show it. */
export interface Problem {
  readonly status: number;
  /** The sentence for people, without a prefix. */
  readonly message: string;
  /** The error itself, for envelopes that show more of it (an OAuth code, the reason under `/api`). */
  readonly error: unknown;
  /** False where the contract gives the whole message, so that no prefix of a route goes before it. */
  readonly isPrefixed: boolean;
  /** True for a fault of the service: it is logged, and the response has a fixed text. */
  readonly isUnexpected: boolean;
}

const STATUS_OF: Record<ErrorCode, number> = {
  invalid: 400,
  unauthenticated: 401,
  forbidden: 403,
  notFound: 404,
  methodNotAllowed: 405,
  conflict: 409,
  tooLarge: 413,
  unsupportedMediaType: 415,
  tooManyRequests: 429,
  unavailable: 503,
};

/** The message of every fault of the service, so that a response shows nothing of its inside. */
const UNEXPECTED = 'The service failed to process the request. Try again later.';

/** Returns what a response may show of an error. Whatever was not thrown on purpose is a 500 with a fixed text. */
export function problemOf(error: unknown): Problem {
  if (error instanceof DomainError) {
    const isPrefixed = error.code !== 'tooLarge';
    return {
      status: STATUS_OF[error.code],
      message: error.message,
      error,
      isPrefixed,
      isUnexpected: false,
    };
  }
  const status = statusOf(error);
  if (status === null) {
    return { status: 500, message: UNEXPECTED, error, isPrefixed: true, isUnexpected: true };
  }
  return { status, message: textOf(error), error, isPrefixed: true, isUnexpected: false };
}

/** Returns the 4xx status of an error of Nest or Express, null for any other error. */
function statusOf(error: unknown): number | null {
  const status =
    error instanceof HttpException ? error.getStatus() : (error as { status?: unknown } | null)?.status;
  return typeof status === 'number' && status >= 400 && status < 500 ? status : null;
}

/** Returns the text of an error of Nest or Express. That of a malformed path shows nothing but the caller's own path. */
function textOf(error: unknown): string {
  return error instanceof Error && error.message !== '' ? error.message : 'The request is not permitted.';
}
