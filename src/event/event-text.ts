import type { CompletionEvent } from './event.store.js';

/** After how many milliseconds a client that lost its stream connects again. */
const RETRY_MS = 2_000;

/** The line that is sent so that proxies do not close a stream without events. */
export const KEEP_ALIVE = ': keep-alive\n\n';

/** Returns the path of an operation in the API. */
export function operationUri(id: string): string {
  return `/api/jobs/${id}`;
}

/**
 * Returns the start of a stream: when to connect again, and after which number, so that nothing is missed before
 * the first event.
 */
export function openingText(from: number): string {
  return `retry: ${RETRY_MS}\nid: ${from}\n\n`;
}

/** Returns the text before the past events at the start of a stream. */
export function initialStartText(): string {
  return eventText('initial-events-start', {});
}

/** Returns the text after the past events; the stream continues after `upTo`. */
export function initialEndText(upTo: number): string {
  return `id: ${upTo}\n${eventText('initial-events-end', {})}`;
}

/** Returns the text of one event; `place` is its number within the stream, from 1. */
export function completionText({ seq, operationId }: CompletionEvent, place: number): string {
  const data = { 'job-uri': operationUri(operationId), 'session-sequence-nr': place };
  return `id: ${seq}\n${eventText('job-completion', data)}`;
}

function eventText(type: string, data: object): string {
  return `event: ${type}\ndata: ${JSON.stringify({ 'notification-type': type, ...data })}\n\n`;
}
