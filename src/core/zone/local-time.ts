import { DAY_MS, MINUTE_MS, SECOND_MS, type Instant } from '../instant.js';
import { nextMatch, previousMatch } from '../plan/local-pattern.js';
import { isZoned, type SchedulePattern } from '../plan/pattern.js';
import { dstOf, hasMatchInGap, type ZonedPattern } from '../plan/zoned-pattern.js';
import { timeZone, type Segment } from './time-zone.js';

/** Returns an instant in the local time of a zone, as ISO text with its offset: `2026-03-30T09:00:00+02:00`. */
export function localTimeOf(at: Instant, zone: string): string {
  const offset = timeZone(zone).offsetAt(at);
  return `${new Date(at + offset).toISOString().replace(/\.000Z$|Z$/, '')}${offsetText(offset)}`;
}

/**
 * Returns what must be said of a run of a pattern because a clock changes around it, null where nothing must: that its
 * local time comes twice, or that it runs after a local time that does not exist.
 */
export function noteOf(pattern: SchedulePattern, at: Instant): string | null {
  if ((pattern.kind !== 'cron' && pattern.kind !== 'dailyAt') || !isZoned(pattern)) return null;
  const zone = timeZone(pattern.zone.zone);
  const segment = zone.segmentAt(at);
  const local = at + segment.offset;
  if (at === segment.start && hasMatchInGap(pattern, segment, dstOf(pattern))) {
    return `clock goes forward: ${missedText(pattern, segment)}`;
  }
  if (segment.after < segment.offset && local >= segment.end + segment.after) {
    return 'clock goes back: first of two';
  }
  return segment.before > segment.offset && local < segment.start + segment.before
    ? 'clock goes back: second of two'
    : null;
}

/** Returns which local times of a pattern fell into the gap before a segment. */
function missedText(pattern: ZonedPattern, { start, before, offset }: Segment): string {
  const first = nextMatch(pattern, start + before - 1) ?? start + before;
  const last = previousMatch(pattern, start + offset - 1) ?? first;
  // Where the gap lies on another day than the run, a time alone would be taken for one of the run's day.
  const isOtherDay = Math.floor(first / DAY_MS) !== Math.floor((start + offset) / DAY_MS);
  const text = (local: number) => clockText(local, isOtherDay);
  return first === last ? `${text(first)} does not exist` : `${text(first)} to ${text(last)} do not exist`;
}

function clockText(local: number, hasDate: boolean): string {
  const [date = '', clock = ''] = new Date(local).toISOString().slice(0, -1).split('T');
  const short = clock.replace(/\.000$/, '').replace(/:00$/, '');
  return hasDate ? `${date} ${short}` : short;
}

/** Returns an offset as `+02:00`; the seconds of old local times are shown where there are any. */
function offsetText(offset: number): string {
  const size = Math.abs(offset);
  const two = (value: number) => String(Math.floor(value)).padStart(2, '0');
  const seconds = (size % MINUTE_MS) / SECOND_MS;
  const text = `${two(size / (60 * MINUTE_MS))}:${two((size / MINUTE_MS) % 60)}`;
  return `${offset < 0 ? '-' : '+'}${text}${seconds === 0 ? '' : `:${two(seconds)}`}`;
}
