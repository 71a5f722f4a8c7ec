/**
 * The call that every peer makes: one POST over a pool of kept connections, with the headers that the service sends
 * (a token of the same length, ids, a trace), the result kept by the peer.
 */
import { Pool } from 'undici';

export const CONCURRENCY = 100;

const TOKEN_LENGTH = 1_416;
const SCHEDULE_ID = '01a20475-fe0d-75e7-b5f6-21ec1afe6d4b';
const authorization = `Bearer ${'t'.repeat(TOKEN_LENGTH)}`;

/** Answers a function that posts the body of a job to the target and answers the result to keep. */
export function caller(target) {
  const { origin, pathname: path } = new URL(target);
  const pool = new Pool(origin, { connections: CONCURRENCY, pipelining: 1 });
  return async (jobId, body) => {
    const answer = await pool.request({
      path,
      method: 'POST',
      headers: headersOf(String(jobId), origin),
      body,
    });
    return { status: answer.statusCode, text: await answer.body.text() };
  };
}

function headersOf(jobId, host) {
  const traceId = jobId.replaceAll('-', '').padStart(32, '0');
  return {
    'accept-encoding': 'identity',
    authorization,
    'user-agent': 'bench/1.0.0',
    'x-sap-job-id': jobId,
    'x-sap-job-schedule-id': SCHEDULE_ID,
    'x-sap-job-run-id': `${traceId.slice(0, 8)}-${traceId.slice(8, 12)}-${traceId.slice(12, 16)}-${traceId.slice(16)}`,
    'x-sap-scheduler-host': host,
    'x-sap-run-at': '2026-01-01 00:00:00',
    traceparent: `00-${traceId}-${traceId.slice(16)}-01`,
    'content-type': 'application/json',
  };
}

/** Answers each message of the benchmark with how many jobs are done. */
export function answerDone(countDone) {
  process.on('message', () => void countDone().then((done) => process.send({ done })));
  process.on('disconnect', () => process.exit(0));
  process.on('SIGTERM', () => process.exit(0));
}

/** Calls `insert` with the jobs in chunks. */
export async function inChunks(count, data, insert) {
  const size = 2_000;
  for (let start = 0; start < count; start += size) {
    const part = Math.min(size, count - start);
    await insert(Array.from({ length: part }, (_, place) => ({ tenant: (start + place) % 100, data })));
  }
}
