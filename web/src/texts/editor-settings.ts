/** The words of the editor for what is optional about jobs and schedules; those that stand inside "more" are in a file of their own. */
export const EDITOR_SETTINGS = {
  moreOfJob: 'If a call fails or takes long',
  moreOfCalls: 'Headers, signature and pace of calls',
  moreOfSchedule: 'If runs overlap, fail, are missed or come all at once',

  timeZone: 'Time zone',
  timeZoneHint: 'The schedule is read in the local time of this zone, such as Europe/Berlin. Usually UTC.',
  useZone: (zone: string) => `Use ${zone}`,

  dst: 'Where clocks go forward',
  gaps: { after: 'Run once, right after the gap (default)', skip: 'Leave the run out' },
  gapHint: 'For a local time that does not exist on that day.',
  dstOverlap: 'Where clocks go back',
  overlaps: {
    first: 'Run the first time only (default)',
    last: 'Run the second time only',
    both: 'Run both times',
  },
  overlapHint: 'For a local time that comes twice on that day.',

  overlap: 'If an earlier run is still open',
  overlapWays: {
    allow: 'Run all the same (default)',
    skip: 'Skip the new run',
    queue: 'Let the new run wait',
    cancel: 'End the earlier run',
  },

  repeatAfter: 'The interval counts from',
  repeatWays: {
    start: 'The start of the run before (default)',
    completion: 'The end of the run before',
  },

  catchUp: 'Runs missed in an outage of Carillon',
  catchUpWays: {
    default: 'Up to 20 minutes all, then the last one (default)',
    all: 'Make up all of them',
    last: 'Make up the last one',
    none: 'Make up none',
  },

  maxRuns: 'Ends after so many runs',
  pauseOnFailures: 'Pauses after so many failures',

  timeout: 'Give up a call after',

  cancelAction: 'Tell of a canceled run',

  retry: 'If a call fails',
  retryOfThis: 'If a call of this schedule fails',
  retryOfJob: { unset: 'Leave it at that (default)', on: 'Call again' },
  retryOfSchedule: { unset: 'As the job says (default)', off: 'Leave it at that', on: 'Call again' },
  onNothing: 'Choose one failure at least',

  breaker: 'While the endpoint is away',
  headers: 'Additional headers',
  signing: 'Signature',
  throttle: 'Pace of calls',
  spread: 'Spread the runs over',
  headerShown: (name: string, isStored: boolean) => `${name} (${isStored ? 'as stored' : 'a new value'})`,
  sameHeader: (name: string) => `There are two headers of the name ${name}: remove one`,
  noHeaderValue: (name: string) => `Type the value of ${name || 'each header'}, or remove the header`,
  headersStay:
    'The address is on another host now, and stored values do not go along: type them again, or remove the headers',
} as const;
