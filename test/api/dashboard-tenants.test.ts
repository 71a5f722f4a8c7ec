import { jest } from '@jest/globals';
import { RunCountsReader } from '../../src/statistics/counts/run-counts.reader.js';
import { OWN_PAGE, signedIn } from '../support/dashboard.js';
import { describeReads, EVERY_MINUTE, type Stage } from './dashboard-setup.js';
import { NOWHERE } from './setup.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

const read = async (client: Stage['acme'], path: string) =>
  (await client.get(`/dashboard/api/${path}`).expect(200)).body;
const names = ({ results }: { results: { subdomain: string }[] }) =>
  results.map(({ subdomain }) => subdomain);

/** At four in the morning of a day of which nothing is counted. */
async function inTheMorning(place: Stage) {
  const { clock, renew, chores, drain } = place;
  await chores.start('run-counts');
  clock.set((Math.floor(clock.now() / DAY_MS) + 1) * DAY_MS + 4 * HOUR_MS + 1_000);
  await renew();
  await drain();
  await chores.start('run-counts');
  return place;
}

describeReads('The tenants of an instance', (stage) => {
  const setup = async () => inTheMorning(await stage());

  it('have what they did today, and their shares of all calls', async () => {
    const { acme, beta, provider, createJob, run, chores, clock, TENANTS } = await setup();
    const begin = clock.now() - (clock.now() % DAY_MS);
    await createJob({}, { schedules: [EVERY_MINUTE, EVERY_MINUTE, EVERY_MINUTE] });
    await createJob(EVERY_MINUTE, { client: beta });
    await run(200, 500);
    await chores.start('run-counts');
    const list = await read(provider, 'tenants');
    expect(list).toMatchObject({ tenants: 2, total: { tenants: 3, isMore: false }, calls: 8, half: 1 });
    expect([list.from, list.to]).toEqual([begin, clock.now()]);
    expect(list.top).toEqual([
      { tenantId: TENANTS.acme, subdomain: 'acme', calls: 6 },
      { tenantId: TENANTS.beta, subdomain: 'beta', calls: 2 },
    ]);
    expect(list.results[0]).toEqual({
      ...{ tenantId: TENANTS.acme, subdomain: 'acme', isProvider: false, isSuspended: false },
      ...{ jobs: 1, calls: 6, failed: 3, unknown: 0, share: 0.75, lateP99Ms: 1_000 },
      limits: { jobs: { used: 1, most: null } },
    });
    expect(list.results[2]).toMatchObject({ isProvider: true, calls: 0, share: 0, lateP99Ms: null });
    await acme.get('/dashboard/api/tenants').expect(403);
  });

  it('come in the order that is asked for, and by a part of the name or the id', async () => {
    const { beta, provider, createJob, run, chores, TENANTS } = await setup();
    await createJob({}, { schedules: [EVERY_MINUTE, EVERY_MINUTE] });
    await run(200);
    await createJob(EVERY_MINUTE, { client: beta });
    await createJob({ cron: '2099 * * * * 0 0' }, { client: beta });
    await run(500);
    await chores.start('run-counts');
    const first = async (query: string) => names(await read(provider, `tenants?${query}`))[0];
    expect(await first('sort=calls')).toBe('acme');
    expect(await first('sort=failed')).toBe('acme');
    expect(await first('sort=jobs')).toBe('beta');
    const sorted = names(await read(provider, 'tenants?sort=name'));
    expect(sorted).toEqual([...sorted].sort());
    expect(names(await read(provider, 'tenants?q=ET'))).toEqual(['beta']);
    expect(names(await read(provider, `tenants?q=${TENANTS.acme}`))).toEqual(['acme']);
    expect(await read(provider, 'tenants?q=nobody')).toMatchObject({ total: { tenants: 0 }, results: [] });
    expect(names(await read(provider, 'tenants?page=2'))).toEqual([]);
    await provider.get('/dashboard/api/tenants?sort=age').expect(400);
  });

  it('are summed once a minute, never across midnight, and suspended at once', async () => {
    const { provider, app, clock, TENANTS, renew } = await setup();
    const sums = jest.spyOn(app.get(RunCountsReader, { strict: false }), 'sumsByTenancy');
    await read(provider, 'tenants');
    clock.advance(30_000);
    await provider.post(`/admin/v1/tenants/${TENANTS.beta}/suspend`).expect(204);
    const { results } = await read(provider, 'tenants?q=beta');
    expect(results[0].isSuspended).toBe(true);
    await provider.post(`/admin/v1/tenants/${TENANTS.beta}/resume`).expect(204);
    expect(sums).toHaveBeenCalledTimes(1);
    clock.advance(MINUTE_MS);
    await read(provider, 'tenants');
    expect(sums).toHaveBeenCalledTimes(2);
    clock.set((Math.floor(clock.now() / DAY_MS) + 1) * DAY_MS - 1);
    await renew();
    await read(provider, 'tenants');
    clock.advance(2_000);
    const { from } = await read(provider, 'tenants');
    expect(from).toBe(clock.now() - (clock.now() % DAY_MS));
    expect(sums).toHaveBeenCalledTimes(4);
    sums.mockRestore();
  });
});

describeReads('A tenant', (stage) => {
  const setup = async () => inTheMorning(await stage());

  it('has its last 7 days by the hour, its limits with what it uses of them, and what fails', async () => {
    const { acme, provider, createJob, run, chores, clock, TENANTS } = await setup();
    await createJob({}, { schedules: [EVERY_MINUTE, EVERY_MINUTE] });
    await run(200, 500);
    await chores.start('run-counts');
    await provider.put(`/admin/v1/tenants/${TENANTS.acme}/limits`, { maxJobs: 50 }).expect(204);
    const detail = await read(provider, `tenants/${TENANTS.acme}`);
    const hour = clock.now() - (clock.now() % HOUR_MS);
    expect(detail).toMatchObject({
      ...{ subdomain: 'acme', calls: 4, failed: 2, share: 1, suspended: null, isSuspended: false },
      failing: { schedules: 2, isMore: false },
      hours: { from: hour - 167 * HOUR_MS, stepMs: HOUR_MS },
      applications: [{ appName: expect.any(String), createdAt: expect.any(Number) }],
    });
    expect(detail.hours.called).toHaveLength(168);
    expect([detail.hours.called.at(-1), detail.hours.failed.at(-1)]).toEqual([4, 2]);
    expect(detail.lateness.counts[9]).toBe(4);
    expect(detail.limits.maxJobs).toEqual({ used: 1, most: 50, own: 50 });
    expect(detail.limits.maxSchedules).toEqual({ used: 2, most: 500_000, own: null });
    expect(detail.limits.maxFiringsPerMinute.used).toBe(2);
    expect(detail.limits.maxLogBytesPerDay.used).toEqual(expect.any(Number));
    expect(detail.limits.requestsPerMinute).toEqual({ used: null, most: null, own: null });
    await acme.get(`/dashboard/api/tenants/${TENANTS.acme}`).expect(403);
    await provider.get(`/dashboard/api/tenants/${NOWHERE}`).expect(404);
    await provider.get('/dashboard/api/tenants/elsewhere').expect(404);
  });

  it('has by whom it was suspended, and is found by its subdomain', async () => {
    const { provider, clock, database, TENANTS } = await setup();
    const path = `tenants/${TENANTS.beta}`;
    expect((await read(provider, path)).suspended).toBeNull();
    await provider.post(`/admin/v1/${path}/suspend`).expect(204);
    // However much is written down afterwards.
    const others = Array.from({ length: 10_001 }, () => [clock.now(), 1, 'anna', 'test-call.made', '{}']);
    await database.transaction((tx) =>
      tx.dialect.insertIgnore(tx, 'audit_log', ['at', 'instance_id', 'actor', 'event', 'details'], others),
    );
    const { suspended } = await read(provider, path);
    expect(suspended).toEqual({ at: clock.now(), by: expect.stringContaining('(provider)'), reason: null });
    const place = { tenantId: TENANTS.beta, subdomain: 'beta', isSuspended: true };
    expect(await read(provider, 'places/Beta')).toEqual(place);
    await provider.post(`/admin/v1/${path}/resume`).expect(204);
    expect(await read(provider, 'places/beta')).toEqual({ ...place, isSuspended: false });
    await provider.get('/dashboard/api/places/nowhere').expect(404);
  });

  it("is suspended, resumed and limited by the session of a provider's admin, and by no viewer's", async () => {
    const { http, provider, TENANTS, ...flow } = await setup();
    const path = `/admin/v1/tenants/${TENANTS.beta}`;
    const changes = [
      { method: 'post', path: `${path}/suspend`, body: {} },
      { method: 'put', path: `${path}/limits`, body: { maxJobs: 7, maxSchedules: null } },
      { method: 'post', path: `${path}/resume`, body: {} },
    ] as const;
    const statuses = async (cookie: string, more: Record<string, string> = {}) => {
      const said: number[] = [];
      for (const { method, path: place, body } of changes) {
        const answer = await http[method](place)
          .set({ Cookie: cookie, ...OWN_PAGE, ...more })
          .send(body);
        said.push(answer.status);
      }
      return said;
    };
    const admin = await signedIn({ http, ...flow }, 'provider admin');
    expect(await statuses(admin.cookie)).toEqual([204, 204, 204]);
    expect((await read(provider, `tenants/${TENANTS.beta}`)).limits.maxJobs.own).toBe(7);
    const asTenant = { 'X-Carillon-Scope': `tenant/${TENANTS.beta}` };
    expect(await statuses(admin.cookie, asTenant)).toEqual([403, 403, 403]);
    const viewer = await signedIn({ http, ...flow }, 'provider viewer');
    expect(await statuses(viewer.cookie)).toEqual([403, 403, 403]);
    const tenant = await signedIn({ http, ...flow }, 'tenant admin', 'beta');
    expect(await statuses(tenant.cookie)).toEqual([403, 403, 403]);
    await provider.put(`${path}/limits`, { maxJobs: null }).expect(204);
  });
});
