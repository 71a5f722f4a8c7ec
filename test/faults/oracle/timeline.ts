import { windowOf, type Terms } from './terms.js';

/** Every so many seconds on the minute's grid, some seconds after it: what the cron of `cronOf` says. */
export interface Every {
  readonly kind: 'cron';
  readonly everyS: 1 | 2 | 3 | 4 | 5 | 6;
  readonly offsetS: number;
}

/** So many milliseconds after the actual start of the run before. */
export interface Repeat {
  readonly kind: 'interval';
  readonly everyMs: number;
}

/**
 * What a schedule was changed to, and between which instants that took effect: when the request was sent, and when
 * its success was known. Null is switched off or deleted. The first change is the creation.
 */
export interface Change {
  readonly sentMs: number;
  readonly answeredMs: number;
  readonly pattern: Every | Repeat | null;
}

/** An instant that a schedule is planned for. */
export interface Instant {
  readonly atMs: number;
  /** Whether it must be called; one in the moment of a change may be called or not. */
  readonly isDue: boolean;
}

/** Runs are claimed so much ahead of their time, and an edited schedule keeps what is claimed. */
const CLAIMED_AHEAD_MS = 2_000;

/** Returns the cron expression of a pattern, in the service's format of seven fields. */
export function cronOf({ everyS, offsetS }: Every): string {
  return `* * * * * * ${offsetS}:59/${everyS}`;
}

/**
 * Returns the instants of a schedule whose patterns are all of the calendar, from its changes alone. Due is what lies
 * between two changes. In the moment of a change, and for as long afterwards as the old plan may be claimed ahead (a
 * new schedule has none), the instants of both patterns may be called. What may be called late because of a fault may also be dropped by a
 * change that switches the schedule off meanwhile.
 */
export function instantsOf(changes: readonly Change[], terms: Terms): Instant[] {
  const instants = new Map<number, boolean>();
  changes.forEach(({ pattern, sentMs, answeredMs }, place) => {
    if (pattern?.kind !== 'cron') return;
    const [next, ...later] = changes.slice(place + 1);
    const off = [next, ...later].find((change) => change?.pattern === null);
    const settledMs = answeredMs + (place === 0 ? 0 : CLAIMED_AHEAD_MS) + terms.earlyMs;
    const goneMs = (next?.answeredMs ?? sentMs) + CLAIMED_AHEAD_MS + terms.earlyMs;
    for (const atMs of grid(pattern, sentMs - terms.earlyMs, goneMs)) {
      const isDue = atMs > settledMs && next !== undefined && survives(atMs, { next, off }, terms);
      instants.set(atMs, isDue || (instants.get(atMs) ?? false));
    }
  });
  return [...instants].map(([atMs, isDue]) => ({ atMs, isDue })).sort((a, b) => a.atMs - b.atMs);
}

/** What waits while it is edited is dropped, too, where it is switched off before it can be called. */
function survives(
  atMs: number,
  { next, off }: { readonly next: Change; readonly off: Change | undefined },
  terms: Terms,
): boolean {
  const isCalledBefore = (change: Change) => windowOf(atMs, terms).untilMs < change.sentMs;
  return (next === off || atMs < next.sentMs - terms.earlyMs) && (off === undefined || isCalledBefore(off));
}

function* grid({ everyS, offsetS }: Every, fromMs: number, untilMs: number): Generator<number> {
  const stepMs = everyS * 1_000;
  const first = Math.ceil((fromMs - offsetS * 1_000) / stepMs) * stepMs + offsetS * 1_000;
  for (let atMs = first; atMs <= untilMs; atMs += stepMs) yield atMs;
}
