import { durationText } from '../../../core/text/duration.js';

/** Returns what the log of a run says that was not called because its job's throttle kept it for too long. */
export function waitedText(holdForMs: number): string {
  return `Not called: it waited for ${durationText(holdForMs)} because of the 'throttle' of its job, and no run waits longer. Permit more calls, or plan fewer runs.`;
}
