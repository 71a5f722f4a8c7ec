import { randomFillSync } from 'node:crypto';
import { NO_SPAN } from '../../core/trace/traceparent.js';
import { uuidToHex } from '../../core/uuid.js';

const SPAN_BYTES = 8;
const TRACE_BYTES = 16;
/** Random bytes are drawn for many ids at once: a draw costs more than what is drawn. */
const pool = Buffer.alloc(SPAN_BYTES * 512);
let used = pool.length;

/** Returns the id of a new span: 16 hexadecimal digits, not all of them 0. */
export function newSpanId(): string {
  const id = randomHex(SPAN_BYTES);
  return id === NO_SPAN ? newSpanId() : id;
}

/** Returns the id of a new trace that is no run's: 32 hexadecimal digits. */
export function newTraceId(): string {
  return newSpanId() + randomHex(TRACE_BYTES - SPAN_BYTES);
}

/** Returns the trace of a run: its run id. */
export function traceIdOfRun(runId: string): string {
  return uuidToHex(runId);
}

/** Returns the id of a run's own span, the root of its trace: the last 16 digits of the run id. */
export function spanIdOfRun(runId: string): string {
  return runId.slice(19, 23) + runId.slice(24);
}

function randomHex(bytes: number): string {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  return pool.toString('hex', used, (used += bytes));
}
