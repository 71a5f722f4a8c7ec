/**
 * All optional settings of a job or a schedule, as one value; a missing setting is not set. This is the only
 * place where a setting is declared, read from its stored text and merged. There is no setting yet
 * (schedule-extensions.md).
 */
export type RunPolicy = Readonly<Record<never, never>>;

/** The policy of a job or schedule without settings: one shared object, so that it takes no memory of its own. */
export const NO_POLICY: RunPolicy = Object.freeze({});

/**
 * Returns the policy that a stored text contains, NO_POLICY for null. Settings that this version does not know
 * are ignored: a newer replica on the same database may have stored them. Throws Error for a text that is not a
 * JSON object.
 */
export function parsePolicy(text: string | null): RunPolicy {
  if (text === null) return NO_POLICY;
  if (!isObject(parsed(text))) throw new Error('A stored policy must be the JSON text of an object.');
  return NO_POLICY;
}

/**
 * Returns the policy of a job's schedule: each setting of the schedule replaces the same setting of the job as a
 * whole.
 */
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
