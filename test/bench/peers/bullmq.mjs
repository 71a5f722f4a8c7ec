/**
 * BullMQ as its documentation has it for throughput: one worker with a local concurrency, completed jobs and their
 * return values kept. `bullmq.mjs fill <redis port> <jobs> <data>`, `bullmq.mjs work <redis port> <target>`.
 */
import { Queue, Worker } from 'bullmq';
import { answerDone, caller, CONCURRENCY, inChunks } from './call.mjs';

const [what, port, ...words] = process.argv.slice(2);
const connection = { host: '127.0.0.1', port: Number(port), maxRetriesPerRequest: null };
const queue = new Queue('bench', { connection });
queue.on('error', () => undefined);

if (what === 'fill') {
  const [count, data] = words;
  await inChunks(Number(count), data, (jobs) =>
    queue.addBulk(jobs.map((job) => ({ name: 'call', data: job }))),
  );
  process.exit(0);
}

const call = caller(words[0]);
const options = { connection, concurrency: CONCURRENCY };
const worker = new Worker('bench', (job) => call(job.id, job.data.data), options);
worker.on('error', () => undefined);
answerDone(() => queue.getCompletedCount());
