import type { Instant } from '../../core/instant.js';

/** What is known of a span: numbers, words of closed lists, ids and addresses, and never what somebody sent or answered. */
export type SpanAttributes = Readonly<Record<string, string | number | boolean>>;

/** A stretch of work as a trace shows it. All of it is known when it is made: spans are made afterwards. */
export interface Span {
  readonly traceId: string;
  readonly spanId: string;
  /** The span within which it happened; null for the root of a trace. */
  readonly parentId: string | null;
  /** Whether the parent is another service's. */
  readonly isParentRemote: boolean;
  readonly name: string;
  readonly kind: 'internal' | 'client' | 'server';
  readonly startAt: Instant;
  /** Never before the start. */
  readonly endAt: Instant;
  readonly isError: boolean;
  readonly attributes: SpanAttributes;
}
