import { eventOf, failureCodeOf, textOf, type ActionOutcome } from '../../core/action-outcome.js';
import { transition } from '../../core/run-state.js';
import { firstCharacters } from '../../core/text/first-characters.js';

const MOST_TEXT = 10_000;

/** Returns what came of a test call as it is sent. */
export function testCall({ outcome, durationMs }: { outcome: ActionOutcome; durationMs: number }) {
  const whole = outcome.kind === 'answered' ? outcome.body : textOf(outcome);
  const text = firstCharacters(whole, MOST_TEXT);
  return {
    outcome: resultOf(outcome),
    httpStatus: outcome.kind === 'answered' ? outcome.httpStatus : null,
    ...{ durationMs, text, isCut: text.length < whole.length },
    message: messageOf(outcome, durationMs),
    cause: outcome.kind === 'unreachable' ? failureCodeOf(whole) : null,
  };
}

/** What a run would have become by this outcome. */
function resultOf(outcome: ActionOutcome): 'success' | 'accepted' | 'failed' {
  switch (transition('TRIGGERED', eventOf(outcome))) {
    case 'SUCCESS':
      return 'success';
    case 'ACK_RECVD':
      return 'accepted';
    default:
      return 'failed';
  }
}

function messageOf(outcome: ActionOutcome, durationMs: number): string {
  switch (outcome.kind) {
    case 'answered': {
      const later = outcome.httpStatus === 202 ? ': of a run it would report the end later' : '';
      return `The endpoint answered ${outcome.httpStatus} after ${durationMs} ms${later}.`;
    }
    case 'unanswered':
      return `The endpoint took the request and did not answer within ${durationMs} ms.`;
    case 'unreachable':
      return `The endpoint was not reached: ${outcome.message}`;
  }
}
