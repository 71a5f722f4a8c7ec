import type { Test } from 'supertest';
import { startApp, TENANTS, type Client } from '../support/app.js';
import { databaseKinds, type DatabaseKind } from '../support/databases.js';
import { conformity } from './conformity.js';

export const { acme: ACME, beta: BETA } = TENANTS;

/** A UUID that names nothing. */
export const NOWHERE = '99999999-9999-4999-8999-999999999999';

export type Api = Awaited<ReturnType<typeof startApi>>;

let made = 0;
/** A name that no other test uses. */
export const aName = (): string => `job ${(made += 1)}`;

/** A schedule as it must at least be, active. */
export const aSchedule = (change: object = {}) => ({ cron: '* * * * 3 0 0', active: true, ...change });

/** A job as it must at least be, with one active schedule. */
export const aJob = (change: object = {}) => ({
  name: aName(),
  action: 'https://app.example.com/run',
  schedules: [aSchedule()],
  ...change,
});

/** Starts the application; every answer to its clients is checked against its OpenAPI document. */
export async function startApi(env: Record<string, string> = {}) {
  const app = await startApp({ env: { RATE_LIMIT_CLIENT_PER_MINUTE: '0', ...env } });
  const { body: document } = await app.http.get('/openapi.json').expect(200);
  const conforms = conformity(document);
  const checked = (client: Client): Client => ({
    get: (path) => client.get(path).expect(conforms('get', path)),
    post: (path, body) => client.post(path, body).expect(conforms('post', path)),
    put: (path, body) => client.put(path, body).expect(conforms('put', path)),
    delete: (path) => client.delete(path).expect(conforms('delete', path)),
  });
  return {
    ...app,
    document,
    /** The clients whose answers are not checked against the document. */
    raw: { acme: app.acme, beta: app.beta },
    provider: checked(app.provider),
    acme: checked(app.acme),
    beta: checked(app.beta),
  };
}

/** Describes something on every database, each with an application of its own that its tests share. */
export function describeApi(name: string, tests: (api: () => Api, kind: DatabaseKind) => void): void {
  describe.each(databaseKinds)(`${name} on $name`, (kind) => {
    let api: Api | undefined;
    beforeAll(async () => {
      api = await startApi({ DATABASE_URL: await kind.createUrl() });
    });
    tests(() => {
      if (!api) throw new Error('The application is not started yet.');
      return api;
    }, kind);
  });
}

/** Returns the action log of a job, newest first. */
export async function actionLogOf(client: Client, { _id }: { readonly _id: number }) {
  const { body } = await client.get(`/scheduler/actionLogs?jobId=${_id}`).expect(200);
  return body.results as { readonly action: string; readonly details: string }[];
}

/** Creates a job and returns its body. */
export async function createJob(client: Client, change: object = {}) {
  const { body } = await client.post('/scheduler/jobs', aJob(change)).expect(201);
  return { ...body, url: `/scheduler/jobs/${body._id}`, first: body.schedules[0] };
}

export const DEFAULT_PREFIX = 'Error in Job Scheduler action: ';
export const CREATING = 'Error while creating job: ';

const TYPES: Record<number, string> = {
  400: 'Bad Request/Invalid Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  409: 'Conflict',
  413: 'Payload Too Large',
  415: 'Unsupported Media Type',
  429: 'Too Many Requests',
  503: 'Service Unavailable',
};

/** Expects a refusal in the scheduler's envelope; a text is the whole message, a pattern is searched in it. */
export async function refuses(request: Test, status: number, message: string | RegExp): Promise<void> {
  const { body } = await request.expect(status).expect('Content-Type', /^application\/json/);
  expect(body).toEqual({
    code: status,
    message: typeof message === 'string' ? message : expect.stringMatching(message),
    type: TYPES[status],
    detailedError: body.message,
  });
}
