import { SECOND_MS } from './instant.js';

/** Beyond so many failures every pause is the longest one; the power stays a safe number. */
const MOST_DOUBLINGS = 30;

/** Returns the pause in milliseconds after so many failures in a row before this one: 1 s, 2 s, 4 s, ... up to the longest. */
export function backOffMs(failuresBefore: number, longestMs: number): number {
  return Math.min(longestMs, SECOND_MS * 2 ** Math.min(failuresBefore, MOST_DOUBLINGS));
}
