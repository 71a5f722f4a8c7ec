import { Database } from '../../src/database/database.js';
import type { RunState } from '../../src/core/run-state.js';
import type { EndedRun } from '../../src/run-log/run-endings.js';
import { RunUsage } from '../../src/run-log/usage/run-usage.js';
import { bearer, tokenFor } from '../auth/setup.js';
import { ACME, BOLT, startAdmin, uaaOf, type Entry } from './admin-setup.js';

const NO_LIMITS = {
  ...{ maxJobs: null, maxCalls: null, requestsPerMinute: null },
  ...{ maxSchedulesPerJob: null, maxSchedules: null, maxFiringsPerMinute: null },
  maxCallsPerHostPerSecond: null,
  maxLogBytesPerDay: null,
};

describe('A provider’s tenants', () => {
  it('are listed, searched and paged', async () => {
    const { call, withTenants, uaa } = await startAdmin();
    await withTenants();
    const all = await call('get', '/tenants').expect(200);
    expect(all.body.results.map((tenant: Entry) => tenant.subdomain)).toEqual(['acme', 'bolt', 'carillon']);
    expect(all.body.results[0]).toEqual({
      tenantId: ACME,
      subdomain: 'acme',
      isProvider: false,
      suspendedAt: null,
      applications: ['shop'],
      limits: NO_LIMITS,
      jobs: 0,
      schedules: 0,
      plannedFiringsPerMinute: 0,
      runs: 0,
      lastActivityAt: null,
    });
    const named = async (query: string) =>
      (await call('get', `/tenants?${query}`)).body.results.map((tenant: Entry) => tenant.subdomain);
    expect(await named('q=OL')).toEqual(['bolt']);
    expect(await named(`q=${ACME}`)).toEqual(['acme']);
    expect(await named('q=%25')).toEqual([]);
    expect(await named('page_size=1&offset=1')).toEqual(['bolt']);
    const page = await call('get', '/tenants?page_size=1&offset=1');
    expect(page.body.next_url).toBe('/admin/v1/tenants?q=&page_size=1&offset=2');
    expect((await call('get', `/tenants/${uaa.identityzoneid}`)).body.isProvider).toBe(true);
    const subscriptions = await call('get', '/subscriptions').expect(200);
    expect(subscriptions.body.results.map((s: Entry) => [s.subdomain, s.appName])).toEqual([
      ['acme', 'shop'],
      ['bolt', 'desk'],
    ]);
  });

  it('are shut out while they are suspended, and let in again', async () => {
    const { call, withTenants, service, uaa, statusOf } = await startAdmin();
    await withTenants();
    const [acme, bolt] = [await tokenFor(service, uaa, ACME), await tokenFor(service, uaa, BOLT)];
    await call('post', `/tenants/${ACME}/suspend`).expect(204);
    expect([await statusOf(acme), await statusOf(bolt)]).toEqual([403, 200]);
    expect((await call('get', `/tenants/${ACME}`)).body.suspendedAt).toBe('2026-03-01 12:00:00');
    await call('post', `/tenants/${ACME}/resume`).expect(204);
    expect(await statusOf(acme)).toBe(200);
    await call('post', `/tenants/${uaa.identityzoneid}/suspend`).expect(409);
  });

  it('take limits one by one', async () => {
    const { call, withTenants } = await startAdmin();
    await withTenants();
    await call('put', `/tenants/${ACME}/limits`).send({ maxJobs: 10, maxCalls: 5 }).expect(204);
    await call('put', `/tenants/${ACME}/limits`).send({ maxCalls: null }).expect(204);
    const { limits } = (await call('get', `/tenants/${ACME}`)).body;
    expect(limits).toEqual({ ...NO_LIMITS, maxJobs: 10 });
    await call('put', `/tenants/${ACME}/limits`).send({ maxJobs: -1 }).expect(400);
    await call('put', `/tenants/${ACME}/limits`).send({ maxjobs: 1 }).expect(400);
  });

  it('of another instance, and unknown ones, are not there', async () => {
    const { call, operator, service, withTenants } = await startAdmin();
    await withTenants();
    const { instanceId } = (
      await call('post', '/instances', operator).send({ name: 'Shop', subdomain: 'shop' })
    ).body;
    const bound = await call('post', `/instances/${instanceId}/bindings`, operator).send({ name: 'app' });
    const other = await tokenFor(service, uaaOf(bound));
    expect((await call('get', '/tenants', other)).body.results.map((t: Entry) => t.subdomain)).toEqual([
      'shop',
    ]);
    for (const path of [`/tenants/${ACME}`, '/tenants/nonsense']) await call('get', path, other).expect(404);
    await call('post', `/tenants/${ACME}/suspend`, other).expect(404);
    await call('put', `/tenants/${ACME}/limits`, other).send({ maxJobs: 1 }).expect(404);
  });
});

describe('Usage', () => {
  const DAY = Date.parse('2026-03-01T00:00:00Z');

  /** Both tenants, and a way to let runs of one of them end. */
  async function setup() {
    const stage = await startAdmin({ TOKEN_LIFETIME_S: '604800' });
    await stage.withTenants();
    const { app, http, service, uaa } = stage;
    const end = async (tenantId: string, runs: readonly Ended[]) => {
      const scope = await http.get('/probe/jobs').set(bearer(await tokenFor(service, uaa, tenantId)));
      const ended = runs.map(({ state, dueAt, lateMs }) => ({
        ...{ tenancyId: scope.body.tenancyId as number, state, dueAt },
        ...{ executedAt: lateMs === null ? null : dueAt + lateMs, wasBegun: false, isRepeated: false },
      }));
      // What usage reads of a run that has ended is all there.
      await app.get(Database).transaction((tx) => app.get(RunUsage).settle(tx, ended as EndedRun[]));
    };
    return { ...stage, end };
  }
  interface Ended {
    readonly state: RunState;
    readonly dueAt: number;
    readonly lateMs: number | null;
  }
  const run = (state: RunState, dueAt: number, lateMs: number | null): Ended => ({ state, dueAt, lateMs });

  it('is counted per tenant and day, with the lateness of calls', async () => {
    const { call, end } = await setup();
    await end(ACME, [
      ...Array.from({ length: 98 }, (_, i) => run('SUCCESS', DAY + i * 1000, 25)),
      run('ERROR', DAY + 200_000, 5_470),
      run('REQUEST_ERROR', DAY + 201_000, null),
      run('SUCCESS', DAY - 1, 0),
    ]);
    const today = await call('get', '/usage').expect(200);
    expect(today.body).toEqual({
      total: 1,
      results: [
        {
          ...{ day: '2026-03-01', tenantId: ACME, subdomain: 'acme' },
          ...{ runs: 100, failures: 2, logBytes: 0, latenessP50Ms: 20, latenessP99Ms: 5400 },
        },
      ],
      ...{ prev_url: null, next_url: null },
    });
    const both = await call('get', `/usage?from=2026-02-28&to=2026-03-01&tenantId=${ACME.toUpperCase()}`);
    expect(both.body.results.map((usage: Entry) => [usage.day, usage.runs])).toEqual([
      ['2026-03-01', 100],
      ['2026-02-28', 1],
    ]);
    expect((await call('get', `/usage?tenantId=${BOLT}`)).body.results).toEqual([]);
    await call('get', '/usage?from=2026-01-01&to=2026-03-01').expect(400);
    await call('get', '/usage?from=yesterday').expect(400);
  });

  it('is paged over days and tenants, newest day first and by subdomain within it', async () => {
    const { call, end, clock } = await setup();
    await end(BOLT, [run('SUCCESS', DAY, 0), run('ERROR', DAY - 86_400_000, 0)]);
    await end(ACME, [run('SUCCESS', DAY + 1, 0), run('SUCCESS', DAY - 86_400_000, 0)]);
    const seen: unknown[] = [];
    let url = '/usage?page_size=1&from=2026-02-20';
    for (let pages = 0; url !== '' && pages < 9; pages++) {
      const { body } = await call('get', url).expect(200);
      expect(body.total).toBe(4);
      seen.push(...body.results.map((usage: Entry) => [usage.day, usage.subdomain].join(' ')));
      url = String(body.next_url ?? '').replace('/admin/v1', '');
      // The pages after the first are pages of the same days.
      if (pages === 0) clock.advance(86_400_000);
    }
    expect(seen).toEqual(['2026-03-01 acme', '2026-03-01 bolt', '2026-02-28 acme', '2026-02-28 bolt']);
    const { body } = await call('get', '/usage?from=2026-02-20&to=2026-03-01&page_size=2&offset=1');
    expect(body.results.map((usage: Entry) => usage.subdomain)).toEqual(['bolt', 'acme']);
    expect(body.prev_url).toBe('/admin/v1/usage?from=2026-02-20&to=2026-03-01&page_size=2&offset=0');
    const one = await call('get', `/usage?from=2026-02-20&to=2026-03-01&page_size=1&tenantId=${BOLT}`);
    expect(one.body).toMatchObject({ total: 2, results: [{ day: '2026-03-01' }] });
    const next = await call('get', one.body.next_url.replace('/admin/v1', ''));
    expect(next.body).toMatchObject({
      total: 2,
      results: [{ day: '2026-02-28', failures: 1 }],
      next_url: null,
    });
    expect((await call('get', '/usage?from=2026-02-20&offset=99')).body).toMatchObject({
      total: 4,
      results: [],
    });
  });
});

describe('The audit log', () => {
  it('tells who subscribed, unsubscribed and changed what, newest first', async () => {
    const { call, withTenants, http, provider, uaa } = await startAdmin();
    await withTenants();
    await call('post', `/tenants/${ACME}/suspend`);
    await http.delete(`/callback/v1.0/tenants/${BOLT}`).set(bearer(provider)).send({}).expect(200);
    const actor = `${uaa.clientid} (provider)`;
    const { results, total } = (await call('get', '/audit?page_size=3')).body;
    expect(total).toBe(4);
    expect(results.map((entry: Entry) => [entry.event, entry.tenantId, entry.actor])).toEqual([
      ['tenant.unsubscribed', BOLT, actor],
      ['tenant.suspended', ACME, actor],
      ['tenant.subscribed', BOLT, actor],
    ]);
  });
});
