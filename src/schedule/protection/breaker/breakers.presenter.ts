import { HOUR_MS, MINUTE_MS, SECOND_MS, wireText } from '../../../core/instant.js';
import { pageEnvelope, type Page, type Part } from '../../../http/page.js';
import type { ShownCircuit } from './breaker.reader.js';

const UNITS = [
  { ms: HOUR_MS, name: 'hour' },
  { ms: MINUTE_MS, name: 'minute' },
  { ms: SECOND_MS, name: 'second' },
] as const;

/** Returns the list envelope of circuits. */
export function breakerPage({ total, results }: Part<ShownCircuit>, page: Page) {
  return pageEnvelope({ total, results: results.map(shown) }, page, '/scheduler/breakers');
}

function shown({ since, nextProbeAt, holdForMs, ...circuit }: ShownCircuit) {
  const { origin, tenantId, state, failures, waiting } = circuit;
  return {
    ...{ origin, tenantId, state, failures, since: wireText(since) },
    nextProbeAt: nextProbeAt === null ? null : wireText(nextProbeAt),
    waiting,
    holdFor: holdForMs === null ? null : durationText(holdForMs),
  };
}

/** Returns a duration in the largest unit of which it is a whole number. */
function durationText(ms: number): string {
  const unit = UNITS.find((each) => ms % each.ms === 0) ?? UNITS[2];
  const count = ms / unit.ms;
  return `${count} ${unit.name}${count === 1 ? '' : 's'}`;
}
