import { away } from './duration.js';
import { counted, utcDay } from './time.js';

const jobsOf = (count: number, isMore = false) =>
  `${isMore ? 'more than ' : ''}${counted(count)} ${count === 1 ? 'job' : 'jobs'}`;

/** The words of the list of jobs, and of a job. */
export const JOB_TEXTS = {
  jobs: {
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
    none: '-',
    failing: 'Failing',
    task: 'Cloud Foundry task',
    range: (from: number, to: number, total: number, isMore: boolean) =>
      `${counted(from)} to ${counted(to)} of ${isMore ? 'more than ' : ''}${counted(total)}`,
    pages: 'Pages of the list',
    previous: 'Previous',
    following: 'Next',
    beyond: 'There is nothing on this page of the list.',
    toFirst: 'Go to the first page',
    news: 'Something has changed',
    showNews: 'Show it',
  },

  job: {
    title: 'Job',
    loading: 'Looking at the job ...',
    healthy: (succeeded: number, ended: number) => `Healthy: ${counted(succeeded)} of ${counted(ended)}`,
    inactive: 'Inactive: nothing runs',
    noSchedules: 'No schedules: nothing runs',
    allOff: 'All schedules are off: nothing runs',
    noRuns: (nextAt: number | null) =>
      nextAt === null ? 'No runs yet' : `No runs yet; the first comes at ${utcDay(new Date(nextAt))}`,
    fails: (since: number, reason: string, lastSuccessAt: number | null, many: string) =>
      `${many} since ${utcDay(new Date(since))}: ${reason}; ${
        lastSuccessAt === null ? 'never a success' : `last success ${utcDay(new Date(lastSuccessAt))}`
      }`,
    failsOne: 'Fails',
    failsSome: (count: number, total: number) =>
      `${counted(count)} of ${counted(total)} schedules ${count === 1 ? 'fails' : 'fail'}`,
    reasons: {
      answered: (status: number) => `the endpoint answered ${status}`,
      refused: 'the endpoint refused the connection',
      noCall: (message: string) =>
        message === '' ? 'the endpoint could not be called' : `the call failed: ${message}`,
      reported: 'the application reported a failure',
      unreported: 'the outcome was not reported in time',
      timeout: 'the run did not end in time',
      gone: 'the log of the last run is gone',
    },
    said: 'The last failure said',
    mend: 'Once the endpoint is mended, the next run that succeeds ends this.',
    openRun: 'Open this run',
    viewer: 'You may look at this job and not change it.',
    activate: 'Activate',
    deactivate: 'Deactivate',
    delete: 'Delete ...',
    working: 'Working ...',
    drops: (nextAt: number) => `Deactivating drops the firing at ${utcDay(new Date(nextAt))}.`,
    begins: 'Activating plans the next firing of each schedule that is on.',
    activated: (name: string) => `${name} is active.`,
    deactivated: (name: string) => `${name} is inactive.`,
    schedules: 'Schedules',
    someSchedules: (shown: number, total: number) =>
      `The first ${counted(shown)} of ${counted(total)} schedules are shown.`,
    active: 'Active',
    next: (at: number) => `Next run ${utcDay(new Date(at))}, ${away(at, Date.now())}`,
    noNext: 'No next run',
    switchOf: (name: string) => `Active: ${name}`,
    axis: ({ from, to, strips, edits }: { from: number; to: number; strips: number; edits: number }) => {
      const what = strips === 1 ? 'Runs' : 'All strips have one time axis,';
      const [first, last] = [utcDay(new Date(from)), utcDay(new Date(to))];
      const range = first === last ? `of ${first}.` : `from ${first} to ${last}.`;
      const marks =
        edits === 1 ? ' One change is a dashed line.' : ` ${counted(edits)} changes are dashed lines.`;
      return `${what} ${range}${edits === 0 ? '' : marks}`;
    },
    stripOf: (name: string) => `Last runs of ${name}`,
    runNow: 'Run now',
    starting: 'Starting ...',
    runWaits: 'Called as soon as a call is free; waiting for the outcome ...',
    runDone: 'The run succeeded.',
    runFailed: (message: string) => `The run failed${message === '' ? '.' : `: ${message}`}`,
    runCanceled: 'The run was canceled.',
    recent: 'Recent runs',
    noRecent: 'There are no runs yet.',
    newRuns: (count: number) =>
      count === 0 ? 'Runs have ended' : `${counted(count)} new ${count === 1 ? 'run' : 'runs'}`,
    changes: 'Changes',
    noChanges: 'Nothing is noted.',
    when: 'When',
    what: 'What',
    who: 'Who',
    details: 'Details',
    ofSchedule: 'schedule',
    settings: 'Settings',
    setting: {
      action: 'Action',
      kind: 'Kind',
      description: 'Description',
      user: 'User',
      startAt: 'Start',
      endAt: 'End',
      tenant: 'Tenant',
      id: 'Number',
      createdAt: 'Created',
      modifiedAt: 'Changed',
    },
    actions: {
      CREATE: 'Created',
      UPDATE: 'Changed',
      DELETE: 'Deleted',
      ACTIVATE: 'Activated',
      DEACTIVATE: 'Deactivated',
      DEACTIVATION_ON_COMPLETION: 'Deactivated after its only run',
      DEACTIVATION_ON_END_TIME: 'Deactivated at its end time',
      DEACTIVATION_NO_FUTURE_RUN: 'Deactivated: no run is to come',
      DEACTIVATION_UNREACHABLE: 'Deactivated: the endpoint was not reached for long',
      DELETION_UNUSED_ONE_TIME: 'Deleted after its only run',
      MISSED_RUNS_SKIPPED: 'Missed runs were skipped',
    } as Readonly<Record<string, string>>,
    deletion: {
      title: 'Delete this job',
      text: (schedules: number, count: { logs: number; isMore: boolean } | undefined) => {
        const those = schedules === 1 ? 'its schedule' : `its ${counted(schedules)} schedules`;
        const number = count && `${count.isMore ? 'more than ' : ''}${counted(count.logs)} run`;
        const logs = !number
          ? 'all run logs'
          : `${number} ${count.logs === 1 && !count.isMore ? 'log' : 'logs'}`;
        return `The job goes for good, with ${those} and ${logs}.`;
      },
      type: (name: string) => `Type ${name} to confirm`,
      mismatch: (name: string) => `This is not ${name}`,
      confirm: 'Delete for good',
      deleting: 'Deleting ...',
      cancel: 'Keep the job',
      done: (name: string) => `${name} is deleted.`,
    },
  },
} as const;
