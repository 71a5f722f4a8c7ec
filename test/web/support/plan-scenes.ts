import { schedulePath } from '../../../web/src/paths.js';
import type { Dashboard } from './dashboard.js';
import { TENANTS } from './dashboard.js';
import type { RunScene } from './run-scenes.js';

const HOUR_MS = 3_600_000;
/** In how many hours the fullest minute of the plan comes. */
const FULL_IN_HOURS = 5;
export const FULL_COUNT = 9;

/** Returns the hour of the day, in UTC, that comes so many hours after this one. */
export const hourIn = (hours: number) => new Date(Date.now() + hours * HOUR_MS).getUTCHours();

/** Returns `05:00`: the minute for which most is planned. */
export const fullClock = () => `${String(hourIn(FULL_IN_HOURS)).padStart(2, '0')}:00`;

/** Plans runs of a tenant: nine for one minute, and some elsewhere. They are hours away, so that none of them comes. */
export async function setThePlan(dashboard: Dashboard): Promise<void> {
  const daily = (hours: number, minute: number) => ({
    ...{ cron: `* * * * ${hourIn(hours)} ${minute} 0`, active: true },
  });
  const schedules = [
    ...Array.from({ length: FULL_COUNT }, () => daily(FULL_IN_HOURS, 0)),
    ...[daily(FULL_IN_HOURS, 4), daily(9, 30), daily(9, 30), daily(13, 15)],
  ];
  const job = { name: 'morning mails', action: 'http://localhost:9/', active: true, schedules };
  await dashboard.call('POST', '/scheduler/jobs', job, TENANTS.acme);
}

/** The pages of the plan and of what runs again. */
export const PLAN_SCENES: readonly RunScene[] = [
  {
    name: 'plan',
    first: /^The fullest minute is \d\d:00 with 9 runs$/,
    open: async (dashboard) => {
      const visit = await dashboard.signedIn();
      await visit.goto('/dashboard/plan');
      await visit.page.getByText('See all 9 runs').waitFor();
      await visit.page.getByText('Show as table').click();
      return visit;
    },
  },
  {
    name: 'schedule whose past times are counted',
    first: /^Last run .* ago/,
    open: async (dashboard, { healthy: { jobId, scheduleId } }) => {
      const visit = await dashboard.signedIn();
      await visit.goto(schedulePath(jobId, scheduleId));
      await visit.page.getByRole('button', { name: 'Make up past times' }).click();
      await visit.page.getByRole('button', { name: 'Count the runs' }).click();
      await visit.page.getByText('no time in this range').waitFor();
      return visit;
    },
  },
];

const PEAKS: Readonly<Record<number, number>> = { 0: 1, 15: 0.3, 30: 0.5, 45: 0.25 };

/** Returns what an instance with many tenants plans: most of it on full minutes, and most of that at midnight. */
function manyCounts(from: number): number[] {
  return Array.from({ length: 1_440 }, (_, place) => {
    const at = new Date(from + place * 60_000);
    const [hour, minute] = [at.getUTCHours(), at.getUTCMinutes()];
    const usual = (place * 7_919) % 11;
    const peak = hour === 0 ? 1_250 : hour < 7 ? 420 : 90;
    return (
      Math.round((PEAKS[minute] ?? 0) * peak) + (minute % 5 === 0 ? usual * 3 : usual > 7 ? usual - 7 : 0)
    );
  });
}

/** More to look at: pictures that need no test of their own. */
export const LOOKED_AT: readonly RunScene[] = [
  {
    name: 'plan of a full instance',
    first: /^The fullest minute is 00:00 with 1,2\d\d runs$/,
    open: async (dashboard) => {
      const visit = await dashboard.signedIn();
      await visit.page.route('**/scheduler/load?*', (route) => {
        const from = new URL(route.request().url()).searchParams.get('from') ?? '';
        return route.fulfill({ json: { from, step: '1 minute', counts: manyCounts(Date.parse(from)) } });
      });
      await visit.goto('/dashboard/plan');
      return visit;
    },
  },
  {
    name: 'plan without runs',
    first: /^No runs are planned in the next 24 hours$/,
    open: async (dashboard) => {
      const visit = await dashboard.signedIn('--tenant', 'beta');
      await visit.goto('/dashboard/plan');
      return visit;
    },
  },
  {
    name: 'runs that failed and run again',
    first: /^\d+ runs, \d+ failed/,
    open: async (dashboard) => {
      const visit = await dashboard.signedIn('--tenant', 'beta');
      await visit.goto('/dashboard/runs');
      await visit.page.getByRole('button', { name: 'Run again what failed' }).click();
      await visit.page.getByRole('button', { name: 'Count the runs' }).click();
      await visit.page.getByText('to confirm').waitFor();
      return visit;
    },
  },
];
