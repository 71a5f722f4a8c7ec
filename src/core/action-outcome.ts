import type { RunEvent, RunState } from './run-state.js';

/** The result of one call to an action endpoint: always a value, whatever the network or the endpoint did. */
export type ActionOutcome =
  | {
      readonly kind: 'answered';
      readonly httpStatus: number;
      /** The decoded body, at most KEPT_BODY_BYTES of it; `cutText` marks a body that was cut. */
      readonly body: string;
      /** The `Retry-After` of a failure, where one was sent. */
      readonly retryAfter?: string;
      /** Set where a failure came with `x-carillon-retry: no`. */
      readonly isRetryRefused?: true;
    }
  /** Connected and the request sent, but no status line and headers arrived within the time limit. */
  | { readonly kind: 'unanswered' }
  /**
   * DNS failure, connection refused, connect time-out, TLS failure, reset before an answer, or refused by the
   * outbound guard.
   */
  | { readonly kind: 'unreachable'; readonly code: string; readonly message: string };

/** How many bytes of a body are read and kept: 64 KB (runs-and-behaviour.md, "Calling the action"). */
export const KEPT_BODY_BYTES = 65_536;

const UNANSWERED_TEXT = 'The endpoint took the request but did not answer within the time limit.';

/** Returns the event of the run's state machine that an outcome stands for. */
export function eventOf(outcome: ActionOutcome): RunEvent {
  switch (outcome.kind) {
    case 'answered':
      return { kind: 'answered', httpStatus: outcome.httpStatus };
    case 'unanswered':
      return { kind: 'unanswered' };
    case 'unreachable':
      return { kind: 'unreachable' };
  }
}

/**
 * Returns the `runText` of an outcome: the body unchanged for 202 and for success, `Response: <body>` for an HTTP
 * failure (400 and above), `Request Error: Code:-<code>, Message:-<message>` where no HTTP answer came.
 */
export function textOf(outcome: ActionOutcome): string {
  switch (outcome.kind) {
    case 'answered':
      return isHttpFailure(outcome.httpStatus) ? `Response: ${outcome.body}` : outcome.body;
    case 'unanswered':
      return UNANSWERED_TEXT;
    case 'unreachable':
      return `Request Error: Code:-${outcome.code}, Message:-${outcome.message}`;
  }
}

const FAILURE = /^Request Error: Code:-([A-Z0-9_]{1,60}),/;

/** Returns the code in the `runText` of a call that got no HTTP answer, null where a text is none of these. */
export function failureCodeOf(text: string): string | null {
  return FAILURE.exec(text)?.[1] ?? null;
}

/** The code of a call that the outbound guard refused, or whose host has no address, which reads the same. */
export const REFUSED_CODE = 'OUTBOUND_REFUSED';
/** The code of a call that could not be made because of a fault of this service. */
export const OWN_FAULT_CODE = 'CARILLON_INTERNAL';
const UNSENT_CODES: ReadonlySet<string> = new Set([REFUSED_CODE, OWN_FAULT_CODE]);

/**
 * Returns whether anything was sent, or tried to be, for a run that has this state, HTTP status and `runText`: a call that was
 * refused before is no call (telemetry.md, "Settled questions").
 */
export function wasSent(
  state: RunState,
  { httpStatus, text }: { readonly httpStatus: number | null; readonly text: string },
): boolean {
  if (state !== 'REQUEST_ERROR' || httpStatus !== null) return true;
  const code = failureCodeOf(text);
  return code === null || !UNSENT_CODES.has(code);
}

function isHttpFailure(httpStatus: number): boolean {
  return httpStatus >= 400 || httpStatus < 200;
}

/** Why a body is incomplete: larger than the limit, unfinished when the time was up, broken off, or not in chunks as its head says. */
export type CutReason = 'size' | 'time' | 'connection' | 'chunks';

const CUT_MARKS: Readonly<Record<CutReason, string>> = {
  size: ' [cut: longer than 64 KB]',
  time: ' [cut: not complete within the time limit]',
  connection: ' [cut: the connection ended early]',
  chunks: ' [cut: the chunks of the body cannot be read]',
};

/** Returns the text of an incomplete body, with a mark at its end. */
export function cutText(text: string, reason: CutReason): string {
  return text + CUT_MARKS[reason];
}

/** How many bytes of a text are kept where the run logs of its tenant have used up their bytes of the day. */
const SHORT_BYTES = 1_024;
const SHORT_MARK = ' [cut: the run logs of the tenant have reached their limit of the day]';

/** Returns a text as it is kept where the run logs of its tenant have used up their bytes of the day: at most 1 KB, and a mark where it was cut. */
export function shortened(text: string): string {
  // No character has fewer bytes than UTF-16 units.
  const bytes = new TextEncoder().encode(text.slice(0, SHORT_BYTES + 1));
  if (bytes.length <= SHORT_BYTES || text.endsWith(SHORT_MARK)) return text;
  // As part of a stream: an incomplete character at the end is left out.
  return new TextDecoder().decode(bytes.subarray(0, SHORT_BYTES), { stream: true }) + SHORT_MARK;
}
