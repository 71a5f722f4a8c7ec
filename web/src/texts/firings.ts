import { counted } from '../time.js';
import { roughly } from '../duration.js';

/** The words beside the next firings of a schedule. */
export const FIRINGS = {
  next: (count: number) => (count === 1 ? 'The only firing' : `The next ${counted(count)} firings`),
  utc: 'UTC',
  local: (zone: string) => `Your time (${zone})`,
  dots: (count: number, firstMs: number, lastMs: number) =>
    count === 1
      ? `One firing, in ${roughly(firstMs)}`
      : `${counted(count)} firings, the first in ${roughly(firstMs)}, the last in ${roughly(lastMs)}`,
  now: 'now',
  in: (length: string) => `in ${length}`,
  away: 'From now',
} as const;
