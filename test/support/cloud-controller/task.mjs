/** The life of a task: created, running, ended by its command, by a test or by its cancellation. */
import { randomUUID } from 'node:crypto';
import { Refusal, unprocessable } from './refusal.mjs';

const FIELDS = [
  ...['name', 'command', 'user', 'memory_in_mb', 'disk_in_mb', 'log_rate_limit_in_bytes_per_second'],
  ...['droplet_guid', 'template', 'metadata'],
];
const OPEN = ['PENDING', 'RUNNING', 'CANCELING'];
const DEFAULT_MB = 1024;

export const isOpen = (task) => OPEN.includes(task.state);

/** Creates a task of an application from the body of a request. Throws a Refusal as the Cloud Controller would. */
export function createTask(world, app, body) {
  refuseFaults(world, app, body);
  const { settings } = world;
  const process = body.template ? processOf(world, body.template.process.guid) : null;
  const sequenceId = world.nextSequenceId(app.guid);
  const task = {
    guid: randomUUID(),
    sequence_id: sequenceId,
    name: body.name ?? randomUUID().slice(0, 8),
    command: body.command ?? process?.command,
    user: body.user ?? null,
    state: settings.firstState,
    memory_in_mb: body.memory_in_mb ?? process?.memory_in_mb ?? DEFAULT_MB,
    disk_in_mb: body.disk_in_mb ?? DEFAULT_MB,
    log_rate_limit_in_bytes_per_second: body.log_rate_limit_in_bytes_per_second ?? -1,
    failureReason: null,
    droplet_guid: body.droplet_guid ?? app.dropletGuid,
    metadata: { labels: body.metadata?.labels ?? {}, annotations: body.metadata?.annotations ?? {} },
    created_at: new Date().toISOString(),
    updated_at: new Date().toISOString(),
    appGuid: app.guid,
  };
  world.tasks.set(task.guid, task);
  execute(task);
  return task;
}

/** A command of `sleep N` and `exit N`, joined by `;` or `&&`, is carried out; any other runs until it is ended. */
function execute(task) {
  const steps = String(task.command).split(/\s*(?:;|&&)\s*/);
  if (!steps.every((step) => /^(sleep|exit) [\d.]+$/.test(step))) return;
  let ms = 0;
  let status = 0;
  for (const step of steps) {
    const [word, number] = step.split(' ');
    if (word === 'sleep') ms += Number(number) * 1000;
    else {
      status = Number(number);
      break;
    }
  }
  const reason = status === 0 ? null : `Exited with status ${status}`;
  setTimeout(() => endTask(task, { state: reason ? 'FAILED' : 'SUCCEEDED', reason }), ms).unref();
}

/** Gives a task its last state; one that has ended keeps what it has. */
export function endTask(task, { state, reason = null }) {
  if (!isOpen(task)) return;
  setState(task, state);
  task.failureReason = reason;
}

export function setState(task, state) {
  task.state = state;
  task.updated_at = new Date().toISOString();
}

/** Begins to stop a task. */
export function cancelTask(world, task) {
  if (!isOpen(task)) throw unprocessable(`Task state is ${task.state} and therefore cannot be canceled`);
  setState(task, 'CANCELING');
  const { cancelMs } = world.settings;
  const end = () => endTask(task, { state: 'FAILED', reason: 'task was cancelled' });
  if (cancelMs !== null) setTimeout(end, cancelMs).unref();
  return task;
}

function processOf(world, guid) {
  const app = [...world.apps.values()].find(({ process }) => process.guid === guid);
  if (app) return app.process;
  throw new Refusal('CF-ProcessNotFound', `The process could not be found: ${guid}`);
}

function refuseFaults(world, app, body) {
  if (!world.settings.isTaskCreationOn) {
    throw new Refusal('CF-FeatureDisabled', 'Feature Disabled: task_creation');
  }
  const faults = [...faultsOf(body)];
  if (faults.length > 0) throw unprocessable(faults.join(', '));
  if (!app.dropletGuid && !body.droplet_guid) {
    throw unprocessable('Task must have a droplet. Specify droplet or assign current droplet to app.');
  }
  refuseQuotas(world, app, body);
}

function* faultsOf(body) {
  const unknown = Object.keys(body).filter((key) => !FIELDS.includes(key));
  if (unknown.length > 0) yield `Unknown field(s): '${unknown.join("', '")}'`;
  if (!body.command && !body.template) yield 'No command or template provided';
  if (body.command !== undefined && typeof body.command !== 'string') yield 'Command must be a string';
  if (body.command?.length > 4096) yield 'Command must be between 1 and 4096 characters';
  for (const [key, words] of [
    ['memory_in_mb', 'Memory in mb'],
    ['disk_in_mb', 'Disk in mb'],
  ]) {
    const value = body[key];
    if (value !== undefined && !(Number.isInteger(value) && value > 0)) {
      yield `${words} must be greater than 0`;
    }
  }
  for (const [key, value] of Object.entries(body.metadata?.labels ?? {})) {
    if (!/^[\w.-]{0,63}$/.test(value)) yield `Metadata label value error: '${value}' of '${key}'`;
  }
}

function refuseQuotas(world, app, body) {
  const { memoryQuotaMb, appTaskLimit } = world.settings;
  const open = [...world.tasks.values()].filter(isOpen);
  const memory = open.reduce((sum, task) => sum + task.memory_in_mb, body.memory_in_mb ?? DEFAULT_MB);
  if (memoryQuotaMb !== null && memory > memoryQuotaMb) {
    throw unprocessable('memory_in_mb exceeds organization memory quota');
  }
  const ofApp = open.filter((task) => task.appGuid === app.guid).length;
  if (appTaskLimit !== null && ofApp >= appTaskLimit) throw unprocessable('app_task_limit quota exceeded');
}
