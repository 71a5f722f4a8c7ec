import { RunLogModule } from '../../src/run-log/run-log.module.js';
import { ScheduleModule } from '../../src/schedule/schedule.module.js';
import { JobModule } from '../../src/job/job.module.js';
import { OpenApiModule } from '../../src/http/openapi/openapi.module.js';
import { RateLimitModule } from '../../src/tenant/rate-limit.module.js';
import { conformity } from './conformity.js';
import { bearer, printedBinding, startService, subscribe, tokenFor } from '../auth/setup.js';

export const ACME = '11111111-1111-4111-8111-111111111111';
export const BETA = '22222222-2222-4222-8222-222222222222';

/** One caller's way to the API. */
export type Client = ReturnType<typeof clientOf>;

/** A job as it must at least be. */
export const aJob = (change: object = {}) => ({
  name: 'nightly',
  action: 'https://app.example.com/run',
  schedules: [{ cron: '* * * * 3 0 0', active: true }],
  ...change,
});

/** Starts the service with a provider and two tenants, Acme and Beta; it ends with the test. */
export async function setup(env: Record<string, string> = {}) {
  const service = await startService(env, {
    modules: [RateLimitModule, RunLogModule, ScheduleModule, JobModule, OpenApiModule],
  });
  const uaa = printedBinding(service);
  const provider = await tokenFor(service, uaa);
  await subscribe(service, provider, ACME, 'acme');
  await subscribe(service, provider, BETA, 'beta');
  const { body: api } = await service.http.get('/openapi.json').expect(200);
  const client = (token: string) => clientOf(service.http, token, conformity(api));
  return {
    ...service,
    uaa,
    provider: client(provider),
    acme: client(await tokenFor(service, uaa, ACME)),
    beta: client(await tokenFor(service, uaa, BETA)),
    anonymous: service.http,
  };
}

type Http = Awaited<ReturnType<typeof startService>>['http'];

function clientOf(http: Http, token: string, conforms: ReturnType<typeof conformity>) {
  const headers = bearer(token);
  return {
    token,
    get: (path: string) => http.get(path).set(headers).expect(conforms('get', path)),
    post: (path: string, body?: object) =>
      http.post(path).set(headers).send(body).expect(conforms('post', path)),
    put: (path: string, body?: object) =>
      http.put(path).set(headers).send(body).expect(conforms('put', path)),
    delete: (path: string) => http.delete(path).set(headers).expect(conforms('delete', path)),
  };
}

/** The body of a refusal in the scheduler's envelope. */
export const refusal = (code: number, message: string, prefix = 'Error in Job Scheduler action: ') => {
  const types: Record<number, string> = {
    400: 'Bad Request/Invalid Request',
    401: 'Unauthorized',
    403: 'Forbidden',
    404: 'Not Found',
    405: 'Method Not Allowed',
    409: 'Conflict',
    413: 'Payload Too Large',
    415: 'Unsupported Media Type',
  };
  const text = `${prefix}${message}`;
  return { code, message: text, type: types[code], detailedError: text };
};
