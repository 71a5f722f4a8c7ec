import type { Response } from 'supertest';
import { EventChores } from '../../src/event/event-chores.js';
import { OperationChores } from '../../src/operation/operation-chores.js';
import { RequestChores } from '../../src/schedule/request/request-chores.js';
import { OperationWorker } from '../../src/operation/operation-worker.js';
import type { DatabaseKind } from '../support/databases.js';
import { ActionTarget } from '../support/action-target.js';
import { startApp, type Client } from '../support/app.js';
import { atEndOfFile } from '../support/end-of-file.js';

/** A job of a client and its one schedule. */
export interface TestJob {
  readonly jobId: number;
  readonly scheduleId: string;
  /** Where a run of the schedule is asked for. */
  readonly runs: string;
}

/** Starts the application on a database, with an action endpoint; both end with the file. */
export async function startOperations(kind: DatabaseKind, env: Record<string, string> = {}) {
  const target = await ActionTarget.start();
  atEndOfFile(() => target.stop());
  const databaseUrl = await kind.createUrl();
  const app = await startApp({
    env: { DATABASE_URL: databaseUrl, TOKEN_LIFETIME_S: '604800', RATE_LIMIT_CLIENT_PER_MINUTE: '0', ...env },
  });
  let made = 0;
  const createJob = async (client: Client, change: object = {}): Promise<TestJob> => {
    const schedules = [{ cron: '2099 * * * * 0 0', active: true }];
    const body = { name: `job-${++made}`, action: target.url(), active: true, schedules, ...change };
    const { body: job } = await client.post('/scheduler/jobs', body).expect(201);
    const [{ scheduleId }] = job.schedules;
    const runs = `/scheduler/jobs/${job.jobId}/schedules/${scheduleId}/runs`;
    return { jobId: job.jobId, scheduleId, runs };
  };
  /** Asks for a run and returns the path of the operation. */
  const runNow = async (client: Client, job: TestJob): Promise<string> =>
    uriOf(await client.post(job.runs).expect(202));
  /** Lets everything that is due be called and recorded. */
  const dispatch = async () => {
    app.clock.advance(1_000);
    await app.tick();
  };
  /** Runs a schedule to its end and returns the path of the operation. */
  const ended = async (client: Client, job: TestJob): Promise<string> => {
    const uri = await runNow(client, job);
    await dispatch();
    return uri;
  };
  const [statuses, events, requests] = [OperationChores, EventChores, RequestChores].map((token) =>
    app.app.get<unknown>(token, { strict: false }),
  ) as [OperationChores, EventChores, RequestChores];
  const operations = {
    endRunless: () => requests.endRunless(),
    /** Deletes what is no longer kept, and returns how many rows. */
    expire: async () => (await statuses.expire()) + (await events.expire()),
  };
  const worker = app.app.get(OperationWorker, { strict: false });
  return { ...app, operations, worker, databaseUrl, target, createJob, runNow, dispatch, ended };
}

export type OperationsApp = Awaited<ReturnType<typeof startOperations>>;

/** Returns the path of the operation that an answer tells of. */
export function uriOf(answer: Response): string {
  return String(answer.body['job-uri']);
}

export const cancelOf = (uri: string) => `${uri}/operations/cancel`;

/** What a refusal under /api must say. */
export function refusal(status: number, reason: number, method: string, uri: string) {
  return {
    'http-status': status,
    reason,
    message: expect.stringMatching(/./),
    'request-method': method,
    'request-uri': uri,
  };
}
