import type { ManyResults } from '../api/many-results.js';
import { counted, utc } from '../time.js';

const runs = (count: number) => (count === 1 ? '1 run' : `${counted(count)} runs`);
const whole = (at: string | undefined) => (at === undefined ? '' : utc(new Date(at)));

/** `1,440 runs have ended: 1,437 succeeded, 3 failed.` Outcomes that did not occur are left out. */
function ended(results: ManyResults): string {
  const { succeeded = 0, failed = 0, skipped = 0, canceled = 0, deleted = 0 } = results;
  const parts = [
    ...[[succeeded, 'succeeded'] as const, [failed, 'failed'] as const, [skipped, 'were skipped'] as const],
    ...[[canceled, 'were canceled'] as const, [deleted, 'were deleted'] as const],
  ].filter(([count]) => count > 0);
  const all = succeeded + failed + skipped + canceled + deleted;
  if (all === 0) return 'No run has ended.';
  return `${runs(all)} ended: ${parts.map(([count, what]) => `${counted(count)} ${what}`).join(', ')}.`;
}

/** The words of what makes many runs. */
export interface ManyWords {
  readonly open: string;
  readonly title: string;
  readonly text: string;
  readonly none: string;
  readonly counted: (results: ManyResults, pace: string) => string;
  readonly start: (count: number) => string;
  readonly underWay: (count: number) => string;
}

/** The words of running past times and failed runs. */
export const AGAIN = {
  backfill: {
    open: 'Make up past times ...',
    title: 'Make up past times',
    text: 'Runs the schedule once for each of its past times in the range, as after an outage, with the data that it has now. The application is told in x-sap-run-at which time it is about. Times that have run already run again.',
    none: 'The schedule has no time in this range: there is nothing to make up.',
    counted: ({ matched = 0, first, last }, pace) =>
      `${runs(matched)}, ${pace}; planned runs come before them. ${
        matched === 1
          ? `It stands for ${whole(first)}.`
          : `The first stands for ${whole(first)}, the last for ${whole(last)}.`
      }`,
    start: (count) => `Make up ${runs(count)}`,
    underWay: (count) => `Making up ${runs(count)}; planned runs come before them.`,
  } satisfies ManyWords as ManyWords,
  failed: {
    open: 'Run again what failed ...',
    title: 'Run again what failed',
    text: '',
    none: 'Nothing failed in this time that is still kept: there is nothing to run again.',
    counted: ({ matched = 0 }, pace) =>
      `${runs(matched)} that failed, ${pace}; planned runs come before them.`,
    start: (count) => `Run ${runs(count)} again`,
    underWay: (count) => `Running ${runs(count)} again; planned runs come before them.`,
  } satisfies ManyWords as ManyWords,
  /** Which runs are meant, of those that are shown. */
  failedText: (range: string, isOfAll: boolean) =>
    `Calls ${isOfAll ? 'for all tenants ' : ''}once more what every run that failed${range} has called, with the data that it had; x-sap-run-at tells the application the time that it was planned for. What was half done may be done twice.`,

  from: 'From (UTC)',
  to: 'Up to (UTC)',
  order: 'Which first',
  orders: { oldest: 'Oldest first', newest: 'Newest first' },
  concurrency: 'At a time',
  concurrencyHint: 'So many runs are open at once at most; the next one begins when one of them has ended.',
  pace: (order: string, concurrency: string) =>
    `${order === '' ? '' : `${order.toLowerCase()}, `}${concurrency} at a time`,
  count: 'Count the runs',
  counting: 'Counting ...',
  noTime: 'The date or the time is not complete. Fill in all of it.',
  notLater: 'This has to be later than "From".',
  future: 'This has not passed yet: what is to come runs by itself.',
  typeCount: (count: number) => `Type ${counted(count)} to confirm`,
  mismatch: (count: number) => `This is not ${counted(count)}`,
  starting: 'Starting ...',
  progress: (done: number, total: number) => `${counted(done)} of ${counted(total)} have ended`,
  cancel: 'Cancel',
  canceling: 'Canceling ...',
  cancelMeans: 'Runs that were called go on; the others are not called.',
  done: (results: ManyResults) => {
    const errors = results['error-count'] ?? 0;
    const left =
      errors === 0 ? '' : ` ${runs(errors)} could not be run again: what they were called with is gone.`;
    return ended(results) + left;
  },
  canceled: (results: ManyResults) =>
    `Canceled: ${counted(results.made ?? 0)} of ${runs(results.matched ?? 0)} had begun. ${ended(results)}`,
  those: 'See these runs',
} as const;
