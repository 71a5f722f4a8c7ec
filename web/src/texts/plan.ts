import { counted, utcDay, utcMinute } from '../time.js';

const runs = (count: number) => (count === 0 ? 'none' : count === 1 ? '1 run' : `${counted(count)} runs`);
const LIST = new Intl.ListFormat('en-GB');
const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
const clock = (at: number) => utcMinute(new Date(at)).slice(0, 5);

/** The words of the page of the plan. */
export const PLAN = {
  title: 'Plan',
  loading: 'Looking at the plan ...',
  notKnown: 'The plan is not known',
  none: 'No runs are planned in the next 24 hours',
  /** `The fullest minute is 00:00 with 1,250 runs` */
  fullest: (at: number, count: number, asFull: number) =>
    asFull > 1
      ? `${counted(asFull)} minutes are the fullest, with ${runs(count)} each`
      : `The fullest minute is ${clock(at)} with ${runs(count)}`,
  total: (total: number) =>
    `${runs(total)} in the next 24 hours, times in UTC. A schedule counts once: with the run that comes next.`,
  /** `Quiet near 00:00: 23:58 and 00:03 with none, 00:04 with 2 runs.` */
  quiet: (at: number, near: readonly { readonly at: number; readonly count: number }[]) => {
    const counts = [...new Set(near.map(({ count }) => count))].sort((one, other) => one - other);
    const groups = counts.map((count) => {
      const clocks = near.filter((minute) => minute.count === count).map((minute) => clock(minute.at));
      return `${LIST.format(clocks)} with ${runs(count)}`;
    });
    return `Quiet near ${clock(at)}: ${groups.join(', ')}.`;
  },
  toDo: 'Where there is room',
  spread:
    'A schedule that need not run on the full minute may have "spread": Carillon then picks a quiet second within the time that it is given, such as 10 minutes, and stays with it.',
  empty:
    'No active schedule has a run in this time. What is planned stands here by the minute, so that one sees where too much comes at once.',
  toJobs: 'Go to the jobs',
  newJob: 'New job',

  picture: 'Planned runs by the minute, an hour a row',
  minute: (at: number, count: number) =>
    `${capital(utcDay(new Date(at)))}: ${count === 0 ? 'no runs' : runs(count)}`,
  fullestIs: (at: number) => `fullest: ${clock(at)}`,
  nowIs: (now: number) => `now: ${clock(now)}`,
  asTable: 'Show as table',
  columns: { hour: 'Hour (UTC)', runs: 'Runs', fullest: 'Fullest minute', most: 'Its runs' },
  emptyHours: 'Hours without runs are left out.',

  runsAt: (at: number) => `Planned for ${utcDay(new Date(at))}`,
  noneAt: 'Nothing is planned for this minute.',
  allAt: (count: number) =>
    count === 1 ? 'See this run in the list' : `See all ${counted(count)} runs in the list`,
} as const;
