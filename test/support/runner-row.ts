import type { RunnerRow } from '../../src/database/entities/runner.row.js';

/** A runner as it is stored, of the first instance; it leads to nobody. */
export const aRunnerRow = (change: Partial<RunnerRow> = {}): RunnerRow => ({
  id: '018f3a52-7b1c-7c3e-9d2a-5b6c7d8e9f01',
  instanceId: 1,
  name: 'stored',
  kind: 'cloudfoundry',
  api: 'http://127.0.0.1:1',
  spaceId: '018f3a52-7b1c-7c3e-9d2a-5b6c7d8e9f02',
  spaceName: 'development',
  appId: null,
  loginKind: 'password',
  loginName: 'robot',
  origin: null,
  secret: 'secret',
  caCertificate: null,
  state: 'ready',
  problem: null,
  checkedAt: 0,
  refusedLogins: 0,
  nextLoginAt: null,
  version: 0,
  createdAt: 0,
  modifiedAt: 0,
  ...change,
});

/** A request that would make a runner which leads to nobody. */
export const RUNNER_BODY = {
  ...{ name: 'runner', kind: 'cloudfoundry', api: 'http://127.0.0.1:1' },
  spaceId: '018f3a52-7b1c-7c3e-9d2a-5b6c7d8e9f03',
  credentials: { kind: 'client', clientId: 'client', clientSecret: 'secret' },
};
