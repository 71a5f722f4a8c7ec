import type { Change, Instant } from './timeline.js';
import { windowOf, type Terms } from './terms.js';

/** A run on record, and when it was first called; null where it was not. */
export interface ChainLink {
  readonly plannedAtMs: number;
  readonly calledAtMs: number | null;
}

/** The instants of an interval, and how many runs its rule calls for that nobody planned, or forbids that somebody did. */
export interface Chain {
  readonly instants: readonly Instant[];
  readonly unplanned: number;
  readonly overplanned: number;
}

/**
 * Returns the instants of an interval schedule. They follow from actual starts, which only the service knows to the
 * millisecond: so they are taken from the record, and the record is held to the rule. The first instant lies between
 * the two ends of the change that switched it on, plus the interval where it was created; each further one is an
 * interval after the start of the one before, which is not before its planned instant and not after its call; and the
 * chain goes on until the schedule is switched off.
 */
export function chainOf(changes: readonly Change[], links: readonly ChainLink[], terms: Terms): Chain {
  const instants: Instant[] = [];
  let unplanned = 0;
  let overplanned = 0;
  const rest = [...links].sort((a, b) => a.plannedAtMs - b.plannedAtMs);
  changes.forEach(({ pattern, sentMs, answeredMs }, place) => {
    if (pattern?.kind !== 'interval') return;
    const next = changes[place + 1];
    const { everyMs } = pattern;
    const delayMs = place === 0 ? everyMs : 0;
    const offMs = next?.sentMs ?? Infinity;
    let expected = { fromMs: sentMs + delayMs, untilMs: answeredMs + delayMs };
    let upTo = rest.findIndex((link) => link.plannedAtMs > (next?.answeredMs ?? Infinity) + everyMs);
    if (upTo < 0) upTo = rest.length;
    for (const { plannedAtMs, calledAtMs } of rest.splice(0, upTo)) {
      if (plannedAtMs < expected.fromMs - terms.earlyMs) overplanned += 1;
      for (; plannedAtMs > expected.untilMs + terms.earlyMs; expected = later(expected, everyMs))
        unplanned += 1;
      instants.push({ atMs: plannedAtMs, isDue: windowOf(plannedAtMs, terms).untilMs < offMs });
      const startedMs = Math.max(plannedAtMs, calledAtMs ?? windowOf(plannedAtMs, terms).untilMs);
      expected = { fromMs: plannedAtMs + everyMs, untilMs: startedMs + everyMs };
    }
    for (; expected.untilMs + terms.latenessMs < offMs; expected = later(expected, everyMs)) unplanned += 1;
  });
  return { instants, unplanned, overplanned: overplanned + rest.length };
}

function later({ fromMs, untilMs }: { fromMs: number; untilMs: number }, everyMs: number) {
  return { fromMs: fromMs + everyMs, untilMs: untilMs + everyMs };
}
