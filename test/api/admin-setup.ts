import { AdminModule } from '../../src/admin/admin.module.js';
import {
  bearer,
  printedBinding,
  printedOperator,
  startService,
  subscribe,
  tokenFor,
  type Uaa,
} from '../auth/setup.js';
import { TENANTS } from '../support/app.js';

export const { acme: ACME, beta: BOLT } = TENANTS;

/** One of what a list or a log has, as JSON. */
export type Entry = Record<string, unknown>;

interface Bound {
  readonly body: { readonly VCAP_SERVICES: { readonly jobscheduler: [{ credentials: { uaa: Uaa } }] } };
}

/** The credentials that the answer to a new binding, or to new secrets, tells. */
export const uaaOf = (answer: Bound) => answer.body.VCAP_SERVICES.jobscheduler[0].credentials.uaa;

/** Starts a service with its admin routes; returns the way to them, as its provider or with another token. */
export async function startAdmin(env: Record<string, string> = {}) {
  const service = await startService(env, { modules: [AdminModule] });
  const uaa = printedBinding(service);
  const provider = await tokenFor(service, uaa);
  const operator = await tokenFor(service, printedOperator(service));
  const call = (method: 'get' | 'post' | 'put' | 'delete', path: string, token = provider) =>
    service.http[method](`/admin/v1${path}`).set(bearer(token));
  /** Subscribes the tenants acme and bolt, each to another application. */
  const withTenants = async () => {
    await subscribe(service, provider, ACME, 'acme');
    await subscribe(service, provider, BOLT, 'bolt', 'desk');
  };
  const statusOf = async (token: string) => (await service.http.get('/probe/jobs').set(bearer(token))).status;
  return { ...service, service, uaa, provider, operator, call, withTenants, statusOf };
}
