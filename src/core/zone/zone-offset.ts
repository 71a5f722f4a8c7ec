import { BoundedMap } from '../bounded-map.js';
import { SECOND_MS, type Instant } from '../instant.js';

/** A formatter takes 0.1 MB; one is needed only while a year of a zone is computed for the first time. */
const MOST_FORMATTERS = 8;
const formatters = new BoundedMap<Intl.DateTimeFormat>(MOST_FORMATTERS);

/**
 * Returns how far the local time of a zone is ahead of UTC at an instant since 1970, in milliseconds (whole seconds).
 * The rules are those of the platform's ICU. Throws RangeError for a zone that ICU does not know.
 */
export function probedOffset(zone: string, at: Instant): number {
  const second = Math.floor(at / SECOND_MS) * SECOND_MS;
  // The form of this locale never changes: month/day/year, hour:minute:second.
  const [month = 1, day = 1, year = 1970, hour = 0, minute = 0, local = 0] = formatterOf(zone)
    .format(second)
    .split(/\D+/)
    .map(Number);
  return Date.UTC(year, month - 1, day, hour, minute, local) - second;
}

function formatterOf(zone: string): Intl.DateTimeFormat {
  const known = formatters.get(zone);
  if (known !== null) return known;
  const formatter = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    calendar: 'gregory',
    numberingSystem: 'latn',
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  formatters.set(zone, formatter);
  return formatter;
}
