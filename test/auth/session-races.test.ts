import { jest } from '@jest/globals';
import { HOUR_MS, SECOND_MS } from '../../src/core/instant.js';
import { DatabaseUnavailable } from '../../src/database/connection/availability.js';
import { Database } from '../../src/database/database.js';
import { startApp } from '../support/app.js';
import { browserOf, cookieOf, OWN_PAGE, signedIn } from '../support/dashboard.js';
import { databaseKinds } from '../support/databases.js';

const SESSION = '/dashboard/api/session';
const JOBS = '/scheduler/jobs';

/** Holds back what the next read of the database has found, until it is let go: by then it may be old. */
function holdNextRead(database: Database) {
  const read = database.read.bind(database);
  let letGo: () => void = () => undefined;
  let tell: () => void = () => undefined;
  const held = new Promise<void>((resolve) => (letGo = resolve));
  const found = new Promise<void>((resolve) => (tell = resolve));
  jest.spyOn(database, 'read').mockImplementationOnce(async (work, lane) => {
    const result = await read(work, lane);
    tell();
    await held;
    return result;
  });
  return { found, letGo };
}

describe.each(databaseKinds)('A session on $name that is being read while it ends', (kind) => {
  async function setup() {
    const service = await startApp({ env: { DATABASE_URL: await kind.createUrl() } });
    const { body } = await service.provider.post('/admin/v1/bindings', { name: 'typed' }).expect(201);
    const { clientid: clientId, clientsecret: clientSecret } =
      body.VCAP_SERVICES.jobscheduler[0].credentials.uaa;
    const typedIn = async () => {
      const typed = { clientId, clientSecret };
      const answer = await service.http.post('/dashboard/api/sign-in/credentials').set(OWN_PAGE).send(typed);
      return browserOf(service.http, cookieOf(answer));
    };
    const path = `/admin/v1/bindings/${body.bindingId}`;
    return { service, typedIn, path, database: service.app.get(Database) };
  }
  type World = Awaited<ReturnType<typeof setup>>;
  type Browser = Awaited<ReturnType<World['typedIn']>>;

  it.each<[string, (world: World, browser: Browser) => PromiseLike<unknown>]>([
    ['by signing out', (_world, browser) => browser.delete(SESSION).expect(204)],
    ['with its binding', ({ service, path }) => service.provider.delete(path).expect(204)],
    [
      'with the secret that was typed',
      ({ service, path }) => service.provider.post(`${path}/rotate`).expect(200),
    ],
  ])('%s is over at once', async (_how, end) => {
    const world = await setup();
    const browser = await world.typedIn();
    const { found, letGo } = holdNextRead(world.database);
    const asked = browser.get(JOBS).then(({ status }) => status);
    await found;
    await end(world, browser);
    letGo();
    await asked;
    await browser.get(JOBS).expect(401);
  });

  it('is another one than who goes on', async () => {
    const { service, database } = await setup();
    const [leaving, staying] = [
      await signedIn(service, 'provider viewer'),
      await signedIn(service, 'provider viewer'),
    ];
    const { found, letGo } = holdNextRead(database);
    const asked = staying.get(JOBS).then(({ status }) => status);
    await found;
    await leaving.delete(SESSION).expect(204);
    letGo();
    expect(await asked).toBe(200);
    await staying.get(JOBS).expect(200);
    await leaving.get(JOBS).expect(401);
  });
});

describe.each(databaseKinds)('A session on $name whose use cannot be noted', (kind) => {
  it('goes on, because a database that only reads can be looked at', async () => {
    const service = await startApp({ env: { DATABASE_URL: await kind.createUrl() } });
    const browser = await signedIn(service, 'provider admin');
    const noted = jest.spyOn(service.app.get(Database), 'transaction');
    service.clock.advance(7 * HOUR_MS);
    noted.mockRejectedValueOnce(new DatabaseUnavailable('The disk is full.', null));
    await browser.get(SESSION).expect(200);
    expect(noted).toHaveBeenCalledTimes(1);
    service.clock.advance(5 * SECOND_MS);
    await browser.get(SESSION).expect(200);
    expect(noted).toHaveBeenCalledTimes(2);
    noted.mockRestore();
    service.clock.advance(2 * HOUR_MS);
    await browser.get(JOBS).expect(200);
  });
});
