/** What happens to a firing whose local time does not exist: it comes at the first instant after the gap, or not at all. */
export const GAP_RULES = ['after', 'skip'] as const;
export type GapRule = (typeof GAP_RULES)[number];

/** In which of its two occurrences a local time fires that comes twice. */
export const OVERLAP_RULES = ['first', 'last', 'both'] as const;
export type OverlapRule = (typeof OVERLAP_RULES)[number];

/** What happens to firings where the clocks of a zone change. */
export interface Dst {
  readonly gap: GapRule;
  readonly overlap: OverlapRule;
}

/** What counts where a schedule says nothing else (schedule-extensions.md, "Time zone of a schedule"). */
export const DEFAULT_DST: Dst = Object.freeze({ gap: 'after', overlap: 'first' });

/** The zone in whose local time a pattern is read. `zone` is its name as it is stored (`zoneName`). */
export interface ZoneRule extends Dst {
  readonly zone: string;
}
