import type { Schedule } from '../../api/runs.js';
import { RUNS } from '../../texts/runs.js';

/** Returns when a schedule runs, as it was written. */
export function timingOf({ cron, time, repeatInterval, repeatAt }: Schedule): string {
  const { schedule: words } = RUNS;
  if (repeatInterval !== null) return words.every(repeatInterval);
  if (repeatAt !== null) return words.at(repeatAt);
  if (cron !== null) return words.cron(cron);
  return words.once(typeof time === 'string' ? time : JSON.stringify(time));
}
