import { wireText, wireTextOrNull } from '../../../core/instant.js';
import { durationText } from '../../../core/text/duration.js';
import { pageEnvelope, type Part } from '../../../http/page.js';
import type { CircuitQuery, ShownCircuit } from './breaker.reader.js';

/** Returns the list envelope of circuits. */
export function breakerPage({ total, results }: Part<ShownCircuit>, { jobId, page }: CircuitQuery) {
  const ofJob = jobId === undefined ? '' : `?jobId=${jobId}`;
  return pageEnvelope({ total, results: results.map(shown) }, page, `/scheduler/breakers${ofJob}`);
}

function shown({ since, nextProbeAt, holdForMs, ...circuit }: ShownCircuit) {
  const { origin, tenantId, state, failures, waiting } = circuit;
  return {
    ...{ origin, tenantId, state, failures, since: wireText(since) },
    nextProbeAt: wireTextOrNull(nextProbeAt),
    waiting,
    holdFor: holdForMs === null ? null : durationText(holdForMs),
  };
}
