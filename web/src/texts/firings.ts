import { lasting, roughly } from '../duration.js';
import { counted, utc } from '../time.js';

/** `2027-03-28 01:00 UTC`; with seconds where there are any. */
const minute = (at: number) => utc(new Date(at)).replace(':00 UTC', ' UTC');

/** The words beside the next firings of a schedule. */
export const FIRINGS = {
  next: (count: number) => (count === 1 ? 'The only firing' : `The next ${counted(count)} firings`),
  utc: 'UTC',
  local: (zone: string) => `Your time (${zone})`,
  yours: 'Your time',
  /** `2027-03-28 01:00 UTC: your clocks go forward 1 h. The firings keep their times in UTC.` */
  change: (byMs: number, at: number | null, zone: string | null = null) => {
    const by = `go ${byMs > 0 ? 'forward' : 'back'} ${lasting(Math.abs(byMs))}`;
    const whose = zone === null ? 'your clocks' : `the clocks of ${zone}`;
    const when = at === null ? `In between ${whose} ${by}.` : `${minute(at)}: ${whose} ${by}.`;
    return zone === null ? `${when} Firings keep their times in UTC.` : when;
  },
  /** What stands below the last one that there will be. */
  last: (count: number, endAt: number | null) => {
    const none = count === 1 ? 'No other follows' : 'No others follow';
    return endAt === null ? `${none}.` : `${none}: the schedule ends at ${minute(endAt)}.`;
  },
  ends: (at: number) => `It ends at ${minute(at)}.`,
  dots: (count: number, firstMs: number, lastMs: number) =>
    count === 1
      ? `One firing, in ${roughly(firstMs)}`
      : `${counted(count)} firings, the first in ${roughly(firstMs)}, the last in ${roughly(lastMs)}`,
  now: 'now',
  in: (length: string) => `in ${length}`,
  away: 'From now',
} as const;
