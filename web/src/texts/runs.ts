import { counted, utc, utcDay, utcWhen } from '../time.js';
import { RUN_STATES } from './run-states.js';

const runs = (count: number, kind = '') => {
  const what = [kind, count === 1 ? 'run' : 'runs'].filter(Boolean).join(' ');
  return count === 0 ? `No ${what}` : `${counted(count)} ${what}`;
};

/** The words of the pages about runs. */
export const RUNS = {
  states: RUN_STATES,
  filters: {
    all: 'All',
    failed: 'Failed',
    running: 'Running',
    succeeded: 'Succeeded',
    skipped: 'Skipped',
    planned: 'Planned',
  },
  kinds: {
    failed: 'failed',
    running: 'running',
    succeeded: 'successful',
    skipped: 'skipped',
    planned: 'planned',
  },
  counted: runs,

  table: {
    caption: 'Runs, the latest first',
    due: 'Due',
    job: 'Job',
    result: 'Result',
    answer: 'Answer',
    took: 'Took',
    late: 'Late',
    none: 'none',
    tenant: (name: string) => `of ${name}`,
    origins: { request: 'on request', replay: 'run again', backfill: 'made up' } as Readonly<
      Record<string, string>
    >,
    older: 'Older runs',
    newest: 'Newest runs',
    further: 'Look further back',
    fresh: (count: number) =>
      count >= 50 ? '50 or more new runs' : count === 1 ? '1 new run' : `${count} new runs`,
    kept: 'Run logs are kept for 15 days: older ones are gone.',
  },

  download: 'Download',
  ndjson: 'NDJSON',
  csv: 'CSV',
  ndjsonName: 'Download these runs as NDJSON',
  csvName: 'Download these runs as CSV, for a spreadsheet',

  list: {
    title: 'Runs',
    counting: 'Counting runs ...',
    notCounted: 'The number of runs is not known',
    /** `312 runs between 14:00 and 14:10 UTC, 4 failed` */
    first: (number: string, range: string, failed: string) => `${number}${range}${failed}`,
    moreThan: (number: string) => `More than ${number}`,
    atLeast: (number: string) => `At least ${number}`,
    failed: (count: number) => (count === 0 ? ', none failed' : `, ${counted(count)} failed`),
    between: (from: string, to: string) => ` between ${from} and ${to}`,
    since: (from: string) => ` since ${from}`,
    before: (to: string) => ` before ${to}`,
    filter: 'Which runs',
    state: 'Result',
    from: 'From (UTC)',
    to: 'Before (UTC)',
    apply: 'Show',
    halfTyped: 'The date or the time is not complete. Fill in all of it, or empty the field.',
    notBefore: 'This has to be later than "From".',
    turned: 'No runs: "From" has to be earlier than "Before"',
    picture: 'Calls by the time when they were due',
    endNow: 'now',
    clear: 'Clear the filter',
    noneEver: 'Runs stand here as soon as the first job has run.',
    noneFound: (what: string) => `There are no${what}. Run logs are kept for 15 days.`,
    noneAmong:
      'There are none among the latest runs that were looked at. There may be some further back: a page of a whole instance looks at a bounded number.',
    instance: 'Of all tenants the latest 2,000 runs are counted.',
  },

  run: {
    title: (id: string) => `Run ${id.slice(0, 8)}`,
    loading: 'Looking for the run ...',
    notFound: 'There is no such run',
    notFoundText:
      'Its log is older than 15 days, its job or schedule was deleted, or it belongs to a tenant that you do not see.',
    succeeded: (how: string) => `Succeeded: ${how}`,
    failed: (how: string) => `Failed: ${how}`,
    unknown: (how: string) => `Unknown: ${how}`,
    answered: (status: number) => `the endpoint answered ${status}`,
    reported: 'the application reported success',
    taskEnded: 'the task ended',
    after: (time: string) => ` after ${time}`,
    within: (time: string) => ` within ${time}`,
    calling: (time: string) => `Running for ${time}: waiting for the answer`,
    waiting: (time: string) => `Running for ${time}: waiting for the report`,
    taskRuns: (time: string) => `Running for ${time}: the task has not ended`,
    /** `Retrying: call 2 of 4 comes in 34 s` */
    retrying: (call: number, most: number | null, when: string | null) =>
      `Retrying: call ${call}${most === null ? '' : ` of ${most}`} ${when === null ? 'is due' : `comes ${when}`}`,
    callingAgain: (call: number, time: string) =>
      `Running for ${time}: waiting for the answer to call ${call}`,
    /** `Skipped: run 01a21cdb of this schedule had not ended`: what is left out of the reason stands below it. */
    skipped: (reason: string) => {
      const short = reason
        .replace(/^Not called: /, '')
        .replace(/(?: \('.*'\))?\.$/, '')
        .replace(/\b([0-9a-f]{8})(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g, '$1');
      return short === '' ? 'Skipped' : `Skipped: ${short}`;
    },
    canceled: (after: string) => `Canceled${after}`,
    planned: (when: string) => `Planned: it comes ${when}`,
    due: (time: string) => `Due for ${time}, and not called yet`,

    whyHeld: 'Why it waits',
    toHeld: 'Go to the job and its settings',
    held: {
      throttle: {
        first: (time: string) => `Waiting for ${time}: the calls of its job are limited`,
        what: 'It is called when its turn comes, as soon as the "throttle" of its job permits.',
        next: 'A run that waits for too long is skipped: permit more calls, or plan fewer runs.',
      },
      breaker: {
        first: (time: string) => `Waiting for ${time}: its endpoint is away`,
        what: 'The endpoint failed many times in a row, so that Carillon holds the calls back ("breaker") and tries one of them now and then. Once one succeeds, all that waits is called.',
        next: 'See whether the application runs. What waits for too long ends without a call.',
      },
      ramp: {
        first: (time: string) => `Waiting for ${time}: its endpoint is back`,
        what: 'The endpoint answers again, and what has waited for it ("breaker") is called little by little, in order.',
        next: 'There is nothing to do: it has its place.',
      },
    },

    picture: 'What took how long',
    asTable: 'Show as table',
    step: 'Step',
    at: 'Time (UTC)',
    gap: 'After the step before',
    steps: {
      planned: 'Planned for',
      due: 'Due',
      called: 'Called',
      acked: 'Acknowledged',
      gaveUp: 'Wait given up',
      ended: 'Ended',
    },
    phases: {
      calls: 'Failed calls, pauses',
      late: 'Late',
      answer: 'Waiting for answer',
      report: 'Waiting for report',
    },
    taskPhases: {
      calls: 'Failed orders, pauses',
      late: 'Late',
      answer: 'Ordering the task',
      report: 'Task under way',
    },
    soFar: (time: string) => `${time} so far`,
    limit: (time: string) => `The line is the limit: ${time} from the call.`,
    limitBeyond: (time: string) => `The limit, ${time} from the call, is not in the picture.`,
    sentence: {
      calls: (count: number, time: string) =>
        `${count === 1 ? '1 call' : `${count} calls`} failed within ${time}`,
      callsSoFar: (count: number, nextAt: number) =>
        `${count === 1 ? '1 call has' : `${count} calls have`} failed; the next one comes ${utcWhen(new Date(nextAt))}`,
      skipped: 'Nothing was called: the run was skipped.',
      late: (time: string) => `Called ${time} late`,
      answer: (time: string) => `answered after ${time}`,
      ended: (time: string) => `ended after ${time}`,
      report: (time: string) => `reported after ${time} more`,
      over: (time: string) => `ended after ${time} more`,
      overdue: (time: string) => `no report for ${time}`,
      open: (time: string) => `open for ${time}`,
      notYet: 'Nothing has happened yet: the run is planned.',
    },

    whySkipped: 'Why it was skipped',
    notCalled: 'Nothing was called',
    notFailed: 'This is no failure: nothing went wrong with the run.',
    toSchedule: 'Go to the schedule and its settings',
    why: 'Why, and what to try',
    whose: 'Who can mend it:',
    toTry: 'What to try:',
    toJob: 'Go to the job, to change it or to run it again',
    log: 'Log of the run',
    logTime: 'Time (UTC)',
    logState: 'State',
    logCode: 'HTTP status',
    logText: 'Text',
    said: { answer: 'What came back', report: 'What was reported', own: 'What Carillon noted' },
    call: 'The call as curl',
    callText: 'As the job is now, without its secrets. Replace $TOKEN or PASSWORD by the real one.',
    callTask: 'The run starts a task of Cloud Foundry; there is no call of an endpoint to repeat.',
    callName: 'Command that repeats the call',
    facts: 'The run',
    id: 'Run id',
    job: 'Job',
    schedule: 'Schedule',
    scheduleLink: 'All runs of the schedule',
    tenant: 'Tenant',
    origin: 'Why it ran',
    origins: {
      plan: 'By the plan of its schedule',
      request: 'On request',
      replay: 'An earlier run, run again',
      backfill: 'A past time, made up',
    },
    standsFor: 'Stands for',
    replayOf: 'Runs again',
    again: {
      title: 'Run it again',
      run: { http: 'Run again with its data', cf_task: 'Run again with its options' },
      means: {
        http: (at: number) =>
          `Calls the endpoint once more, with the data that this run had, even where that of its schedule has changed since. In x-sap-run-at the application is told the time of then, ${utc(new Date(at))}. The plan stays as it is.`,
        cf_task: () =>
          'Starts the task once more, with the options that this run had, even where those of its schedule have changed since. The plan stays as it is.',
      },
    },
    replica: 'Replica of Carillon',
    replicaOf: (id: number, name: string | null) => name ?? `replica ${id}, which is gone`,
    neighbours: 'Runs beside this one',
    previous: 'Run before',
    next: 'Run after',
    none: 'none',
  },

  schedule: {
    title: 'Schedule',
    loading: 'Looking at the schedule ...',
    notFound: 'There is no such schedule',
    every: (text: string) => `Every ${text}`,
    at: (text: string) => `At ${text}`,
    cron: (text: string) => `Cron ${text}`,
    once: (text: string) => `Once: ${text}`,
    last: (when: string) => `Last run ${when}`,
    lastFailed: (when: string) => `Last run failed ${when}`,
    lastUnknown: (when: string) => `Last run ended without a report ${when}`,
    failsSince: (at: number) => `fails since ${utcDay(new Date(at))}`,
    lastSkipped: (when: string) => `Last run skipped ${when}`,
    retrying: (when: string) => `Last call failed; called again ${when}`,
    runningFor: (time: string) => `Running for ${time}`,
    took: (time: string) => `took ${time}`,
    late: (time: string) => `${time} late`,
    next: (when: string) => `next ${when}`,
    none: 'No runs yet',
    first: (when: string) => `the first comes ${when}`,
    nothingPlanned: 'nothing planned',
    off: 'switched off',
    picture: 'Its latest runs',
    runs: 'Runs',
    byState: 'Runs by result',
    noneFound: 'There are no such runs among those that are kept.',
    counted: (count: string) => `The latest ${count} runs are counted.`,
    facts: 'The schedule',
    timing: 'When',
    written: 'As written',
    upcoming: 'When it fires next',
    description: 'Description',
    active: 'Active',
    yes: 'Yes',
    no: 'No',
    data: 'Data',
    nextRun: 'Next run',
  },
} as const;
