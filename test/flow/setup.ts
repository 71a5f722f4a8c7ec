import type { NestExpressApplication } from '@nestjs/platform-express';
import { Database } from '../../src/database/database.js';
import type { ManualClock } from '../support/manual-clock.js';
import { ActionTarget, type ReceivedCall } from '../support/action-target.js';
import { tokenFor } from '../auth/setup.js';
import { startApp, TENANTS, type AppOptions, type Client, type TestApp } from '../support/app.js';
import { databaseKinds, type DatabaseKind } from '../support/databases.js';
import { atEndOfFile } from '../support/end-of-file.js';

/** A job of a client and its one schedule. */
export interface FlowJob {
  readonly client: Client;
  readonly jobId: number;
  readonly scheduleId: string;
  /** Paths of the API: the job, its schedule, the schedule's runs. */
  readonly job: string;
  readonly schedule: string;
  readonly runs: string;
  /** The path of the action on the target, by which its calls are told from others. */
  readonly path: string;
}

/** A run log as the API answers it, its transitions parsed. */
export interface FlowRun {
  readonly runId: string;
  readonly runState: string;
  readonly runStatus: string;
  readonly httpStatus: number | null;
  readonly executionTimestamp: string | null;
  readonly completionTimestamp: string | null;
  readonly statusMessage: string;
  readonly transitions: readonly { time: string; type: string; text: string; code: number | null }[];
  /** The instant that the run is planned for, as `YYYY-MM-DD HH:mm:ss`. */
  readonly plannedAt: string;
}

/** Is never due in a test. */
const NEVER = { cron: '2099 * * * * 0 0', active: true };

/** A schedule alone in its job, and the last of several that follow a change of their job one by one. */
export const placesInJobs = databaseKinds.flatMap((kind) => [
  { kind, name: kind.name, others: [], workBatch: 200 },
  { kind, name: `${kind.name}, in a large job`, others: [NEVER, NEVER], workBatch: 1 },
]);

const LONGEST_TOKEN_S = '604800';
let made = 0;

/** Starts the application on a new database of a kind, with an action target; both end with the file. */
export async function startFlow(
  kind: DatabaseKind,
  env: Record<string, string> = {},
  more: Omit<AppOptions, 'env'> = {},
) {
  const target = await ActionTarget.start();
  atEndOfFile(() => target.stop());
  const databaseUrl = await kind.createUrl();
  // Time stands still: what is due at once is called within one second, whatever the number.
  const calls = { MAX_CALLS_PER_HOST_PER_SECOND: '10000' };
  const options = {
    ...more,
    env: { DATABASE_URL: databaseUrl, TOKEN_LIFETIME_S: LONGEST_TOKEN_S, ...calls, ...env },
  };
  return { target, databaseUrl, ...(await startReplica(options, target)) };
}

/** Starts one more replica over the database of a flow, under a clock of its own or the same one. */
export async function startReplica(options: AppOptions, target: ActionTarget) {
  const app = await startApp(options);
  const clients = clientsOf(app);
  await clients.renew();
  return { ...app, ...clients, ...toolsOf({ ...app, ...clients }, target), options };
}

export type Flow = Awaited<ReturnType<typeof startFlow>>;

/** Clients of both tenants and of the provider whose tokens can be renewed: tests let weeks go by. */
function clientsOf(app: TestApp) {
  const tokens = { acme: '', beta: '', provider: '' };
  const clientOf = (caller: keyof typeof tokens): Client => {
    const headers = () => ({ Authorization: `Bearer ${tokens[caller]}` });
    return {
      get: (path) => app.http.get(path).set(headers()),
      post: (path, body) => app.http.post(path).set(headers()).send(body),
      put: (path, body) => app.http.put(path).set(headers()).send(body),
      delete: (path) => app.http.delete(path).set(headers()),
    };
  };
  /** Fetches their tokens anew. */
  const renew = async () => {
    tokens.acme = await tokenFor(app, app.uaa, TENANTS.acme);
    tokens.beta = await tokenFor(app, app.uaa, TENANTS.beta);
    tokens.provider = await tokenFor(app, app.uaa);
  };
  return { acme: clientOf('acme'), beta: clientOf('beta'), provider: clientOf('provider'), renew };
}

function toolsOf(app: TestApp & { renew: () => Promise<void> }, target: ActionTarget) {
  const jobs: FlowJob[] = [];
  const database = databaseOf(app.app);

  /** Creates a job with one schedule whose action is a path of its own on the target. */
  const createJob = async (
    schedule: object,
    {
      client = app.acme,
      others = [],
      ...change
    }: { client?: Client; others?: readonly object[] } & Record<string, unknown> = {},
  ): Promise<FlowJob> => {
    const path = `/action-${++made}`;
    const schedules = [...others, { active: true, ...schedule }];
    const body = { name: `job-${made}`, action: target.url(path), active: true, schedules, ...change };
    const { body: created } = await client.post('/scheduler/jobs', body).expect(201);
    const { scheduleId } = created.schedules[others.length];
    const job = `/scheduler/jobs/${created.jobId}`;
    const place = `${job}/schedules/${scheduleId}`;
    const answer = { client, jobId: created.jobId, scheduleId, path };
    const flowJob = { ...answer, job, schedule: place, runs: `${place}/runs` };
    jobs.push(flowJob);
    return flowJob;
  };

  /** Deletes every job that the tests before made, so that this one has the service for itself. */
  const clear = async () => {
    target.reacts({ kind: 'answer' });
    await app.renew();
    for (const { client, job } of jobs.splice(0)) await client.delete(job);
    await app.sweeper.purge();
  };

  return {
    database,
    createJob,
    clear,
    runsOf,
    logOf: (job: FlowJob) => actionLogOf(database, job),
    /** The calls of a job that the target has got. */
    callsOf: (job: FlowJob): readonly ReceivedCall[] =>
      target.calls.filter((call) => call.path.split('?')[0] === job.path),
    /** Ticks until nothing more is due, and answers once everything is recorded. */
    drain: () => drain(app),
    /** Lets time go by up to an instant with the service up: it beats and dispatches all the way. */
    live: (until: string, stepMs = 60_000) => live(app, until, stepMs),
  };
}

/** Returns the run logs of a job's schedule, the earliest planned first. */
export async function runsOf(job: FlowJob, client: Client = job.client): Promise<FlowRun[]> {
  const { body } = await client.get(job.runs).expect(200);
  return body.results.map(flowRunOf).reverse();
}

// A run log is whatever the service answers: the tests look into it as an application would.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
function flowRunOf(run: any): FlowRun {
  const transitions = JSON.parse(run.runText);
  const plannedAt = /(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)/.exec(transitions[0].text)?.[1] ?? '';
  return { ...run, transitions, plannedAt };
}

/** Returns what the service itself noted in the action log of a job's schedule: action and details, oldest first. */
async function actionLogOf(database: Database, { scheduleId }: FlowJob) {
  const rows = await database.read(async (tx) => {
    const { ActionLogRow } = await import('../../src/database/entities/action-log.row.js');
    return tx.manager.find(ActionLogRow, { where: { scheduleId, actor: 'system' }, order: { id: 'ASC' } });
  });
  return rows.map(({ action, details }) => ({ action, details }));
}

async function drain({ tick }: { tick: TestApp['tick'] }): Promise<void> {
  for (;;) {
    const { claimed, isMoreDue } = await tick();
    if (claimed === 0 && !isMoreDue) return;
  }
}

async function live(app: { clock: ManualClock; tick: TestApp['tick'] }, until: string, stepMs: number) {
  const end = Date.parse(until);
  while (app.clock.now() < end) {
    app.clock.set(Math.min(end, app.clock.now() + stepMs));
    await drain(app);
  }
}

/** Returns the database of an application. */
export function databaseOf(app: NestExpressApplication): Database {
  return app.get(Database, { strict: false });
}

export { TENANTS };
