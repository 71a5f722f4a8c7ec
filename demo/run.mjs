/**
 * `npm run demo`: the service and an example application side by side, two tenants, four jobs each, live.
 *   --seconds N    ends after N seconds; what was not seen until then counts as failed
 *   --until-seen   ends as soon as everything promised has been seen
 *   --tasks        shows Cloud Foundry tasks instead (tasks.mjs)
 * Without either it runs until Ctrl-C.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { setTimeout as delay } from 'node:timers/promises';
import { Board } from './board.mjs';
import { areAllHeld, checksOf } from './checks.mjs';
import { DemoFailure, startApp, startService } from './children.mjs';
import { probeApplication, probeIsolation, registerJobs, subscribeTenants } from './scenario.mjs';
import { screenOn } from './screen.mjs';
import { playTasks } from './tasks.mjs';

const POLL_MS = 400;
/** By then everything promised is seen, even where the machine is slow. */
const PATIENCE_MS = 20_000;
const KILLED = 'A process did not end by itself and was killed.';

/** Why the demo ends: a person's wish ends it well, time that has run out does so where all was seen. */
function endings({ seconds }) {
  const ending = { reason: null };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => (ending.reason ??= 'asked'));
  if (seconds) setTimeout(() => (ending.reason ??= 'time'), seconds * 1000).unref();
  return ending;
}

function options() {
  const flag = { type: 'boolean', default: false };
  const known = { seconds: { type: 'string' }, 'until-seen': flag, tasks: flag };
  const { values } = asFailure(() => parseArgs({ options: known }));
  if (values.seconds !== undefined && !(Number(values.seconds) > 0)) {
    throw new DemoFailure(`--seconds takes a number above 0, not '${values.seconds}'.`);
  }
  const { tasks, 'until-seen': isUntilSeen } = values;
  return { seconds: values.seconds && Number(values.seconds), isUntilSeen, isOfTasks: tasks };
}

function asFailure(parse) {
  try {
    return parse();
  } catch (error) {
    throw new DemoFailure(`${error.message}. The options are --seconds N, --until-seen and --tasks.`);
  }
}

/** Starts both processes and registers everything; each child is in `children` from the moment that it runs. */
async function setTheStage({ folder, children, board, screen }) {
  screen.say('Starting the service on an empty database ...');
  const service = await startService(folder);
  children.push(service.child);
  const link = await service.ready;
  const vcap = readFileSync(service.vcapFile, 'utf8');
  screen.say('Starting the application with its binding ...');
  const app = startApp(vcap, (call) => board.noteCall(call));
  children.push(app.child);
  const appUrl = await app.ready;
  screen.say('Subscribing acme and globex, and registering four jobs for each ...');
  const tenants = await subscribeTenants(JSON.parse(vcap).jobscheduler[0].credentials);
  const watched = await registerJobs(tenants, appUrl);
  board.isolation = await probeIsolation(watched);
  board.application = await probeApplication(appUrl, tenants);
  if (link) screen.keep(['See it in the dashboard, by this link for one sign-in:', link, '']);
  return { board, tenants, watched, checks: checksOf(board, tenants) };
}

/** Reads the run logs of every job again and again until the demo is to end; `view` is how things stood last. */
async function watch({ view, screen, ending, isUntilSeen }) {
  const { board, watched, tenants } = view;
  const startedAt = Date.now();
  while (!ending.reason) {
    const logs = await Promise.all(watched.map(newestRunLogs));
    screen.noteEnded(watched.flatMap((job, index) => board.noteRunLogs(job, logs[index])));
    view.checks = checksOf(board, tenants);
    const passedMs = Date.now() - startedAt;
    screen.show(view, `${Math.round(passedMs / 1000)} s, times are UTC. Ctrl-C ends the demo.`);
    const isAllHeld = areAllHeld(view.checks);
    const isBroken = view.checks.some((check) => check.state === 'broken');
    if (isUntilSeen && isAllHeld) ending.reason ??= 'seen';
    if (isBroken || (passedMs > PATIENCE_MS && !isAllHeld)) ending.reason ??= 'failed';
    if (!ending.reason) await delay(POLL_MS);
  }
}

async function newestRunLogs({ tenant, jobId, scheduleId }) {
  const path = `/scheduler/jobs/${jobId}/schedules/${scheduleId}/runs?page_size=10`;
  return (await tenant.client.call('GET', path)).results;
}

/** Returns how the demo went: what was not seen is no failure where a person ended it before it could show that. */
function verdict(checks, reason) {
  if (areAllHeld(checks)) return { exitCode: 0, words: ['Everything was seen as promised.'] };
  const broken = checks.find((check) => check.state === 'broken');
  if (broken) {
    const words = [`The demo failed, because this is not as promised: ${broken.label}, ${broken.text}.`];
    return { exitCode: 1, words };
  }
  const labels = checks.filter((check) => check.state === 'waiting').map((check) => check.label);
  const unseen = labels.join(', ').toLowerCase();
  if (reason === 'asked') return { exitCode: 0, words: [`Ended before this was seen: ${unseen}.`] };
  return { exitCode: 1, words: [`The demo failed, because this was not seen in time: ${unseen}.`] };
}

/** Plays the demo from start to end; returns its exit code and last words. */
async function play({ folder, children, board, screen, ending, isUntilSeen }) {
  try {
    const view = await setTheStage({ folder, children, board, screen });
    const ended = children.map((child) => child.ended.then((how) => Promise.reject(new DemoFailure(how))));
    await Promise.race([watch({ view, screen, ending, isUntilSeen }), ...ended]);
    return { view, ...verdict(view.checks, ending.reason) };
  } catch (error) {
    ending.reason ??= 'failed';
    return { view: null, exitCode: 1, words: (await reasonOf(error, children)).split('\n') };
  }
}

/** Returns why the demo failed: a connection that broke did so because the process behind it ended, which is heard of a moment later. */
async function reasonOf(error, children) {
  if (error instanceof DemoFailure) return error.message;
  return Promise.race([...children.map((child) => child.ended), delay(500, String(error.stack))]);
}

/** Plays the demo of tasks, which needs no table. */
async function playOfTasks({ folder, children, ending }) {
  try {
    return await playTasks({ folder, children, ending });
  } catch (error) {
    return { exitCode: 1, words: (await reasonOf(error, children)).split('\n') };
  }
}

async function stopAll(children) {
  const areStopped = [];
  for (const child of children) areStopped.push(await child.stop());
  return !areStopped.includes(false);
}

async function mainOfTasks({ seconds }) {
  const folder = mkdtempSync(join(tmpdir(), 'carillon-demo-'));
  const children = [];
  const { exitCode, words } = await playOfTasks({ folder, children, ending: endings({ seconds }) });
  const isStopped = await stopAll(children);
  rmSync(folder, { recursive: true, force: true });
  const all = [...words, ...(isStopped ? [] : [KILLED])];
  process.stdout.write(`${all.join('\n')}\n`);
  process.exitCode = isStopped ? exitCode : 1;
}

async function main() {
  const { seconds, isUntilSeen, isOfTasks } = options();
  if (isOfTasks) return mainOfTasks({ seconds });
  const folder = mkdtempSync(join(tmpdir(), 'carillon-demo-'));
  const screen = screenOn(process.stdout, process.env);
  const ending = endings({ seconds });
  const children = [];
  const outcome = await play({ folder, children, board: new Board(), screen, ending, isUntilSeen });
  // The service first: the application still answers the calls that it has open.
  const isStopped = await stopAll(children);
  rmSync(folder, { recursive: true, force: true });
  const words = [...outcome.words];
  if (!isStopped) words.push(KILLED);
  words.push('Both processes have ended and the database is removed.');
  screen.close(outcome.view, words);
  process.exitCode = isStopped ? outcome.exitCode : 1;
}

try {
  await main();
} catch (error) {
  if (!(error instanceof DemoFailure)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
