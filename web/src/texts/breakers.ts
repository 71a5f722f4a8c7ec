import { away } from '../duration.js';
import { counted, utcDay } from '../time.js';

const endpoints = (count: number, isMore: boolean) =>
  count === 1 ? '1 endpoint is' : `${counted(count)}${isMore ? ' or more' : ''} endpoints are`;
const runs = (count: number) =>
  count === 1 ? '1 run waits' : `${count === 0 ? 'no' : counted(count)} runs wait`;
/** Where nothing waits there is nothing to probe with, until a run is due. */
const overdue = (waiting: number) => (waiting === 0 ? 'the next run is the probe' : 'next probe now');
const probe = (at: number | null, now: number, waiting: number) => {
  if (at === null) return 'a probe is under way';
  return at <= now ? overdue(waiting) : `next probe ${away(at, now)}`;
};

interface AwayWords {
  readonly count: number;
  readonly isMore: boolean;
  readonly waiting: number;
  readonly probeAt: number | null;
  readonly now: number;
}

/** The words about endpoints that are away. */
export const BREAKERS_WORDS = {
  title: 'Endpoints that are away',
  loading: 'Looking at the endpoints ...',
  notKnown: 'Which endpoints are away is not known',
  none: 'No endpoint is away',
  noneText:
    'Once 10 calls in a row have failed, the endpoint of a job that lets its runs wait stands here until it answers.',
  /** `2 endpoints are away: 1,204 runs wait; next probe in 40 s` */
  away: ({ count, isMore, waiting, probeAt, now }: AwayWords) =>
    `${endpoints(count, isMore)} away: ${runs(waiting)}; ${probe(probeAt, now, waiting)}`,
  back: (count: number, waiting: number) =>
    `${endpoints(count, false)} back: ${waiting === 0 ? 'nothing waits any more' : `${counted(waiting)} ${waiting === 1 ? 'run that waited is' : 'runs that waited are'} called now`}`,
  what: 'Their runs are not called, and wait. A probe is the oldest of them: it is called alone, and if it is answered, the others follow, at first one a second and then ever faster. A run that has waited as long as its job permits fails, and is not called.',
  toAll: 'See which, and what happens to their runs',
  toList: 'All endpoints that are away',
  table: 'Endpoints',
  origin: 'Endpoint',
  ofTenant: 'its tenant',
  states: { open: 'Away', releasing: 'Back', closed: 'Called' },
  state: 'State',
  since: 'Since',
  failures: 'Failed in a row',
  waiting: 'Runs that wait',
  next: 'Next probe',
  underWay: 'under way',
  withNext: 'with the next run',
  nothing: '-',
  holdFor: 'A run waits at most',
  ofJob: 'as its job says',

  usualHold: '15 minutes',
  jobTitle: (origin: string, since: number) => `${origin} is away since ${utcDay(new Date(since), true)}`,
  jobBack: (origin: string) => `${origin} is back: what waited is called little by little`,
  jobText: (waiting: number, probeAt: number | null, now: number) =>
    `${capital(runs(waiting))} for it; ${probe(probeAt, now, waiting)}.`,
  jobHold: (holdFor: string) => `A run of this job waits up to ${holdFor}, then it fails and is not called.`,
} as const;

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
