import { HOUR_MS, MINUTE_MS, type Instant } from '../../../core/instant.js';
import { HOURS_KEPT_MS } from '../../../statistics/counts/run-counts.reader.js';
import type { Span } from '../overview/outcomes.query.js';
import type { Parts } from '../overview/outcomes.js';

/** With the minute that is under way an hour. */
const LEAST_MS = 59 * MINUTE_MS;
/** A longer span is told by the hour. */
export const LONGEST_BY_MINUTE_MS = 6 * HOUR_MS;

/** What is asked for: when runs were due; `to` is the first instant beyond. */
export interface AskedSpan {
  readonly from?: Instant | undefined;
  readonly to?: Instant | undefined;
}

/** A span that consists of whole parts, the last of which may be under way. */
export interface Steps extends Span {
  readonly parts: Parts;
}

/**
 * Returns the part of an asked span in which runs may be known, until now; null without any. What is short is told whole; what
 * is long from the first run on, and its last hour at least: two bars are no picture.
 */
export function knownSpan(
  { from = 0, to }: AskedSpan,
  now: Instant,
  countedFrom: Instant | null,
): Span | null {
  const end = Math.min(to ?? now + 1, now + 1);
  if (countedFrom === null || countedFrom >= end || from >= end) return null;
  const isShort = end - from <= LONGEST_BY_MINUTE_MS;
  const first = Math.min(countedFrom, end - LEAST_MS);
  return { from: isShort ? from : Math.max(from, first, now - HOURS_KEPT_MS), to: end };
}

/** Returns the minutes that have a span; null where they are more than are told. */
export function minutesOf(span: Span): Steps | null {
  return span.to - span.from > LONGEST_BY_MINUTE_MS ? null : stepsOf(span, MINUTE_MS);
}

/** Returns the hours that have a span; null for less than an hour: a bar would tell of much that was not asked for. */
export function hoursOf(span: Span): Steps | null {
  return span.to - span.from < HOUR_MS ? null : stepsOf(span, HOUR_MS);
}

function stepsOf(span: Span, stepMs: number): Steps {
  const from = span.from - (span.from % stepMs);
  const count = Math.ceil((span.to - from) / stepMs);
  return { from, to: from + count * stepMs, parts: { stepMs, count } };
}
