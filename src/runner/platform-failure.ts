import { STOPPING_CODE } from '../outbound/call-failure.js';

/** The platform answered a request with a refusal or an error. */
export class PlatformRefused extends Error {
  constructor(
    /** The HTTP status of the answer. */
    readonly status: number,
    /** What the platform said about it, for users; each is one line of at most 1,000 characters. */
    readonly details: readonly string[],
    readonly about: {
      /**
       * Whether the answer was the platform's own, in its own form. Another one comes from something in between, such
       * as a router, behind which the platform may have done what it was asked for.
       */
      readonly isOwn: boolean;
      /** Name of the first error, such as `CF-ResourceNotFound`; null where the answer has none. */
      readonly title: string | null;
      /** How long to wait before the next request; null where the answer does not say. */
      readonly retryAfterMs: number | null;
    },
  ) {
    super(details.join(' ') || `The platform answered ${status}.`);
    this.name = new.target.name;
  }
}

/** No answer came, or none that can be read. */
export class PlatformUnreachable extends Error {
  constructor(
    /** A code that users know, such as `ECONNREFUSED`. */
    readonly code: string,
    message: string,
    readonly about: {
      /** Whether the request may have reached the platform, which may then have done what it was asked for. */
      readonly wasSent: boolean;
      /** Whether this service itself does not trust the destination: its outbound guard or the certificate says no. */
      readonly isDistrusted: boolean;
    },
  ) {
    super(message);
    this.name = new.target.name;
  }
}

/** The platform does not accept the credentials of the runner, now or when it was asked last: nothing was sent. */
export class LoginRefused extends Error {
  readonly code = 'LOGIN_REFUSED';

  constructor(
    message: string,
    /** Whether the credentials themselves were refused just now: too many of these may lock their user. */
    readonly isOfCredentials: boolean,
  ) {
    super(message);
    this.name = new.target.name;
  }
}

/** The three ways in which a request to a platform fails. */
export type PlatformFailure = PlatformRefused | PlatformUnreachable | LoginRefused;

/** Returns whether an error tells of a platform, and not of a fault in this service. */
export function isPlatformFailure(error: unknown): error is PlatformFailure {
  return (
    error instanceof PlatformRefused || error instanceof PlatformUnreachable || error instanceof LoginRefused
  );
}

/** Returns whether a failure says nothing of a platform: this service is stopping and broke the request off. */
export function isOfStop(failure: PlatformFailure): boolean {
  return failure instanceof PlatformUnreachable && failure.code === STOPPING_CODE;
}

/** Returns what a failure says about its runner, as the runner shows it. */
export function problemOf(failure: PlatformFailure): string {
  return failure instanceof PlatformUnreachable ? `${failure.code}: ${failure.message}` : failure.message;
}

/**
 * Returns the state of a runner after a failure: `unreachable` where another try may come about, `refused` where somebody
 * has to change something first.
 */
export function stateAfter(failure: PlatformFailure): 'refused' | 'unreachable' {
  if (failure instanceof PlatformUnreachable) return failure.about.isDistrusted ? 'refused' : 'unreachable';
  const isAway = failure instanceof PlatformRefused && (failure.status === 429 || failure.status >= 500);
  return isAway ? 'unreachable' : 'refused';
}
