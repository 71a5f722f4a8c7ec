/**
 * All optional settings of a job or a schedule, as one value; a setting that is not there is not set. The one place
 * where a setting is declared, read from its stored text and merged: there is none yet
 * (schedule-extensions.md).
 */
export type RunPolicy = Readonly<Record<never, never>>;

/** The policy of a job or schedule that has set nothing: one object, so that having none costs nothing. */
export const NO_POLICY: RunPolicy = Object.freeze({});

/**
 * Returns the policy that a stored text means, NO_POLICY for null. Settings that this version does not know are left
 * out: a newer replica over the same database may have stored them. Throws Error for a text that is not the
 * JSON of an object.
 */
export function parsePolicy(text: string | null): RunPolicy {
  if (text === null) return NO_POLICY;
  if (!isObject(parsed(text))) throw new Error('A stored policy must be the JSON text of an object.');
  return NO_POLICY;
}

/** Returns the policy of a job's schedule: what the schedule sets overrides the job's, each setting as a whole. */
export function mergePolicies(ofJob: RunPolicy, ofSchedule: RunPolicy): RunPolicy {
  if (ofSchedule === NO_POLICY) return ofJob;
  if (ofJob === NO_POLICY) return ofSchedule;
  return { ...ofJob, ...ofSchedule };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
