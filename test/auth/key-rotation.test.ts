import { decodeProtectedHeader } from 'jose';
import { KeyRing } from '../../src/auth/key/key-ring.js';
import { Chores } from '../../src/replica/chores.js';
import { ChangeFeed } from '../../src/tenant/change-feed.js';
import { databaseKinds } from '../support/databases.js';
import { bearer, HandClock, printedBinding, startService, tokenFor, type Service } from './setup.js';

const DAY_MS = 86_400_000;
const NINETY_DAYS_MS = 90 * DAY_MS;
const mariaDb = databaseKinds.find((kind) => kind.name === 'MariaDB');

async function setup() {
  const service = await startService();
  const uaa = printedBinding(service);
  const kidOf = async (of: Service = service) => String(decodeProtectedHeader(await tokenFor(of, uaa)).kid);
  const kidsOf = async (of: Service = service) => {
    const { body } = await of.http.get('/token_keys');
    return body.keys.map((key: { kid: string }) => key.kid) as string[];
  };
  return {
    ...service,
    service,
    uaa,
    kidOf,
    kidsOf,
    tick: () => service.app.get(Chores).start('key-rotation'),
  };
}

describe('The rotation of keys', () => {
  it('waits for 90 days', async () => {
    const { clock, tick, kidsOf } = await setup();
    clock.advance(NINETY_DAYS_MS - 1);
    await tick();
    expect(await kidsOf()).toHaveLength(1);
    clock.advance(1);
    await tick();
    expect(await kidsOf()).toHaveLength(2);
  });

  it('publishes a key for a minute before it signs', async () => {
    const { clock, tick, kidOf, kidsOf } = await setup();
    const old = await kidOf();
    clock.advance(NINETY_DAYS_MS);
    await tick();
    clock.advance(59_999);
    expect(await kidOf()).toBe(old);
    clock.advance(1);
    const fresh = await kidOf();
    expect(fresh).not.toBe(old);
    expect(await kidsOf()).toEqual([old, fresh]);
  });

  it('keeps verifying what the old key signed, and drops the key once its last token has expired', async () => {
    const { clock, tick, service, uaa, http, kidsOf } = await setup();
    clock.advance(NINETY_DAYS_MS);
    await tick();
    const last = await tokenFor(service, uaa);
    clock.advance(43_199_000);
    await tick();
    await http.get('/probe/jobs').set(bearer(last)).expect(200);
    expect(await kidsOf()).toHaveLength(2);
    clock.advance(2 * 3_600_000);
    await tick();
    expect(await kidsOf()).toHaveLength(1);
    await http
      .get('/probe/jobs')
      .set(bearer(await tokenFor(service, uaa)))
      .expect(200);
  });

  it('happens once among replicas, and each takes the others’ tokens all the while', async () => {
    const env = { DATABASE_URL: String(await mariaDb?.createUrl()) };
    const clock = new HandClock(Date.parse('2026-03-01T12:00:00Z'));
    const one = await startService(env, { clock });
    const two = await startService(env, { clock });
    const uaa = printedBinding(one);
    clock.advance(NINETY_DAYS_MS);
    // Past the lease too: the database decides, not who asks first.
    await Promise.all([one, two].map(({ app }) => app.get(KeyRing).rotate(NINETY_DAYS_MS)));
    for (const minute of [0, 1]) {
      clock.advance(minute * 60_000);
      for (const [from, to] of [
        [one, two],
        [two, one],
      ] as const) {
        const token = await tokenFor(from, uaa);
        await to.http.get('/probe/jobs').set(bearer(token)).expect(200);
      }
    }
    await Promise.all([one, two].map(({ app }) => app.get(ChangeFeed).poll()));
    const sets = await Promise.all([one, two].map(({ http }) => http.get('/token_keys')));
    expect(sets[0]?.body.keys).toHaveLength(2);
    expect(sets[1]?.body).toEqual(sets[0]?.body);
  });
});
