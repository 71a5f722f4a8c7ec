import type { Instant } from '../instant.js';
import type { RunState } from '../run-state.js';
import { oneOf } from './setting-values.js';

export const OVERLAPS = ['allow', 'skip', 'queue', 'cancel'] as const;

/** What happens to a firing that is due while an earlier run of its schedule has not ended. */
export type Overlap = (typeof OVERLAPS)[number];

/** Returns a value of `overlap` as it is stored. Throws InvalidInput. */
export function overlapSetting(given: unknown): Overlap {
  return oneOf('overlap', OVERLAPS, given);
}

/** Returns the policy of a stored value: none where runs may overlap, as without the setting. */
export function overlapOf(stored: unknown): { readonly overlap?: Exclude<Overlap, 'allow'> } {
  const overlap = overlapSetting(stored);
  return overlap === 'allow' ? {} : { overlap };
}

/** A run that has not ended, as it is stored. */
export interface OpenRunFact {
  readonly runId: string;
  readonly state: RunState;
  readonly plannedAt: Instant;
  /** When its 202 came, or the wait for any answer was given up. */
  readonly ackedAt: Instant | null;
}

/** A run that an other of its schedule meets, and until when it counts as running: Infinity where only its end says. */
export interface Running {
  readonly runId: string;
  readonly until: Instant;
}

/**
 * Returns until when a run that has not ended counts as running; null where it does not. A run that waits in the queue has not
 * begun. One that nobody answered may never end: it counts for the time limit of its call once more.
 */
export function runningUntil(
  { state, ackedAt }: Pick<OpenRunFact, 'state' | 'ackedAt'>,
  { now, timeoutMs }: { readonly now: Instant; readonly timeoutMs: number },
): Instant | null {
  switch (state) {
    case 'TRIGGERED':
    case 'ACK_RECVD':
    case 'RETRYING':
      return Infinity;
    case 'ACK_NOT_RECVD': {
      const until = (ackedAt ?? now) + timeoutMs;
      return until > now ? until : null;
    }
    default:
      return null;
  }
}
