import { Logger } from '@nestjs/common';
import { jest } from '@jest/globals';
import { Database } from '../../src/database/database.js';
import { RunnerStore } from '../../src/runner/runner.store.js';
import { Runners } from '../../src/runner/runners.js';
import { startApp, type TestApp } from '../support/app.js';
import { CREDENTIALS, FakeCloudController } from '../support/cloud-controller/fake-cloud-controller.js';
import { databaseKinds } from '../support/databases.js';
import { LOGINS } from './cloud-setup.js';

const MINUTE_MS = 60_000;
const { user, password } = CREDENTIALS.password;
const WRONG = 'not the password';

const fake = await FakeCloudController.start();

jest.spyOn(Logger.prototype, 'log').mockImplementation(() => undefined);
const warned = jest.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);
afterAll(() => jest.restoreAllMocks());

describe.each(databaseKinds)('A wrong password on $name', (kind) => {
  /** Two replicas with a runner whose password was changed since it was stored, and no token of it. */
  async function setup() {
    await fake.behaves();
    await fake.changeHolder(user, { secret: password });
    const DATABASE_URL = await kind.createUrl();
    const first = await startApp({ env: { DATABASE_URL, DISPATCH: 'off' } });
    const { clock, uaa } = first;
    // An embedded database has one process: there the second replica is the first.
    const second =
      kind.name === 'SQLite' ? first : await startApp({ env: { DATABASE_URL, DISPATCH: 'off' }, clock, uaa });
    const { body } = await first.provider.post('/admin/v1/runners', fake.runner()).expect(201);
    const id = String(body.runnerId);
    await fake.changeHolder(user, { secret: WRONG });
    await fake.forgetRequests();
    warned.mockClear();
    const runs = (app: TestApp, count = 1) => tried(app, id, count);
    const logins = async () =>
      (await fake.requests(LOGINS)).filter(({ body }) => body.includes('grant_type=password')).length;
    const shown = async () => (await first.provider.get(`/admin/v1/runners/${id}`).expect(200)).body;
    return { first, second, clock, id, runs, logins, shown };
  }

  /** What so many runs at once come to. */
  async function tried({ app }: TestApp, id: string, count: number): Promise<string[]> {
    const store = app.get(RunnerStore, { strict: false });
    const runner = await app.get(Database, { strict: false }).read((tx) => store.find(tx, id));
    if (runner === null) throw new Error('The runner is gone.');
    const platform = app.get(Runners, { strict: false }).platformOf(runner);
    const runs = Array.from({ length: count }, () =>
      platform.findApp({ appId: fake.app.guid }).then(
        (found) => found?.name ?? '',
        (error: { name: string }) => error.name,
      ),
    );
    return [...new Set(await Promise.all(runs))];
  }

  it('is tried once for all runs, then after 5, 30 and 60 minutes, by one replica', async () => {
    const { first, second, clock, runs, logins, shown } = await setup();
    expect(await runs(first, 20)).toEqual(['LoginRefused']);
    expect(await logins()).toBe(1);
    expect(await runs(second, 20)).toEqual(['LoginRefused']);
    expect(await logins()).toBe(1);
    expect(await shown()).toMatchObject({
      state: 'refused',
      problem: expect.stringContaining('Bad credentials'),
    });
    let count = 1;
    for (const minutes of [5, 30, 60, 60]) {
      clock.advance(minutes * MINUTE_MS - 1);
      await runs(first);
      expect(await logins()).toBe(count);
      clock.advance(1);
      await runs(second, 5);
      await runs(first, 5);
      expect(await logins()).toBe((count += 1));
    }
    const lines = warned.mock.calls.filter(([line]) => String(line).includes('is refused'));
    expect(lines).toHaveLength(1);
  });

  it('that holds again is found at the next try, and the count begins anew', async () => {
    const { first, clock, runs, logins, shown } = await setup();
    await runs(first);
    await fake.changeHolder(user, { secret: password });
    clock.advance(5 * MINUTE_MS);
    expect(await runs(first)).toEqual(['orders']);
    expect(await shown()).toMatchObject({ state: 'ready', problem: null });
    await fake.changeHolder(user, { secret: WRONG });
    await fake.revokeTokens({ isRefreshToo: true });
    await runs(first);
    clock.advance(5 * MINUTE_MS);
    await runs(first);
    expect(await logins()).toBe(4);
  });

  it('is tried at once by a check, and new credentials are', async () => {
    const { first, second, id, runs, logins, shown } = await setup();
    await runs(first);
    const checked = await first.provider.post(`/admin/v1/runners/${id}/check`).expect(200);
    expect(checked.body).toMatchObject({ state: 'refused', warnings: [] });
    expect(await logins()).toBe(2);
    await runs(second);
    expect(await logins()).toBe(2);
    const credentials = { kind: 'password', user, password: WRONG };
    await first.provider.put(`/admin/v1/runners/${id}`, fake.runner({ credentials })).expect(200);
    expect(await runs(first)).toEqual(['orders']);
    expect(await runs(second)).toEqual(['orders']);
    expect(await shown()).toMatchObject({ state: 'ready' });
  });

  it('is none where the login server is away or fails: it is asked again by the next run', async () => {
    const { first, runs, logins, shown } = await setup();
    await fake.reacts({ on: LOGINS, answer: { status: 503, body: 'upstream is away' } });
    expect(await runs(first)).toEqual(['PlatformUnreachable']);
    expect(await runs(first)).toEqual(['PlatformUnreachable']);
    expect(await logins()).toBe(2);
    expect(await shown()).toMatchObject({ state: 'ready' });
  });

  it.each([400, 401, 403])('is told by the status %i, whatever its body says', async (status) => {
    const { first, runs, logins } = await setup();
    await fake.reacts({ on: LOGINS, answer: { status, body: '<html>' } });
    expect(await runs(first)).toEqual(['LoginRefused']);
    expect(await runs(first)).toEqual(['LoginRefused']);
    expect(await logins()).toBe(1);
  });
});
