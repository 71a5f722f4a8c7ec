import { Database } from '../../src/database/database.js';
import { CREDENTIALS, FakeCloudController } from '../support/cloud-controller/fake-cloud-controller.js';
import { freePort } from '../support/free-port.js';
import { describeApi, NOWHERE } from './setup.js';

const RUNNERS = '/admin/v1/runners';
const { user } = CREDENTIALS.password;

const fake = await FakeCloudController.start();
beforeEach(async () => {
  await fake.behaves();
  await fake.forgetRequests();
});

let made = 0;
const aRunner = (change: object = {}) => fake.runner({ name: `runner ${(made += 1)}`, ...change });

describeApi('New runners', (api) => {
  const stored = () =>
    api()
      .app.get(Database, { strict: false })
      .read((tx) =>
        tx.query<{ name: string; secret: string }>('SELECT name, secret FROM runner ORDER BY name'),
      );
  it.each<[string, object, string | RegExp]>([
    ['no name', { name: undefined }, "'name' is required"],
    ['a blank name', { name: ' ' }, "'name' must"],
    ['a name of 101 characters', { name: 'x'.repeat(101) }, "'name' must have at most 100 characters"],
    ['another kind', { kind: 'kubernetes' }, "'kind' must be one of cloudfoundry"],
    ['no api', { api: undefined }, "'api' is required"],
    ['no space', { spaceId: undefined }, "'spaceId' is required"],
    ['an api that is no URL', { api: 'cf' }, "'api' must be a URL"],
    ['an api with a query', { api: 'https://a/?' }, "'api' must be a URL"],
    ['an api with a fragment', { api: 'https://a/#b' }, "'api' must be a URL"],
    ['an api with a backslash', { api: 'https://a\\b' }, "'api' must be a URL"],
    ['an api with a user', { api: 'https://a:b@c' }, /^'api' must be a URL [^:]*:\/\/[^:]*fragment$/],
    ['an identity provider beside', { origin: 'ldap' }, "'origin' belongs into 'credentials'"],
    ['a field that is not known', { spaceGuid: NOWHERE }, "'spaceGuid' is not known: leave it out"],
    [
      'another kind of credentials',
      { credentials: { kind: 'user', user } },
      "'credentials.kind' must be 'password', with 'user'",
    ],
    ['another scheme', { api: 'ftp://a' }, "'api' must be a URL"],
    ['a space that is no GUID', { spaceId: 'dev' }, "'spaceId' must be a UUID"],
    ['a certificate that is none', { caCertificate: 'PEM' }, "'caCertificate' must be"],
    ['both ways', { vcapApplication: fake.vcapApplication }, "'api' is told by 'vcapApplication' too"],
    ['a variable that is none', { vcapApplication: '[]' }, "'vcapApplication' must be"],
    [
      'a part of the variable',
      { vcapApplication: { space_id: NOWHERE } },
      "'vcapApplication.cf_api' is required",
    ],
    ['no credentials', { credentials: undefined }, "'credentials' is required"],
    ['no password', { credentials: { kind: 'password', user } }, "'credentials.password' is required"],
    ['a space that is not there', { spaceId: NOWHERE }, `The space ${NOWHERE} is not there`],
    [
      'a foreign space',
      { spaceId: fake.otherSpace.guid },
      /is not there, or this login may not see it: Space not found/,
    ],
    ['an address that is refused', { api: 'http://169.254.169.254' }, 'OUTBOUND_REFUSED'],
  ])('are refused for %s, and nothing is stored', async (_, change, message) => {
    const { body } = await api().provider.post(RUNNERS, aRunner(change)).expect(400);
    expect(body.detail).toEqual(
      message instanceof RegExp ? expect.stringMatching(message) : expect.stringContaining(message),
    );
    expect(await stored()).toEqual([]);
  });

  it.each<[string, object]>([
    ['a wrong password', { kind: 'password', user, password: 'wrong-secret-1' }],
    ['another identity provider', { kind: 'password', user, password: 'wrong-secret-2', origin: 'ldap' }],
    [
      'a wrong client secret',
      { kind: 'client', clientId: 'carillon-client', clientSecret: 'wrong-secret-3' },
    ],
    ['another kind of credentials', { kind: 'token', password: 'wrong-secret-4' }],
    ['a password that is no text', { kind: 'password', user, password: { a: 'wrong-secret-5' } }],
    ['credentials that are text', 'wrong-secret-6' as unknown as object],
    ['a list of credentials', ['wrong-secret-7']],
  ])('are refused for %s, which no answer shows', async (_, credentials) => {
    const { body } = await api().provider.post(RUNNERS, aRunner({ credentials })).expect(400);
    expect(JSON.stringify(body)).not.toContain('wrong-secret');
    expect(await stored()).toEqual([]);
  });

  it('are refused with 503 where nobody answers', async () => {
    const away = aRunner({ api: `http://127.0.0.1:${await freePort()}` });
    const { body } = await api().provider.post(RUNNERS, away).expect(503);
    expect(body.detail).toContain('ECONNREFUSED');
    await fake.reacts({ on: '^GET /v3/spaces', answer: { status: 502, body: 'upstream is away' } });
    await api().provider.post(RUNNERS, aRunner()).expect(503);
    expect(await stored()).toEqual([]);
  });
});
