import { BoundedMap } from '../bounded-map.js';
import type { ZoneRule } from '../zone/zone-rule.js';
import { breakerOf } from './breaker.js';
import { cancelActionSetting } from './cancel-action.js';
import { lifePolicyOf, type LifePolicy } from './life-settings.js';
import { overlapOf, type Overlap } from './overlap.js';
import { repeatAfterOf } from './repeat-after.js';
import { retryPolicyOf, type RetryPolicy } from './retry.js';
import { readSettings, type Settings } from './settings.js';
import { spreadMsOf } from './spread.js';
import { throttlePolicyOf, type ThrottlePolicy } from './throttle.js';
import { timeoutMsOf } from './timeout.js';
import { zoneRuleOf } from './zone-settings.js';

/** What the optional settings of a job or a schedule mean; what is not set is not there (schedule-extensions.md). */
export interface RunPolicy extends LifePolicy {
  /** The zone in which the pattern's fields are local; none is UTC. Only a schedule has one. */
  readonly zone?: ZoneRule;
  readonly retry?: RetryPolicy;
  /** How long a call may take. Only a job says so. */
  readonly timeoutMs?: number;
  /** How often, and how often at a time, the endpoint is called at most. Only a job says so. */
  readonly throttle?: ThrottlePolicy;
  /** What happens to a firing that meets an earlier run; none where both run. */
  readonly overlap?: Exclude<Overlap, 'allow'>;
  /** Whether the interval counts from the end of the run before. */
  readonly repeatsAfterEnd?: true;
  /** How much later than its instant a firing may be due. */
  readonly spreadMs?: number;
  /** Where the application is told of an acknowledged run that the next one has canceled. */
  readonly cancelAction?: string;
  /** How long a firing waits at most for its protected endpoint; the usual time where it is not there (core/protection/hold-for). */
  readonly holdForMs?: number;
  /** Whether firings wait while the endpoint is away (core/protection/breaker). */
  readonly breaker?: true;
}

/** The policy of a job or schedule without settings: one shared object, so that it takes no memory of its own. */
export const NO_POLICY: RunPolicy = Object.freeze({});

/** A schedule in this zone runs as one without a zone. */
const UTC = 'UTC';
const MOST_PARSED = 10_000;
/** Thousands of schedules have the same few settings, and each claim asks what they mean. */
const parsed = new BoundedMap<RunPolicy>(MOST_PARSED);

/**
 * Returns the policy that a stored text contains, NO_POLICY for null. Settings that this version does not know
 * are ignored: a newer replica on the same database may have stored them. Throws Error for a text that is not a
 * JSON object, and InvalidInput for a value that this version refuses.
 */
export function parsePolicy(text: string | null): RunPolicy {
  if (text === null) return NO_POLICY;
  const known = parsed.get(text);
  if (known !== null) return known;
  const policy = policyOf(readSettings(text));
  parsed.set(text, policy);
  return policy;
}

/** Returns what settings mean. Throws InvalidInput for a value that is refused. */
export function policyOf(settings: Settings): RunPolicy {
  const { timeZone = null, dst = null } = settings;
  const { overlap = null, repeatAfter = null, cancelAction = null, spread = null } = settings;
  const isElsewhere = timeZone !== null && timeZone !== UTC;
  const policy: RunPolicy = {
    ...(isElsewhere && { zone: zoneRuleOf(timeZone, dst) }),
    ...lifePolicyOf(settings),
    ...callPolicyOf(settings),
    ...(overlap !== null && overlapOf(overlap)),
    ...(repeatAfter !== null && repeatAfterOf(repeatAfter)),
    ...(spread !== null && { spreadMs: spreadMsOf(spread) }),
    ...(cancelAction !== null && { cancelAction: cancelActionSetting(cancelAction) }),
  };
  return Object.keys(policy).length === 0 ? NO_POLICY : policy;
}

/** Returns what settings say about calls and their endpoint. */
function callPolicyOf({
  retry = null,
  timeout = null,
  throttle = null,
  breaker = null,
}: Settings): RunPolicy {
  return {
    ...(retry !== null && { retry: retryPolicyOf(retry) }),
    ...(timeout !== null && { timeoutMs: timeoutMsOf(timeout) }),
    ...(throttle !== null && { throttle: throttlePolicyOf(throttle) }),
    ...(breaker !== null && breakerOf(breaker)),
  };
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

/**
 * Returns the settings of a job's schedule, null where a stored text cannot be read: that stops this schedule and
 * no other.
 */
export function storedPolicy(ofJob: string | null, ofSchedule: string | null): RunPolicy | null {
  if (ofJob === null && ofSchedule === null) return NO_POLICY;
  try {
    return mergePolicies(parsePolicy(ofJob), parsePolicy(ofSchedule));
  } catch {
    return null;
  }
}
