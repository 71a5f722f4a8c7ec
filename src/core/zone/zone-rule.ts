/** What happens to a firing whose local time does not exist: it comes at the first instant after the gap, or not at all. */
export type GapRule = 'after' | 'skip';

/** In which of its two occurrences a local time fires that comes twice. */
export type OverlapRule = 'first' | 'last' | 'both';

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
