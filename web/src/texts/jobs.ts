import { counted } from '../time.js';

const jobsOf = (count: number, isMore = false) =>
  `${isMore ? 'more than ' : ''}${counted(count)} ${count === 1 ? 'job' : 'jobs'}`;

/** The words of the list of jobs. */
export const JOBS = {
  title: 'Jobs',
  counting: 'Counting jobs ...',
  notCounted: 'The jobs are not known',
  first: (jobs: number, failing: number, isMore: boolean) =>
    jobs === 0
      ? 'No jobs yet'
      : `${jobsOf(jobs)}, ${failing === 0 ? 'none' : `${isMore ? 'more than ' : ''}${counted(failing)}`} failing`,
  search: 'Search by name',
  show: 'Show',
  states: { all: 'All', failing: 'Failing', inactive: 'Inactive' },
  sort: 'Sort by',
  sorts: { name: 'Name', next: 'Next run', result: 'Last result, failures first', newest: 'Newest first' },
  table: 'Jobs',
  found: (count: number, isMore: boolean, filter: string) => `${jobsOf(count, isMore)}: ${filter}`,
  filter: (q: string, state: 'failing' | 'inactive' | undefined) =>
    [
      state === 'failing' && 'failing now',
      state === 'inactive' && 'inactive',
      q !== '' && `"${q}" in the name`,
    ]
      .filter(Boolean)
      .join(', '),
  noHits: (filter: string) => `No jobs found: ${filter}.`,
  clear: 'Show all jobs',
  name: 'Name',
  lastRuns: 'Last runs',
  action: 'Action',
  schedule: 'Schedule',
  more: (count: number) => `and ${counted(count)} more`,
  noSchedule: 'None',
  lastResult: 'Last result',
  next: 'Next run',
  active: 'Active',
  yes: 'Yes',
  no: 'No',
  schedulesOff: (total: number) => (total === 1 ? 'Schedule off' : 'Schedules off'),
  none: '-',
  failing: 'Failing',
  range: (from: number, to: number, total: number, isMore: boolean) =>
    `${counted(from)} to ${counted(to)} of ${isMore ? 'more than ' : ''}${counted(total)}`,
  pages: 'Pages of the list',
  previous: 'Previous',
  following: 'Next',
  beyond: 'There is nothing on this page of the list.',
  toFirst: 'Go to the first page',
  noStrips: 'The last runs are not shown',
  news: 'Something has changed',
  showNews: 'Show what has changed',
} as const;
