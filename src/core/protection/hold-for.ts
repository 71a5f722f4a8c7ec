import { MINUTE_MS } from '../instant.js';

/** How long a firing waits at most for its protected endpoint where its job does not say it (schedule-extensions.md, "Nothing piles up"). */
export const USUAL_HOLD_FOR_MS = 15 * MINUTE_MS;

/** Returns for how many milliseconds a firing waits at most. */
export function holdForMsOf({ holdForMs = USUAL_HOLD_FOR_MS }: { readonly holdForMs?: number }): number {
  return holdForMs;
}
