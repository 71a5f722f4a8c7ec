import { SECOND_MS } from '../../src/core/instant.js';
import { startApp } from '../support/app.js';
import { browserOf, signedIn } from '../support/dashboard.js';
import { mariaDb } from '../support/databases.js';
import { ManualClock } from '../support/manual-clock.js';

const SESSION = '/dashboard/api/session';
const JOBS = '/scheduler/jobs';

describe('Two replicas', () => {
  async function setup() {
    const clock = new ManualClock();
    const env = { DATABASE_URL: await mariaDb.createUrl() };
    const one = await startApp({ env, clock });
    const two = await startApp({ env, clock, uaa: one.uaa });
    return { clock, one, two };
  }

  it('serve the same session, and both know within 5 s that it has ended', async () => {
    const { clock, one, two } = await setup();
    const here = await signedIn(one, 'provider admin');
    const there = browserOf(two.http, here.cookie);
    const { body } = await here.get(SESSION).expect(200);
    expect((await there.get(SESSION).expect(200)).body).toEqual(body);
    await there.delete(SESSION).expect(204);
    await there.get(SESSION).expect(401);
    clock.advance(5 * SECOND_MS);
    await here.get(SESSION).expect(401);
  });

  it('take a use on either of them for one', async () => {
    const { clock, one, two } = await setup();
    const here = await signedIn(one, 'provider admin');
    const there = browserOf(two.http, here.cookie);
    clock.advance(7 * 3_600_000);
    await there.get(JOBS).expect(200);
    clock.advance(2 * 3_600_000);
    await here.get(JOBS).expect(200);
  });

  it('serve a session of a tenant that the other one has subscribed', async () => {
    const { one, two } = await setup();
    const tenantId = '33333333-3333-4333-8333-333333333333';
    const draft = {
      ...{ subscribedTenantId: tenantId, subscribedSubdomain: 'gamma' },
      ...{ subscriptionAppName: 'shop', eventType: 'CREATE' },
    };
    await one.provider.put(`/callback/v1.0/tenants/${tenantId}`, draft).expect(200);
    const here = await signedIn(one, 'tenant admin', 'gamma');
    await browserOf(two.http, here.cookie).get(JOBS).expect(200);
  });
});
