import { lasting } from '../duration.js';
import { counted, utcDay } from '../time.js';

const tenants = (count: number) => (count === 1 ? '1 tenant' : `${counted(count)} tenants`);
const calls = (count: number) => (count === 1 ? '1 call' : `${counted(count)} calls`);

/** Returns a share in percent: with a decimal where it is small, never 0 for some and never 100 for less than all. */
export function percent(share: number): string {
  if (share === 0) return '0 %';
  if (share < 1 && share >= 0.995) return 'nearly 100 %';
  if (share < 0.001) return 'below 0.1 %';
  const percents = share * 100;
  return `${percents < 10 && percents % 1 >= 0.05 ? percents.toFixed(1) : Math.round(percents)} %`;
}

/** Whatever was later falls into the last step. */
const LAST_STEP_MS = 600_000;

/** The words of the pages about tenants. */
export const TENANTS = {
  title: 'Tenants',
  counting: 'Counting tenants ...',
  notCounted: 'The tenants are not known',
  /** `9,999 tenants and your own jobs; 3 make half of today's calls`: the list has a row for each, its own among them */
  first: (count: number, half: number, all: number, most = 0) =>
    count === 0
      ? 'No tenants yet'
      : all === 0
        ? `${tenants(count)} and your own jobs; no calls yet today`
        : `${tenants(count)} and your own jobs; ${counted(half)} ${half === 1 ? 'makes' : 'make'} ${most === all ? 'all' : 'half'} of today's calls`,
  noneText: 'A tenant stands here as soon as it has subscribed to an application.',
  picture: 'Who makes the calls',
  sentence: (all: number, half: number, most = 0) =>
    all === 0
      ? 'No calls since 00:00 UTC.'
      : `${calls(all)} since 00:00 UTC: ${half === 1 ? 'one makes' : `${counted(half)} make`} ${most === all ? 'all' : 'half'} of them.`,
  others: 'All others',
  asTable: 'Show as table',
  search: 'Search by subdomain',
  sort: 'Sort by',
  sorts: {
    ...{ calls: 'Most calls', name: 'Name', failed: 'Most failed' },
    ...{ late: 'Most late first', jobs: 'Most jobs' },
  },
  table: 'Tenants',
  tenant: 'Tenant',
  calls: 'Calls today',
  share: 'Share',
  failed: 'Failed',
  late: '99 % called within',
  jobs: 'Jobs',
  ofMost: (used: number, most: number | null) =>
    most === null ? counted(used) : `${counted(used)} of ${counted(most)}`,
  suspended: 'Suspended',
  own: 'Your own jobs',
  unknown: (count: number) => `and ${counted(count)} unknown`,
  nothing: '-',
  lateBy: (ms: number) => (ms > LAST_STEP_MS ? `more than ${lasting(LAST_STEP_MS)}` : lasting(ms)),
  old: 'Numbers are those since 00:00 UTC, and up to a minute old.',
  found: (count: number, isMore: boolean, q: string) =>
    `${isMore ? 'More than ' : ''}${tenants(count)} with "${q}" in the subdomain`,
  noHits: (q: string) => `No tenant has "${q}" in its subdomain.`,
  clear: 'Show all tenants',
  beyond: 'There is nothing on this page of the list.',
  toFirst: 'Go to the first page',
  range: (from: number, to: number, total: number, isMore: boolean) =>
    `${counted(from)} to ${counted(to)} of ${isMore ? 'more than ' : ''}${counted(total)}`,
  pages: 'Pages of the list',
  previous: 'Previous',
  following: 'Next',
  news: 'Something has changed',
  showNews: 'Show what has changed',
} as const;

/** The words of the page of a tenant. */
export const TENANT = {
  title: 'Tenant',
  loading: 'Looking at the tenant ...',
  /** `acme makes 12 % of today's calls, none late in 7 days` */
  first: (name: string, share: number, late: string) =>
    `${name} makes ${percent(share)} of today's calls, ${late} late in 7 days`,
  noneLate: 'none',
  idle: (name: string) => `${name} has made no calls today`,
  suspended: (name: string) => `${name} is suspended: none of its runs start`,
  since: (at: number) => `Suspended since ${utcDay(new Date(at))}`,
  by: (who: string) => ` by ${who}`,
  today: (count: number, failed: number, unknown: number) => {
    const bad = [failed > 0 && `${counted(failed)} failed`, unknown > 0 && `${counted(unknown)} unknown`];
    const rest = bad.filter(Boolean).join(', ');
    return count === 0
      ? 'No calls since 00:00 UTC'
      : `${calls(count)} since 00:00 UTC, ${rest || 'none failed'}`;
  },
  lateText: (p99Ms: number) => `Of today's calls 99 % were at most ${TENANTS.lateBy(p99Ms)} late.`,
  lateMeans: 'Late is what was called more than 1 s after it was due.',
  failing: (count: number, isMore: boolean) =>
    count === 0
      ? 'No schedule fails now'
      : `${isMore ? 'More than ' : ''}${counted(count)} ${count === 1 ? 'schedule fails' : 'schedules fail'} now`,
  hours: 'Calls of the last 7 days, by the hour',
  viewAs: 'View as this tenant',
  viewAsText: 'Shows the pages as its users see them.',
  suspend: 'Suspend',
  suspending: 'Suspending ...',
  resume: 'Resume',
  resuming: 'Resuming ...',
  suspendMeans:
    'While it is suspended none of its runs start, and its users and its API calls are refused. Nothing is deleted.',
  resumeMeans: 'Runs that have become due meanwhile start at once, and its users are let in again.',
  hasSuspended: (name: string) => `${name} is suspended.`,
  hasResumed: (name: string) => `${name} is resumed.`,
  ownTenant: 'These are your own jobs: the provider cannot be suspended.',
  viewer: 'You may look at this tenant and not change it.',
  limits: 'Limits and use',
  limit: 'Limit',
  used: 'Used',
  most: 'At most',
  share: 'How much of it is used',
  noLimit: 'no limit',
  isDefault: 'by default',
  notCounted: 'not counted',
  limitNames: {
    maxJobs: 'Jobs',
    maxCalls: 'Calls at the same time',
    requestsPerMinute: 'Requests a minute',
    maxSchedulesPerJob: 'Schedules of a job',
    maxSchedules: 'Schedules',
    maxFiringsPerMinute: 'Planned firings a minute',
    maxCallsPerHostPerSecond: 'Calls of a host a second',
    maxLogBytesPerDay: 'Bytes of run logs a day',
  } as Readonly<Record<string, string>>,
  applications: 'Applications',
  noApplications: 'It is subscribed to no application.',
  facts: 'The tenant',
  id: 'Tenant id',
  createdAt: 'Since',
} as const;
