import { HOUR_MS, MINUTE_MS, SECOND_MS } from '../../../core/instant.js';

const UNITS = [
  ['hour', HOUR_MS],
  ['minute', MINUTE_MS],
  ['second', SECOND_MS],
] as const;

/** Returns what the log of a run says that was not called because its job's throttle kept it for too long. */
export function waitedText(holdForMs: number): string {
  return `Not called: it waited for ${wordsOf(holdForMs)} because of the 'throttle' of its job, and no run waits longer. Permit more calls, or plan fewer runs.`;
}

function wordsOf(ms: number): string {
  const [name, unitMs] = UNITS.find(([, each]) => ms >= each && ms % each === 0) ?? ['second', SECOND_MS];
  const count = Math.round(ms / unitMs);
  return `${count} ${name}${count === 1 ? '' : 's'}`;
}
