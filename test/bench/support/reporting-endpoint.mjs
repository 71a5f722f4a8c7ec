/**
 * An application with asynchronous runs, a process of its own: answers each call with 202 and reports the run 20 ms later
 * over kept connections, as its tenant. `POST /settings` tells it {origin, tokens, isHolding}; the last part of a called path is
 * the number of the tenant's token. While it holds, it reports nothing until `POST /flood` asks for it.
 *
 * `GET /counts` answers how many calls it has had and how many reports are on their way, `GET /reports` the reports that
 * were answered since it was last asked, as [sent at, milliseconds, status], `GET /held` the runs that it holds, as {path, tenant}.
 * `POST /flood` {connections, count} reports so many of those, with {path} in their place asks for that path as the tenants in
 * turn, with {connections, requests, seconds} sends these requests in turn for so long, and answers {seconds, statuses}.
 * Status 0 is a request that was not answered. Ends with the process that started it.
 */
import { createServer } from 'node:http';
import { json } from 'node:stream/consumers';
import { Pool } from 'undici';

const REPORT_AFTER_MS = 20;
const CONNECTIONS = 32;
const TIMEOUT_MS = 120_000;
const BODY = { success: true, message: 'done' };

let settings = { origin: '', tokens: [], isHolding: false };
let pool = null;
let calls = 0;
let open = 0;
let answered = [];
let held = [];

const routes = {
  '/settings': async (request) => {
    settings = await json(request);
    await pool?.close();
    pool = poolOf(CONNECTIONS);
    ({ calls, open, answered, held } = { calls: 0, open: 0, answered: [], held: [] });
    return {};
  },
  '/counts': () => ({ calls, open, held: held.length }),
  '/held': () => held,
  '/reports': () => {
    const all = answered;
    answered = [];
    return all;
  },
  '/flood': async (request) => flood(await json(request)),
};

const server = createServer((request, response) => {
  const route = routes[request.url ?? ''];
  if (route) {
    void Promise.resolve(route(request)).then((answer) => response.end(JSON.stringify(answer)));
    return;
  }
  calls++;
  request.resume();
  const run = runOf(request);
  if (settings.isHolding) held.push(run);
  else open++;
  response.writeHead(202, { 'content-length': '0' });
  response.end();
  if (!settings.isHolding) setTimeout(() => void report(run), REPORT_AFTER_MS);
});

function poolOf(connections) {
  const timeouts = { bodyTimeout: TIMEOUT_MS, headersTimeout: TIMEOUT_MS };
  return new Pool(settings.origin, { connections, ...timeouts });
}

function runOf({ url, headers }) {
  const schedule = `/scheduler/jobs/${headers['x-sap-job-id']}/schedules/${headers['x-sap-job-schedule-id']}`;
  const tenant = Number(url.slice(url.lastIndexOf('/') + 1));
  return { path: `${schedule}/runs/${headers['x-sap-job-run-id']}`, tenant };
}

async function report(run) {
  const sentAt = Date.now();
  const from = performance.now();
  const status = await ask(pool, { ...run, body: JSON.stringify(BODY) });
  answered.push([sentAt, performance.now() - from, status]);
  open--;
}

/** Sends a PUT with a body, a GET without one, and answers the status. */
async function ask(via, { path, tenant, body }) {
  const headers = { authorization: `Bearer ${settings.tokens[tenant]}`, 'content-type': 'application/json' };
  try {
    const answer = await via.request({ path, method: body ? 'PUT' : 'GET', headers, body });
    const text = await answer.body.text();
    if (answer.statusCode !== 200) complain(`${answer.statusCode} ${text}`);
    return answer.statusCode;
  } catch (error) {
    complain(String(error));
    return 0;
  }
}

let complaints = 0;
function complain(text) {
  if (complaints++ === 0) console.error(`The first request of the application that failed: ${text}`);
}

async function flood({ connections, ...wanted }) {
  const own = poolOf(connections);
  const statuses = {};
  const from = performance.now();
  const next = wanted.requests ? inTurn(wanted) : once(wanted);
  const worker = async () => {
    for (let request = next(); request; request = next()) {
      const status = await ask(own, request);
      statuses[status] = (statuses[status] ?? 0) + 1;
    }
  };
  await Promise.all(Array.from({ length: connections }, worker));
  const seconds = (performance.now() - from) / 1000;
  await own.close();
  return { seconds, statuses };
}

function inTurn({ requests, seconds }) {
  const all = requests.map((each) => ({ ...each, body: each.body && JSON.stringify(each.body) }));
  const until = performance.now() + seconds * 1000;
  let place = 0;
  return () => (performance.now() < until ? all[place++ % all.length] : undefined);
}

function once({ count, path }) {
  const tenants = settings.tokens.length;
  const body = JSON.stringify(BODY);
  const left =
    path === undefined
      ? held.splice(0, count).map((run) => ({ ...run, body }))
      : Array.from({ length: count }, (_, place) => ({ path, tenant: place % tenants }));
  return () => left.pop();
}

server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', 4096, () => {
  process.stdout.write(`${server.address().port}\n`);
});
process.on('SIGTERM', () => process.exit(0));
process.on('disconnect', () => process.exit(0));
