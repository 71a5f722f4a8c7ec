/** The call that every peer makes: one POST over a pool of kept connections, the result kept by the peer. */
import { Pool } from 'undici';

export const CONCURRENCY = 100;

/** Answers a function that posts a body to the target and answers the result to keep. */
export function caller(target) {
  const { origin, pathname: path } = new URL(target);
  const pool = new Pool(origin, { connections: CONCURRENCY, pipelining: 1 });
  const headers = { 'content-type': 'application/json' };
  return async (body) => {
    const answer = await pool.request({ path, method: 'POST', headers, body });
    return { status: answer.statusCode, text: await answer.body.text() };
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
