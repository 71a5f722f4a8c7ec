import { CloudCheck } from '../../src/runner/cloudfoundry/cloud-check.js';
import { CloudClient } from '../../src/runner/cloudfoundry/cloud-client.js';
import { CloudConnections } from '../../src/runner/cloudfoundry/cloud-connections.js';
import { CloudFoundry } from '../../src/runner/cloudfoundry/cloud-foundry.js';
import { CloudRoots } from '../../src/runner/cloudfoundry/cloud-roots.js';
import type { CloudLogin, CloudTarget } from '../../src/runner/cloudfoundry/cloud-target.js';
import { CloudTokens } from '../../src/runner/cloudfoundry/cloud-tokens.js';
import { Uaa } from '../../src/runner/cloudfoundry/uaa.js';
import { OPEN_GATE } from '../../src/runner/login-gate.js';
import type { TaskOrder } from '../../src/runner/task-platform.js';
import { CREDENTIALS, type FakeCloudController } from '../support/cloud-controller/fake-cloud-controller.js';
import { atEndOfFile } from '../support/end-of-file.js';
import { guarding } from '../support/guarding.js';
import { ManualClock } from '../support/manual-clock.js';

export const LOGINS = '^POST /oauth/token';
export const RUN = '018f3a52-7b1c-7c3e-9d2a-5b6c7d8e9f00';

const { password, client } = CREDENTIALS;
export const USER: CloudLogin = {
  kind: 'password',
  name: password.user,
  origin: null,
  secret: () => password.password,
};
export const CLIENT: CloudLogin = {
  kind: 'client',
  name: client.clientId,
  origin: null,
  secret: () => client.clientSecret,
};

/** What a promise is rejected with. */
export const failureOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => 'nothing went wrong',
    (error: unknown) => error,
  );

/** The way of a runner that is not stored to a fake, whose reactions and requests of before are forgotten. */
export async function reach(
  fake: FakeCloudController,
  change: Partial<CloudTarget> = {},
  env: Record<string, string> = {},
) {
  await fake.behaves();
  await fake.forgetRequests();
  const clock = new ManualClock();
  const { guard, config } = guarding(env);
  const connections = new CloudConnections(guard, config);
  atEndOfFile(() => connections.onApplicationShutdown());
  const roots = new CloudRoots(connections, clock);
  const target: CloudTarget = {
    api: fake.api,
    spaceId: fake.space.guid,
    appId: null,
    caCertificate: null,
    login: USER,
    ...change,
  };
  const tokens = new CloudTokens(new Uaa(connections, roots, clock, target), OPEN_GATE, clock);
  const client = new CloudClient(connections, tokens, target);
  const check = new CloudCheck(client, tokens, target, config.actionTimeoutMs);
  const platform = new CloudFoundry(client, check, target.spaceId);
  const order = (fields: Partial<TaskOrder> = {}): TaskOrder => ({
    appId: fake.app.guid,
    runId: RUN,
    jobId: 7,
    instanceUuid: '99999999-9999-4999-8999-999999999999',
    name: 'nightly',
    options: { command: 'run' },
    ...fields,
  });
  return { clock, platform, order };
}
