import { DAY_MS, type Instant } from '../instant.js';
import { timeZone } from './time-zone.js';

/** A way to read local times: from an instant to the fields of the wall clock, written as if they were UTC, and back. */
export interface LocalClock {
  readonly toLocal: (at: Instant) => Instant;
  /**
   * Returns when the wall clock shows a local time: after the gap where it does not exist; where it comes twice, the
   * first time, or the second where the first lies before `now`.
   */
  readonly fromLocal: (local: Instant, now: Instant) => Instant;
}

/** The clock of UTC. */
export const UTC_CLOCK: LocalClock = { toLocal: (at) => at, fromLocal: (local) => local };

/** Returns the clock of a zone; of UTC where none is given. Throws RangeError for a name that ICU does not know. */
export function localClock(zone: string | undefined): LocalClock {
  if (zone === undefined) return UTC_CLOCK;
  const offsets = timeZone(zone);
  return {
    toLocal: (at) => at + offsets.offsetAt(at),
    fromLocal: (local, now) => {
      const around = [offsets.offsetAt(local - DAY_MS), offsets.offsetAt(local + DAY_MS)];
      const early = local - Math.max(...around);
      const late = local - Math.min(...around);
      const [first, second] = [early, late].filter((at) => at + offsets.offsetAt(at) === local);
      // In a gap: the earlier of the two lies before it, and the segment ends with it.
      if (first === undefined) return offsets.segmentAt(early).end;
      return first < now && second !== undefined ? second : first;
    },
  };
}
