import type { Instant } from '../instant.js';

/**
 * What keeps a run from its endpoint, stored as the place in this list: append only, never reorder. `ramp`: the endpoint is there
 * again, and the run has its instant among those that waited.
 */
export const HOLDS = ['throttle', 'breaker', 'ramp'] as const;
export type Hold = (typeof HOLDS)[number];

/** What the protection of an endpoint makes of a run that is due (schedule-extensions.md, "Protecting endpoints"). */
export type HoldVerdict =
  /** It goes back to the queue, is due again at `until`, and waits since `since`. */
  | { readonly kind: 'hold'; readonly by: Hold; readonly until: Instant; readonly since: Instant }
  /** It has waited too long and is skipped; `why` is the text for the run log. */
  | { readonly kind: 'skip'; readonly why: string }
  /** It has waited too long for an endpoint that is away, and has failed without a call. */
  | { readonly kind: 'fail'; readonly why: string };
