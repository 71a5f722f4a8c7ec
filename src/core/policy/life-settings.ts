import { InvalidInput, shown } from '../errors.js';

/** What happens to the runs that a schedule missed while the service was away (core/plan/catch-up). */
export const CATCH_UPS = ['default', 'all', 'last', 'none'] as const;
export type CatchUpMode = (typeof CATCH_UPS)[number];

/** How many planned runs a schedule may have at most. */
export const MOST_RUNS = 1_000_000;
/** How many failures in a row may pause a schedule: with one, the first failure would be its last. */
export const LEAST_FAILURES = 2;
export const MOST_FAILURES = 1_000;

/** Returns after how many planned runs a schedule ends. Throws InvalidInput. */
export function maxRunsSetting(given: unknown): number {
  return wholeNumber('maxRuns', given, 1, MOST_RUNS);
}

/** Returns after how many failed runs in a row a schedule is deactivated. Throws InvalidInput. */
export function pauseOnFailuresSetting(given: unknown): number {
  return wholeNumber('pauseOnFailures', given, LEAST_FAILURES, MOST_FAILURES);
}

/** Returns what happens to missed runs. Throws InvalidInput. */
export function catchUpSetting(given: unknown): CatchUpMode {
  const mode = CATCH_UPS.find((each) => each === given);
  if (mode !== undefined) return mode;
  const words = CATCH_UPS.map((each) => `'${each}'`).join(', ');
  throw new InvalidInput(`'catchUp' must be one of ${words}, but is ${shown(given)}`, 'catchUp');
}

function wholeNumber(field: string, given: unknown, least: number, most: number): number {
  if (typeof given === 'number' && Number.isInteger(given) && given >= least && given <= most) return given;
  throw new InvalidInput(
    `'${field}' must be a whole number from ${least} to ${most}, but is ${shown(given)}`,
    field,
  );
}

/** What the limits of a schedule's life mean; what is not set is not there. */
export interface LifePolicy {
  /** After so many planned runs the schedule ends. */
  readonly maxRuns?: number;
  /** After so many failed planned runs in a row the schedule is deactivated. */
  readonly pauseOnFailures?: number;
  readonly catchUp?: Exclude<CatchUpMode, 'default'>;
}

/** Returns what stored values mean. Throws InvalidInput for one that is refused. */
export function lifePolicyOf(stored: { readonly [Name in keyof LifePolicy]?: unknown }): LifePolicy {
  const { maxRuns = null, pauseOnFailures = null, catchUp = null } = stored;
  const mode = catchUp === null ? 'default' : catchUpSetting(catchUp);
  return {
    ...(maxRuns !== null && { maxRuns: maxRunsSetting(maxRuns) }),
    ...(pauseOnFailures !== null && { pauseOnFailures: pauseOnFailuresSetting(pauseOnFailures) }),
    ...(mode !== 'default' && { catchUp: mode }),
  };
}
