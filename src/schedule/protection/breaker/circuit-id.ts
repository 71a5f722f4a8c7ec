import { createHash } from 'node:crypto';
import { BoundedMap } from '../../../core/bounded-map.js';
import type { RunPolicy } from '../../../core/policy/run-policy.js';
import { uuidFromBytes } from '../../../database/columns.js';
import type { ActionKind } from '../../../database/entities/job.row.js';

/** What a circuit is for, and the id that this makes: whoever has a run knows its circuit without a look. */
export interface CircuitKey {
  readonly id: string;
  readonly tenancyId: number;
  /** Scheme, host and port. */
  readonly origin: string;
}

/** What of a run says which circuit is its own. */
export interface ProtectedRun {
  readonly tenancyId: number;
  readonly policy: RunPolicy | null;
  readonly job: { readonly kind: ActionKind; readonly action: string };
}

const MOST_KNOWN = 10_000;
const known = new BoundedMap<CircuitKey>(MOST_KNOWN);

/** Returns whether the endpoint of a run is protected. Asked for every run, so it only looks at the settings. */
export function isProtected({ policy, job }: Pick<ProtectedRun, 'policy' | 'job'>): boolean {
  return policy?.breaker === true && job.kind === 'http';
}

/** Returns the circuit of a run or a job whose endpoint is protected; null for an action that is no URL, which is never called. */
export function circuitOf({ tenancyId, job: { action } }: Omit<ProtectedRun, 'policy'>): CircuitKey | null {
  const name = `${tenancyId} ${action}`;
  const found = known.get(name);
  if (found !== null) return found;
  const origin = URL.parse(action)?.origin;
  if (origin === undefined) return null;
  const hash = createHash('sha256').update(`${tenancyId} ${origin}`).digest();
  const key = { id: uuidFromBytes(hash.subarray(0, 16)), tenancyId, origin };
  known.set(name, key);
  return key;
}
