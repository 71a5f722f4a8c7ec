import type { TestCallAnswer } from '../../api/editor.js';
import { causeOf } from '../run/cause.js';

/** Returns what to try after a test call, as it would be said of a run; null where nothing is wrong. */
export function adviceOf({ httpStatus, cause, durationMs, text }: TestCallAnswer): string | null {
  const state = stateOf(httpStatus, cause);
  const limits = { answerMs: durationMs, reportMs: durationMs };
  const found = causeOf({ action: 'http', state, httpStatus, isReported: false, limits, text });
  return found?.next[0] ?? null;
}

/** Returns what a run would have become. */
function stateOf(httpStatus: number | null, cause: string | null) {
  if (httpStatus === null) return cause === null ? 'ACK_NOT_RECVD' : 'REQUEST_ERROR';
  return httpStatus < 400 ? 'SUCCESS' : 'ERROR';
}
