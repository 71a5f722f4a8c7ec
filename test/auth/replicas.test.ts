import { ChangeFeed } from '../../src/tenant/change-feed.js';
import { databaseKinds } from '../support/databases.js';
import { bearer, printedBinding, startService, subscribe, tokenFor, type Service } from './setup.js';

const ACME = '11111111-1111-4111-8111-111111111111';
const mariaDb = databaseKinds.find((kind) => kind.name === 'MariaDB');

async function setup() {
  const url = await mariaDb?.createEmptyUrl();
  const env = { DATABASE_URL: String(url), KEY_ENCRYPTION_SECRET: 'a secret to test with' };
  const start = () => startService(env);
  const [one, two] = await Promise.all([start(), start()]);
  const [first, second] = one.terminal.said.join('').includes('clientsecret') ? [one, two] : [two, one];
  const isLive = async (service: Service, token: string) =>
    (await service.http.get('/probe/jobs').set(bearer(token))).status === 200;
  return { first, second, isLive, uaa: printedBinding(first) };
}

describe('Replicas that start at the same time', () => {
  it('make one instance and one key, and accept each other’s tokens at once', async () => {
    const { first, second, isLive, uaa } = await setup();
    expect(second.terminal.said.join('')).not.toContain('clientsecret');
    const keys = await Promise.all([first, second].map((service) => service.http.get('/token_keys')));
    expect(keys[0]?.body.keys).toHaveLength(1);
    expect(keys[1]?.body).toEqual(keys[0]?.body);
    const provider = await tokenFor(first, uaa);
    await subscribe(first, provider, ACME, 'acme');
    expect(await isLive(second, await tokenFor(first, uaa, ACME))).toBe(true);
    expect(await isLive(first, await tokenFor(second, uaa, ACME))).toBe(true);
  });

  it('hear of an unsubscription by the next poll of the feed', async () => {
    const { first, second, isLive, uaa } = await setup();
    const provider = await tokenFor(first, uaa);
    await subscribe(first, provider, ACME, 'acme');
    const token = await tokenFor(second, uaa, ACME);
    expect(await isLive(second, token)).toBe(true);
    await first.http.delete(`/callback/v1.0/tenants/${ACME}`).set(bearer(provider)).expect(200);
    expect(await isLive(first, token)).toBe(false);
    await second.app.get(ChangeFeed).poll();
    expect(await isLive(second, token)).toBe(false);
  });
});
