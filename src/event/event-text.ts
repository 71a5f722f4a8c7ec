import type { CompletionEvent } from './event.store.js';

/** After how long a client that lost its stream comes back. */
const RETRY_MS = 2_000;

/** The line that keeps proxies from taking a quiet stream for a dead one. */
export const KEEP_ALIVE = ': keep-alive\n\n';

/** Returns the path under which the outside finds an operation. */
export function operationUri(id: string): string {
  return `/api/jobs/${id}`;
}

/** What a stream begins with: when to come back, and from where, so that nothing is missed before the first event. */
export function openingText(from: number): string {
  return `retry: ${RETRY_MS}\nid: ${from}\n\n`;
}

/** What stands before the events that a stream begins with. */
export function initialStartText(): string {
  return eventText('initial-events-start', {});
}

/** What stands after them; the stream goes on from `upTo`. */
export function initialEndText(upTo: number): string {
  return `id: ${upTo}\n${eventText('initial-events-end', {})}`;
}

/** One event; `place` is its number within the stream, from 1. */
export function completionText({ seq, operationId }: CompletionEvent, place: number): string {
  const data = { 'job-uri': operationUri(operationId), 'session-sequence-nr': place };
  return `id: ${seq}\n${eventText('job-completion', data)}`;
}

function eventText(type: string, data: object): string {
  return `event: ${type}\ndata: ${JSON.stringify({ 'notification-type': type, ...data })}\n\n`;
}
