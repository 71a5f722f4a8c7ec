import type { Instant } from '../instant.js';
import type { Overlap, Running } from '../policy/overlap.js';

/** What happens to a firing that meets an earlier run of its schedule; null where it meets none. */
export type OverlapVerdict =
  /** The runs of its schedule that have not ended are canceled, and it is called. */
  | { readonly kind: 'cancel' }
  | { readonly kind: 'skip'; readonly why: string }
  /** `isSettled` says that it was due and waits for the other: it takes the place of who waited before. */
  | { readonly kind: 'wait'; readonly until: Instant; readonly isSettled: boolean };

/** How often a run that waits for another looks again by itself, should its end have been missed. */
export const LOOK_AGAIN_MS = 30_000;

/** What a firing meets. */
export interface Meeting {
  readonly overlap: Exclude<Overlap, 'allow'>;
  /** The run of its schedule that has not ended; null where there is none. */
  readonly running: Running | null;
  readonly dueAt: Instant;
  readonly now: Instant;
}

/**
 * Returns what happens to a firing (schedule-extensions.md, "Overlap"). Runs are claimed a moment before their time, and the other
 * may have ended by then: nothing is decided before the run is due.
 */
export function overlapVerdict({ overlap, running, dueAt, now }: Meeting): OverlapVerdict | null {
  if (running === null) return null;
  if (now < dueAt) return { kind: 'wait', until: dueAt, isSettled: false };
  switch (overlap) {
    case 'skip':
      return { kind: 'skip', why: skippedText(running.runId) };
    case 'queue':
      return { kind: 'wait', until: Math.min(now + LOOK_AGAIN_MS, running.until), isSettled: true };
    case 'cancel':
      return { kind: 'cancel' };
  }
}

/** What the log of a run says that was not called because of another. */
function skippedText(runId: string): string {
  return `Not called: run ${runId} of this schedule had not ended ('overlap' is 'skip').`;
}

/** What the log of a run says that waited until a newer one was due. */
export function replacedText(runId: string): string {
  return `Not called: while it waited, the newer run ${runId} of this schedule took its place.`;
}

/** What the log of a run says that was ended because the next one was due. */
export const CANCELED_TEXT = 'canceled by the next run';
/** What the log of a run says that waited for another when its schedule or job left it out: nothing has failed. */
export const LEFT_OUT_TEXT = 'Not called: its schedule or job was switched off, or changed, while it waited.';
