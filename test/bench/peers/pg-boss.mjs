/**
 * pg-boss through fetch and complete, fetching ahead while calls are open.
 * `pg-boss.mjs fill <url> <jobs> <data>` puts jobs in. `pg-boss.mjs work <url> <target> single` completes each job
 * with its own result, which is the only way to keep it. `... batch` completes many jobs at once with one result
 * for all of them, as `work` with a batchSize does: faster, but what the single calls answered is lost.
 */
import PgBoss from 'pg-boss';
import { answerDone, caller, CONCURRENCY, inChunks } from './call.mjs';

const [what, url, ...words] = process.argv.slice(2);
const BATCH = 500;
const POLL_MS = 500;
const boss = new PgBoss({ connectionString: url, max: 10, supervise: false, schedule: false });
boss.on('error', (error) => process.stderr.write(`${error}\n`));
await boss.start();

if (what === 'fill') {
  const [count, data] = words;
  await boss.createQueue('bench');
  await inChunks(Number(count), data, (jobs) =>
    boss.insert(jobs.map((job) => ({ name: 'bench', data: job }))),
  );
  await boss.getDb().executeSql('VACUUM ANALYZE pgboss.job');
  process.exit(0);
}

const [target, how] = words;
const call = caller(target);
const waiting = [];
let inFlight = 0;
let isFetching = false;
let ended = [];
let isCompleting = false;
let done = 0;

async function fetchMore() {
  if (isFetching || waiting.length >= CONCURRENCY) return;
  isFetching = true;
  const jobs = (await boss.fetch('bench', { batchSize: BATCH })) ?? [];
  isFetching = false;
  waiting.push(...jobs);
  if (jobs.length === 0) setTimeout(start, POLL_MS);
  else start();
}

function start() {
  while (inFlight < CONCURRENCY && waiting.length > 0) {
    inFlight++;
    void run(waiting.shift());
  }
  void fetchMore();
}

async function run(job) {
  const result = await call(job.id, job.data.data);
  if (how === 'batch') void completeWithOthers(job.id, result);
  else await complete(job.id, 1, result);
  inFlight--;
  start();
}

async function completeWithOthers(id, result) {
  ended.push(id);
  if (isCompleting) return;
  isCompleting = true;
  while (ended.length > 0) {
    const batch = ended;
    ended = [];
    await complete(batch, batch.length, result);
  }
  isCompleting = false;
}

async function complete(ids, count, result) {
  await boss.complete('bench', ids, result);
  done += count;
}

answerDone(async () => done);
start();
