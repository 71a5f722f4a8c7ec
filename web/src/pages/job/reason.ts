import type { Failing } from '../../api/types.js';
import { REASON_GONE } from '../../texts/causes.js';
import { causeOf, type Cause } from '../run/cause.js';

/** Returns why a schedule failed last, in words, and whose it is. */
export function reasonOf(failing: Failing): string {
  return causeOfLast(failing)?.short ?? REASON_GONE;
}

/** Returns why a schedule failed last, as the page of that run says it; null where its log is gone. */
export function causeOfLast({ lastRun }: Failing): Cause | null {
  if (!lastRun) return null;
  const { action, state, httpStatus, isReported, text } = lastRun;
  return causeOf({ action, state, httpStatus, isReported, text: text ?? '', limits: NOT_SAID });
}

/** What a page says of a failure names no limit: the page of the run does. */
const NOT_SAID = { answerMs: 0, reportMs: 0 };
