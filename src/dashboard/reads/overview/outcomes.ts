import { HOUR_MS, MINUTE_MS, type Instant } from '../../../core/instant.js';

/** What became of the calls whose runs were due in the minute or hour that begins at `at`. */
export interface Outcomes {
  readonly at: Instant;
  readonly calls: number;
  readonly failures: number;
  readonly unknowns: number;
}

/** Parts of time of one length, the last of which is under way. */
export interface Parts {
  readonly stepMs: number;
  readonly count: number;
}

export const LAST_MINUTES: Parts = { stepMs: MINUTE_MS, count: 60 };
export const LAST_DAY: Parts = { stepMs: HOUR_MS, count: 24 };
export const LAST_WEEK: Parts = { stepMs: HOUR_MS, count: 168 };

/** Returns when the first of these parts begins. */
export function beginningOf({ stepMs, count }: Parts, now: Instant): Instant {
  return now - (now % stepMs) - (count - 1) * stepMs;
}

/** Returns outcomes as they are sent: a list for each number, with an entry for each part of the time. */
export function outcomeLists(outcomes: readonly Outcomes[], { stepMs, count }: Parts, from: Instant) {
  const byStart = new Map(outcomes.map((each) => [each.at, each]));
  const all = Array.from({ length: count }, (_, place) => byStart.get(from + place * stepMs));
  return {
    ...{ from, stepMs },
    called: all.map((each) => each?.calls ?? 0),
    failed: all.map((each) => each?.failures ?? 0),
    unknown: all.map((each) => each?.unknowns ?? 0),
  };
}
