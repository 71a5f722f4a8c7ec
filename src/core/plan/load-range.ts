import { InvalidInput } from '../errors.js';
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS, wireText, type Instant } from '../instant.js';
import { durationText } from '../text/duration.js';

/** So many steps are told at most. */
export const MOST_STEPS = 1_440;

/** Which planned runs are counted, and how wide the steps are; what is not given is null. */
export interface LoadQuestion {
  readonly from: Instant | null;
  readonly to: Instant | null;
  readonly stepMs: number | null;
}

/** Steps of the same width one after the other. */
export interface LoadRange {
  readonly from: Instant;
  readonly stepMs: number;
  readonly steps: number;
}

const PLAIN_MS = [1, 2, 5, 10, 15, 30]
  .map((minutes) => minutes * MINUTE_MS)
  .concat([1, 2, 3, 6, 12, 24].map((hours) => hours * HOUR_MS));

/**
 * Returns the steps that a question asks for (rest-api.md, "Load"): from now for 24 hours, in minutes, or as many as are needed of a plain width. Without
 * a `from` they begin with the step that is under way, steps counted from 1970. Throws InvalidInput.
 */
export function loadRange({ from: given, to: end, stepMs: width }: LoadQuestion, now: Instant): LoadRange {
  const to = end ?? (given ?? now) + DAY_MS;
  const spanMs = to - (given ?? now);
  if (spanMs <= 0)
    throw new InvalidInput(
      `'to' ${wireText(to)} must lie after 'from' ${wireText(given ?? now)}, which is now where it is not given: give a later one`,
      'to',
    );
  const stepMs = width ?? PLAIN_MS.find((ms) => stepsIn(given, { to, now }, ms) <= MOST_STEPS);
  if (stepMs === undefined)
    throw new InvalidInput(
      `'to' ${wireText(to)} lies more than ${MOST_STEPS} days after 'from' ${wireText(given ?? now)}: give an earlier one`,
      'to',
    );
  const steps = stepsIn(given, { to, now }, stepMs);
  if (steps > MOST_STEPS)
    throw new InvalidInput(
      `'step' '${durationText(stepMs)}' makes ${steps} steps of the time from 'from' to 'to', and at most ${MOST_STEPS} are told: give a longer one, or ask for less time`,
      'step',
    );
  return { from: beginning(given, now, stepMs), stepMs, steps };
}

function stepsIn(given: Instant | null, { to, now }: { to: Instant; now: Instant }, stepMs: number): number {
  // A span that is asked for as one of so many steps does not get one more because the first is under way.
  return given === null && (to - now) % stepMs === 0
    ? (to - now) / stepMs
    : Math.ceil((to - beginning(given, now, stepMs)) / stepMs);
}

const beginning = (given: Instant | null, now: Instant, stepMs: number) => given ?? now - (now % stepMs);

/** Returns whether a step is of whole seconds, from one second to one day. */
export function isStep(ms: number): boolean {
  return ms % SECOND_MS === 0 && ms >= SECOND_MS && ms <= DAY_MS;
}
