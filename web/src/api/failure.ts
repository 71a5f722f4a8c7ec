/** What was asked for, as far as a failure tells of it. */
export interface Sent {
  readonly method: string;
  readonly path: string;
}

/** A request that the service refused: its status, and the sentence that it gave as a reason. */
export class Refusal extends Error {
  readonly detail: string;
  /** In how many seconds to ask again, where the service said so. */
  readonly retryAfterS: number | null;
  /** Under which number the service logged its own fault. */
  readonly requestId: string | null;
  /** What to write instead, where the service knows it. */
  readonly suggestion: string | null;

  constructor(
    readonly sent: Sent,
    readonly status: number,
    headers: Headers,
    text: string,
  ) {
    const told = toldIn(text);
    super(told.detail);
    this.detail = told.detail;
    this.retryAfterS = retryAfterOf(headers);
    this.requestId = headers.get('X-Request-Id');
    this.suggestion = told.suggestion;
  }
}

/** A request that got no answer: the network, or the service, is away. */
export class Unreachable extends Error {
  constructor(
    readonly sent: Sent,
    cause: unknown,
  ) {
    super('No answer came.', { cause });
  }
}

export type Failure = Refusal | Unreachable;

/** Of these a proxy knows only that the service did not answer it. */
const UNANSWERED = [502, 504];
/** What is sent by POST and changes nothing that one could look at. */
const CHANGES_NOTHING = /^\/dashboard\/api\/(sign-in|session)|^\/scheduler\/preview$/;

/** Returns whether something may have been done although nobody said so: only the answer got lost. */
export function mayBeDone(failure: Failure): boolean {
  const { method, path } = failure.sent;
  const isUnanswered = failure instanceof Unreachable || UNANSWERED.includes(failure.status);
  return isUnanswered && method !== 'GET' && !CHANGES_NOTHING.test(path);
}

/** Returns in how many seconds to ask again, null where the service does not say so. */
export function retryAfterOf(headers: Headers): number | null {
  const wait = headers.get('Retry-After');
  return wait !== null && /^\d+$/.test(wait) ? Number(wait) : null;
}

/** Returns the sentence of a refusal: each protocol has its own place for it, and the scheduler's a prefix. */
function toldIn(text: string): { detail: string; suggestion: string | null } {
  const { detail, message, suggestion } = parsed(text);
  const sentence = detail ?? message;
  return {
    detail: typeof sentence === 'string' ? sentence.replace(/^Error (in|while) [^:]+: /, '') : '',
    suggestion: typeof suggestion === 'string' ? suggestion : null,
  };
}

function parsed(text: string): { detail?: unknown; message?: unknown; suggestion?: unknown } {
  try {
    // Whatever it is: a proxy may answer with a page, or with nothing.
    return (JSON.parse(text) as object | null) ?? {};
  } catch {
    return {};
  }
}
