import { Database } from '../../src/database/database.js';
import { Sealing } from '../../src/database/sealing/sealing.js';
import { RESEALING } from '../../src/replica/resealing.js';
import { RunnerStore } from '../../src/runner/runner.store.js';
import { Runners } from '../../src/runner/runners.js';
import { startApp, type TestApp } from '../support/app.js';
import { CREDENTIALS, FakeCloudController } from '../support/cloud-controller/fake-cloud-controller.js';
import { databaseKinds } from '../support/databases.js';

const OLD = 'the old value of it all';
const NEW = 'the new value of it all';
const { user, password } = CREDENTIALS.password;

const fake = await FakeCloudController.start();

async function storedIn({ app }: TestApp, id: string) {
  const store = app.get(RunnerStore, { strict: false });
  const row = await app.get(Database, { strict: false }).read((tx) => store.find(tx, id));
  if (row === null) throw new Error('The runner is gone.');
  return row;
}

const platformIn = async (service: TestApp, id: string) =>
  service.app.get(Runners, { strict: false }).platformOf(await storedIn(service, id));

describe.each(databaseKinds)('The secret of a runner on $name', (kind) => {
  async function setup() {
    const DATABASE_URL = await kind.createUrl();
    const env = { DATABASE_URL, DISPATCH: 'off' };
    const first = await startApp({ env: { ...env, KEY_ENCRYPTION_SECRET: OLD } });
    const { body } = await first.provider.post('/admin/v1/runners', fake.runner()).expect(201);
    const id = String(body.runnerId);
    const restart = async (running: TestApp, setting: string) => {
      await running.stop();
      const { uaa, clock } = first;
      return startApp({ env: { ...env, KEY_ENCRYPTION_SECRET: setting }, uaa, clock });
    };
    return { first, id, restart };
  }

  it('is sealed, and sealed anew by another value, after which the old one can go', async () => {
    const { first, id, restart } = await setup();
    const before = await storedIn(first, id);
    expect(before).toMatchObject({ loginName: user, secret: expect.stringMatching(/^sealed:/) });
    expect(JSON.stringify(before)).not.toContain(password);
    const swapped = await restart(first, `${NEW},${OLD}`);
    await swapped.chores.start(RESEALING);
    const { secret } = await storedIn(swapped, id);
    expect(secret).not.toBe(before.secret);
    const final = await restart(swapped, NEW);
    expect(final.app.get(Sealing, { strict: false }).open(secret)).toBe(password);
    expect((await (await platformIn(final, id)).check()).state).toBe('ready');
  });

  it('that cannot be opened is a refusal, without a login', async () => {
    const { first, id } = await setup();
    const { app } = first;
    const wrong = new Sealing('another value of it all').seal(password);
    const store = app.get(RunnerStore, { strict: false });
    await app
      .get(Database, { strict: false })
      .transaction((tx) => store.update(tx, id, { secret: wrong, version: 1 }));
    await fake.forgetRequests();
    const { state, problem } = await (await platformIn(first, id)).check();
    expect(state).toBe('refused');
    expect(problem).toContain('no value of KEY_ENCRYPTION_SECRET');
    expect(await fake.requests('^POST /oauth/token')).toEqual([]);
    expect(await storedIn(first, id)).toMatchObject({
      state: 'refused',
      refusedLogins: 0,
      nextLoginAt: null,
    });
  });
});
