/** The place of a call in a trace, as its header `traceparent` says it. */
export interface TraceParent {
  /** 32 lower-case hexadecimal digits. */
  readonly traceId: string;
  /** 16 lower-case hexadecimal digits. */
  readonly spanId: string;
}

const FORM = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}(-.*)?$/;
const NO_VERSION = 'ff';
const NO_TRACE = '0'.repeat(32);
/** The id that no span has. */
export const NO_SPAN = '0'.repeat(16);

/**
 * Returns what a header `traceparent` says, null where it says nothing that is valid (W3C Trace Context, 3.2). A later version may
 * have more at its end.
 */
export function parseTraceparent(text: string | undefined): TraceParent | null {
  const [, version, traceId, spanId, more] = FORM.exec(text ?? '') ?? [];
  if (traceId === undefined || spanId === undefined || version === NO_VERSION) return null;
  if (version === '00' && more !== undefined) return null;
  return traceId === NO_TRACE || spanId === NO_SPAN ? null : { traceId, spanId };
}

/** Whether the trace is exported, beside the bit that says that the last 7 bytes of its id are random. */
const SAMPLED = '03';
const UNSAMPLED = '02';

/** Returns the header `traceparent` of a call in a trace whose id is random in its last 7 bytes. */
export function traceparentOf({ traceId, spanId }: TraceParent, isSampled: boolean): string {
  return `00-${traceId}-${spanId}-${isSampled ? SAMPLED : UNSAMPLED}`;
}
