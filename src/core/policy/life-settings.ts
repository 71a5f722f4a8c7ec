import { refusedValue, wholeNumber } from './setting-values.js';

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
  return wholeNumber('maxRuns', [1, MOST_RUNS], given);
}

/** Returns after how many failed runs in a row a schedule is deactivated. Throws InvalidInput. */
export function pauseOnFailuresSetting(given: unknown): number {
  return wholeNumber('pauseOnFailures', [LEAST_FAILURES, MOST_FAILURES], given);
}

/** Returns what happens to missed runs. Throws InvalidInput. */
export function catchUpSetting(given: unknown): CatchUpMode {
  const mode = CATCH_UPS.find((each) => each === given);
  if (mode !== undefined) return mode;
  throw refusedValue('catchUp', `one of ${CATCH_UPS.map((each) => `'${each}'`).join(', ')}`, given);
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
