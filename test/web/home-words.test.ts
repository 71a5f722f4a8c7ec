import type { Overview } from '../../web/src/api/overview.js';
import type { TenantDetail } from '../../web/src/api/tenants.js';
import { firstLine } from '../../web/src/pages/home/first-line.js';
import { lateOf, tenantLine } from '../../web/src/pages/tenant/first-line.js';
import { pathsOf, sumsOf } from '../../web/src/pictures/outcomes-shape.js';
import { HOME, OUTCOMES } from '../../web/src/texts/home.js';
import { percent, TENANTS } from '../../web/src/texts/tenants.js';

const AT = Date.UTC(2020, 4, 6, 2, 10);

const overview = (change: Partial<Overview>): Overview => ({
  outcomes: { from: 0, stepMs: 60_000, called: [], failed: [], unknown: [], isAbout: false, source: 'runs' },
  failing: { total: { schedules: 0, jobs: 0, isMore: false }, lastHealedAt: null, results: [] },
  firstRunAt: null,
  next: [],
  operations: { total: 0, results: [] },
  jobs: { total: 3, active: 3 },
  ...change,
});

const failing = (schedules: number, isMore = false) => ({
  failing: { total: { schedules, jobs: 1, isMore }, lastHealedAt: AT - 1, results: [] },
});

const planned = {
  plannedAt: AT,
  schedule: { id: '1', description: '', kind: 'cron', expression: '', text: '' },
  job: { id: 1, name: '' },
  tenant: null,
} as const;

describe('The first line of the home page', () => {
  it.each<[string, Partial<Overview>]>([
    ['1 schedule fails', failing(1)],
    ['1,206 schedules fail', { ...failing(1_206), firstRunAt: AT }],
    ['More than 10,000 schedules fail', failing(10_000, true)],
    ['All well since 2020-05-06 02:10 UTC', { firstRunAt: AT }],
    ['No jobs yet', { jobs: { total: 0, active: 0 }, firstRunAt: AT }],
    ['No runs yet; the first comes on 2020-05-06 at 02:10 UTC', { next: [planned] }],
    ['No runs yet, and none is planned', {}],
  ])('is "%s"', (line, change) => expect(firstLine(overview(change))).toBe(line));

  it('counts from when the last schedule healed, where one has failed', () => {
    const healed = { ...failing(0), firstRunAt: AT - 86_400_000 };
    healed.failing.lastHealedAt = AT;
    expect(firstLine(overview(healed))).toBe('All well since 2020-05-06 02:10 UTC');
  });
});

describe('The number of jobs', () => {
  it.each([
    [1, 1, '1 job, active'],
    [3, 3, '3 jobs, all active'],
    [1_204, 1_100, '1,204 jobs, 1,100 active'],
    [3, 0, '3 jobs, none active'],
  ])('%d with %d active is "%3$s"', (total, active, words) => expect(HOME.jobs(total, active)).toBe(words));
});

const steps = (called: number[], failed: number[], unknown: number[]) => ({
  ...{ from: 0, stepMs: 60_000, called, failed, unknown },
});

describe('The picture of outcomes', () => {
  it('sums up what it is drawn from', () =>
    expect(sumsOf(steps([3, 0, 5], [1, 0, 0], [0, 0, 2]))).toEqual({
      ...{ called: 8, failed: 1, unknown: 2, most: 5 },
    }));

  it.each([
    [{ called: 0, failed: 0, unknown: 0, isAbout: true }, 'No calls in the last hour.'],
    [{ called: 1, failed: 0, unknown: 0, isAbout: false }, '1 call in the last hour: none failed.'],
    [
      { called: 1_234, failed: 4, unknown: 1, isAbout: true },
      'About 1,234 calls in the last hour: 4 failed, 1 unknown.',
    ],
    // The call was in the hour before, and its end is counted in this one.
    [{ called: 0, failed: 1, unknown: 0, isAbout: false }, '0 calls in the last hour: 1 failed.'],
  ])('says %o in a sentence', (what, words) =>
    expect(OUTCOMES.sentence({ ...what, span: 'hour' })).toBe(words),
  );

  it('draws nothing where nothing was called, and one failure among thousands to be seen', () => {
    expect(pathsOf(steps([0, 0], [0, 0], [0, 0]))).toEqual({ success: '', failure: '', unknown: '' });
    const { failure, unknown } = pathsOf(steps([50_000, 50_000], [0, 1], [0, 0]));
    expect(failure).toMatch(/v4h/);
    expect(unknown).toBe('');
  });
});

const tenant = (change: Partial<TenantDetail>) =>
  // What the first line looks at.
  ({
    ...{ subdomain: 'acme', isSuspended: false, calls: 12, share: 0.12 },
    lateness: { steps: [1, 500, 1_000, 2_000, null], counts: [10, 1, 1, 0, 0] },
    ...change,
  }) as TenantDetail;

describe('The first line of a tenant', () => {
  it.each<[string, Partial<TenantDetail>]>([
    ["acme makes 12 % of today's calls, none late in 7 days", {}],
    ["acme makes 100 % of today's calls, none late in 7 days", { share: 1 }],
    [
      "acme makes 12 % of today's calls, 3 late in 7 days",
      { lateness: { steps: [1, 1_000, 2_000, null], counts: [1, 1, 1, 2] } },
    ],
    ['acme has made no calls today', { calls: 0, share: 0 }],
    ['acme is suspended: none of its runs start', { isSuspended: true }],
  ])('is "%s"', (line, change) => expect(tenantLine(tenant(change))).toBe(line));

  it('takes for late what was called more than a second after it was due', () =>
    expect(lateOf({ steps: [500, 1_000, 2_000, null], counts: [1, 10, 100, 1_000] })).toBe(1_100));
});

describe('The words about tenants', () => {
  it.each<[number, number, number, string, number?]>([
    [9_999, 3, 500, "9,999 tenants and your own jobs; 3 make half of today's calls"],
    [2, 1, 500, "2 tenants and your own jobs; 1 makes half of today's calls"],
    [2, 1, 500, "2 tenants and your own jobs; 1 makes all of today's calls", 500],
    [1, 0, 0, '1 tenant and your own jobs; no calls yet today'],
    [0, 1, 5, 'No tenants yet'],
  ])('count %d tenants', (count, half, calls, words, most = 1) =>
    expect(TENANTS.first(count, half, calls, most)).toBe(words),
  );

  it.each([
    [0, '0 %'],
    [0.000_4, 'below 0.1 %'],
    [0.004, '0.4 %'],
    [0.05, '5 %'],
    [0.126, '13 %'],
    [0.996, 'nearly 100 %'],
    [1, '100 %'],
  ])('say the share %d', (share, words) => expect(percent(share)).toBe(words));
});
