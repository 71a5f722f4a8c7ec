import { counted, utcDay, utcWhen } from '../time.js';

const schedules = (count: number) => (count === 1 ? '1 schedule fails' : `${counted(count)} schedules fail`);
const jobs = (count: number) => (count === 1 ? '1 job' : `${counted(count)} jobs`);

/** The words of the home page. */
export const HOME = {
  title: 'Home',
  loading: 'Looking at your schedules ...',
  notKnown: 'How your schedules are doing is not known',
  fails: (count: number, isMore: boolean) => (isMore ? `More than ${schedules(count)}` : schedules(count)),
  wellSince: (at: number) => `All well since ${utcDay(new Date(at))}`,
  noJobs: 'No jobs yet',
  firstRun: (at: number) => `No runs yet; the first comes ${utcWhen(new Date(at))}`,
  noPlan: 'No runs yet, and none is planned',
  jobs: (total: number, active: number) => {
    if (active === total) return `${jobs(total)}, ${total === 1 ? 'active' : 'all active'}`;
    return `${jobs(total)}, ${active === 0 ? 'none' : counted(active)} active`;
  },

  lastHour: 'Calls of the last hour, by the minute',
  lastDay: 'Calls of the last 24 hours, by the hour',
  failing: 'Failing now',
  nothingFails: 'Nothing fails.',
  allFailing: (count: number, isMore: boolean) =>
    `All ${isMore ? 'of more than ' : ''}${counted(count)} failing jobs`,
  since: (at: number) => `since ${utcDay(new Date(at))}`,
  inARow: (times: number) => `, ${counted(times)} in a row`,
  healed: 'Does not fail any more',
  news: 'Something has changed',
  showNews: 'Show what has changed',
  next: 'Next firings',
  nothingNext: 'No firing is planned.',
  operations: 'Operations under way',
  noOperations: 'None is under way.',
  startedAt: (at: number) => `since ${utcDay(new Date(at), true)}`,
  moreOperations: (count: number) => `and ${counted(count)} more`,
  percent: (share: number) => `${Math.round(share * 100)} %`,
  tenant: (name: string) => `, tenant ${name}`,
} as const;

const calls = (count: number) => (count === 1 ? '1 call' : `${counted(count)} calls`);

interface OutcomeWords {
  readonly called: number;
  readonly failed: number;
  readonly unknown: number;
  readonly isAbout: boolean;
  readonly span: string;
  /** Instead of the last `span`. */
  readonly when?: string | undefined;
}

/** The words of the picture of outcomes by minute or hour. */
export const OUTCOMES = {
  asTable: 'Show as table',
  /** `1,234 calls in the last hour: 4 failed, 1 unknown.` */
  sentence: (what: OutcomeWords) => {
    const { called, failed, unknown, isAbout, span, when = `in the last ${span}` } = what;
    if (called + failed + unknown === 0) return `No calls ${when}.`;
    const bad = [failed > 0 && `${counted(failed)} failed`, unknown > 0 && `${counted(unknown)} unknown`];
    const rest = bad.filter(Boolean).join(', ') || 'none failed';
    return `${isAbout ? 'About ' : ''}${calls(called)} ${when}: ${rest}.`;
  },
  spans: { hour: 'hour', day: '24 hours', week: '7 days' },
  now: 'now',
  most: (count: number, step: 'minute' | 'hour') =>
    `at most ${counted(count)} in ${step === 'minute' ? 'a minute' : 'an hour'}`,
  legend: { success: 'Succeeded or running', failure: 'Failed', unknown: 'Unknown' },
  minute: 'Minute (UTC)',
  hour: 'Hour (UTC)',
  called: 'Called',
  failed: 'Failed',
  unknown: 'Unknown',
  emptySteps: 'Steps without calls are left out.',
} as const;
