import { HttpException } from '@nestjs/common';
import { DomainError, type ErrorCode } from '../core/errors.js';

/** A refusal on its way to the wire: everything that an envelope may show. */
export interface Problem {
  readonly status: number;
  /** The sentence for a person, without prefix. */
  readonly message: string;
  /** The refusal itself, for envelopes that show more of it (an OAuth code, an operation's reason). */
  readonly error: unknown;
  /** False for refusals that the contract words in full: no route's prefix goes before them. */
  readonly isPrefixed: boolean;
  /** True where the fault is ours: it is logged, and the wire shows a fixed text. */
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

/** What the wire says of a fault of ours, whatever it was. */
const UNEXPECTED = 'The service failed to process the request. Try again later.';

/** Returns what the wire may know of an error. Anything not thrown on purpose is a 500 with a fixed text. */
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

/** The 4xx status that Nest's or Express' own errors carry, null for any other error. */
function statusOf(error: unknown): number | null {
  const status =
    error instanceof HttpException ? error.getStatus() : (error as { status?: unknown } | null)?.status;
  return typeof status === 'number' && status >= 400 && status < 500 ? status : null;
}

/** Express words its refusal of a malformed path itself; the text shows nothing but the caller's own path. */
function textOf(error: unknown): string {
  return error instanceof Error && error.message !== '' ? error.message : 'The request is not permitted.';
}
