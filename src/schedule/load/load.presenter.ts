import { durationText } from '../../core/text/duration.js';
import type { Load } from './load.service.js';

/** Returns the load as it is sent. */
export function loadOf({ from, stepMs, counts }: Load) {
  return { from: new Date(from).toISOString(), step: durationText(stepMs), counts };
}
