import { DAY_MINUTES, HOUR_MS, MINUTE_MS } from '../../pictures/heat-shape.js';

/** How far from the fullest minute a quiet one is looked for, and how many are named. */
const NEAR = 15;
const NAMED = 3;

/** A minute and how many runs are planned in it. */
export interface Minute {
  readonly at: number;
  readonly count: number;
}

/** What the page says of the minutes that it shows. */
export interface Plan {
  readonly total: number;
  /** The first of the minutes with the most runs; null where nothing is planned. */
  readonly fullest: Minute | null;
  /** How many minutes have as many runs as that one. */
  readonly asFull: number;
  /** Minutes beside the fullest that have much fewer runs, the nearest first. */
  readonly quiet: readonly Minute[];
}

/** Returns the span that the page shows at an instant: 24 hours from the beginning of the present one. */
export function spanAt(now: number): { readonly from: number; readonly to: number } {
  const from = now - (now % HOUR_MS);
  return { from, to: from + DAY_MINUTES * MINUTE_MS };
}

export function planOf(from: number, counts: readonly number[], now: number): Plan {
  const most = Math.max(0, ...counts);
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (most === 0) return { total, fullest: null, asFull: 0, quiet: [] };
  const place = counts.indexOf(most);
  const at = (of: number) => from + of * MINUTE_MS;
  return {
    total,
    fullest: { at: at(place), count: most },
    asFull: counts.filter((count) => count === most).length,
    quiet: quietPlaces(counts, place, Math.ceil((now - from) / MINUTE_MS)).map((of) => ({
      at: at(of),
      count: counts[of] ?? 0,
    })),
  };
}

/** The quietest places near a full one: those with a quarter of its runs at most, none before the first that is still to come. */
function quietPlaces(counts: readonly number[], full: number, first: number): number[] {
  const most = counts[full] ?? 0;
  // One run more or less is no crowd.
  if (most < 4) return [];
  const near = Array.from({ length: 2 * NEAR + 1 }, (_, step) => full - NEAR + step);
  const distance = (place: number) => Math.abs(place - full);
  return near
    .filter((place) => place >= first && place < counts.length && (counts[place] ?? 0) <= most / 4)
    .sort((one, other) => (counts[one] ?? 0) - (counts[other] ?? 0) || distance(one) - distance(other))
    .slice(0, NAMED)
    .sort((one, other) => one - other);
}
