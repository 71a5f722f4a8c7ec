import { away, lasting } from '../duration.js';
import { counted, serviceNow, utcDay, utcWhen } from '../time.js';
import type { Owner } from './causes.js';
import { CONFIRMATION } from './confirmation.js';

const ONCE = { success: ' and succeeded', failure: ' and failed', unknown: ', with an unknown outcome' };
const UNTIL = 'the next run that succeeds ends this.';

/** The words of the page of a job. */
export const JOB = {
  title: 'Job',
  loading: 'Looking at the job ...',
  healthy: (succeeded: number, ended: number) => `Healthy: ${counted(succeeded)} of ${counted(ended)}`,
  inactive: 'Inactive: nothing runs',
  noSchedules: 'No schedules: nothing runs',
  allOff: 'All schedules are off: nothing runs',
  running: (ms: number) => `Running for ${lasting(ms)}`,
  ranOnce: (at: number, outcome: 'success' | 'failure' | 'unknown') =>
    `Ran once ${utcWhen(new Date(at))}${ONCE[outcome]}`,
  noRuns: (nextAt: number | null) =>
    nextAt === null ? 'No runs yet' : `No runs yet; the first comes ${utcWhen(new Date(nextAt))}`,
  allSkipped: (skipped: number, nextAt: number | null) =>
    `No run was called, ${counted(skipped)} ${skipped === 1 ? 'was' : 'were'} skipped${
      nextAt === null ? '' : `; the next comes ${utcWhen(new Date(nextAt))}`
    }`,
  fails: (since: number, reason: string, lastSuccessAt: number | null, many: string) =>
    `${many} since ${utcDay(new Date(since))}: ${reason}; ${
      lastSuccessAt === null ? 'never a success' : `last success ${utcDay(new Date(lastSuccessAt))}`
    }`,
  failsOne: 'Fails',
  failsSome: (count: number, total: number) =>
    `${counted(count)} of ${counted(total)} schedules ${count === 1 ? 'fails' : 'fail'}`,
  said: 'The last failure said',
  viewer: 'You may look at this job and not change it.',
  activate: 'Activate',
  deactivate: 'Deactivate',
  delete: 'Delete ...',
  working: 'Working ...',
  drops: (nextAt: number) => `Deactivating drops the firing ${utcWhen(new Date(nextAt))}.`,
  begins: 'Activating plans the next firing of each schedule that is on.',
  activated: (name: string) => `${name} is active.`,
  deactivated: (name: string) => `${name} is inactive.`,
  schedules: 'Schedules',
  someSchedules: (shown: number, total: number) =>
    `The first ${counted(shown)} of ${counted(total)} schedules are shown.`,
  active: 'Active',
  next: (at: number, now: number) => `Next run ${utcDay(new Date(at))}, ${away(at, now)}`,
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
  withData: {
    open: { http: 'Run now with other data', cf_task: 'Run now with other options' },
    label: { http: 'Data of this run', cf_task: 'Options of this run' },
    run: { http: 'Run with this data', cf_task: 'Run with these options' },
    hint: 'A JSON object. The job gets one more schedule, which runs once, now, and is listed here afterwards.',
    inactive: 'The job is inactive. Activate it first: what runs with other data is a schedule of its own.',
    description: 'Run on request with other data',
  },
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
    DEACTIVATION_ON_MAX_RUNS: 'Deactivated after its last run',
    DEACTIVATION_ON_FAILURES: 'Paused after failures in a row',
  } as Readonly<Record<string, string>>,
  deletion: {
    title: 'Delete this job',
    text: (schedules: number, logs: Parameters<typeof CONFIRMATION.logs>[0]) => {
      if (schedules === 0) return 'The job goes for good. It has no schedules.';
      const those = schedules === 1 ? 'its schedule' : `its ${counted(schedules)} schedules`;
      return `The job goes for good, with ${those} and ${CONFIRMATION.logs(logs)}.`;
    },
    cancel: 'Keep the job',
    done: (name: string) => `${name} is deleted.`,
  },

  /** Where the last runs cannot be had it is known all the same whether any schedule fails. */
  noneFails: (nextAt: number | null) =>
    `Nothing fails${nextAt === null ? '' : `; next run ${away(nextAt, serviceNow())}`}`,
  noStrips: 'The last runs could not be loaded.',
  /** What ends a failure, by whose it is. */
  ends: {
    endpoint: `Once the endpoint works again, ${UNTIL}`,
    network: `Once the network lets the call through, ${UNTIL}`,
    job: `Once the settings of the job are right, ${UNTIL}`,
    task: `Once the task works again, ${UNTIL}`,
    platform: `Once Cloud Foundry takes the task again, ${UNTIL}`,
    operator: `This is for whoever runs Carillon to look at; ${UNTIL}`,
    someone: `Somebody canceled the run; ${UNTIL}`,
  } satisfies Record<Owner, string>,
  advice: 'See the run and what to try',

  download: 'Download run logs',
  downloadText: 'Of all schedules of the job. Logs are kept for 15 days.',
  downloadOfSchedule: 'Of this schedule. Logs are kept for 15 days.',
} as const;
