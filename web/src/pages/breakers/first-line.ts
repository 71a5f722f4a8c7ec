import { MOST_CIRCUITS, type Circuit } from '../../api/breakers.js';
import { BREAKERS_WORDS as words } from '../../texts/breakers.js';
import { wireInstant } from '../../time.js';

/** Returns `2 endpoints are away: 1,204 runs wait; next probe in 40 s`. */
export function circuitsLine(circuits: readonly Circuit[], now: number): string {
  const open = circuits.filter(({ state }) => state === 'open');
  const waiting = (of: readonly Circuit[]) => of.reduce((sum, circuit) => sum + circuit.waiting, 0);
  if (circuits.length === 0) return words.none;
  if (open.length === 0) return words.back(circuits.length, waiting(circuits));
  return words.away({
    count: open.length,
    isMore: circuits.length === MOST_CIRCUITS,
    waiting: waiting(open),
    probeAt: soonest(open),
    now,
  });
}

/** Returns when the next probe comes; null where there are only probes under way. */
function soonest(open: readonly Circuit[]): number | null {
  const at = open.flatMap(({ nextProbeAt }) => (nextProbeAt === null ? [] : [wireInstant(nextProbeAt)]));
  return at.length === 0 ? null : Math.min(...at);
}
