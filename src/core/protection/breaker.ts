import type { ActionOutcome } from '../action-outcome.js';
import { MINUTE_MS, SECOND_MS, type Instant } from '../instant.js';
import { failedCallOf } from '../policy/retry.js';

/** How a circuit stands, stored as the place in this list: append only, never reorder. */
export const CIRCUIT_STATES = ['closed', 'open', 'releasing'] as const;
export type CircuitState = (typeof CIRCUIT_STATES)[number];

/** So many failures in a row open a circuit. */
export const FAILURES_TO_OPEN = 10;
const FIRST_PROBE_MS = 5 * SECOND_MS;
const LONGEST_PROBE_MS = 5 * MINUTE_MS;
/** For how long the pace is limited after a success: then it would be 65,536 calls a second. */
export const RELEASE_MS = 16 * SECOND_MS;
const FASTEST_DOUBLINGS = 16;
/** So many released runs may be without an answer at a time: beyond that the endpoint sets the pace, or this service does. */
const MOST_UNANSWERED = 2_000;
const FIRST_UNANSWERED = 16;

/** What a call says about its endpoint: `none` where it says nothing. */
export type Sign = 'failed' | 'answered' | 'none';

/** What is known of the endpoints of one origin, for one tenancy (schedule-extensions.md, "Protecting endpoints"). */
export interface Circuit {
  readonly state: CircuitState;
  /** How many calls have failed in a row. */
  readonly failures: number;
  /** Since when it stands so. */
  readonly since: Instant;
  /** How many probes have failed since it opened. */
  readonly probes: number;
  /** When the next probe is due; null where it is not open. */
  readonly probeAt: Instant | null;
  /** The run that is let go as the probe; null where none is. */
  readonly probeRun: string | null;
  /** The next place in the order of release. */
  readonly place: number;
  /** How many released runs have brought no answer yet. */
  readonly unanswered: number;
  /** How many calls were answered since the release began. */
  readonly answered: number;
  /** When the last sign came. */
  readonly movedAt: Instant;
}

/** Returns a circuit of which nothing bad is known. */
export function closedCircuit(now: Instant): Circuit {
  const release = { place: 0, unanswered: 0, answered: 0 };
  const open = { probes: 0, probeAt: null, probeRun: null };
  return { state: 'closed', failures: 0, since: now, movedAt: now, ...open, ...release };
}

/** Returns whether a circuit is as if nothing had ever failed. */
export function isSound({ state, failures }: Circuit): boolean {
  return state === 'closed' && failures === 0;
}

/**
 * Returns what a call says about its endpoint: no connection, no answer in time and 5xx are failures, any other answer is none.
 * What was not sent because of this service or of its outbound guard says nothing.
 */
export function signOf(outcome: ActionOutcome): Sign {
  const cause = failedCallOf(outcome)?.cause;
  if (cause === 'connect' || cause === 'timeout' || cause === '5xx') return 'failed';
  return outcome.kind === 'answered' ? 'answered' : 'none';
}

/**
 * Returns a circuit after a call. While it is open only the probe counts: other answers are those of calls that were being sent
 * when it opened, and may be older than its failures.
 */
export function afterCall(
  circuit: Circuit,
  { sign, isProbe }: { readonly sign: Sign; readonly isProbe: boolean },
  now: Instant,
): Circuit {
  switch (circuit.state) {
    case 'closed':
      return counted(circuit, sign, now);
    case 'open':
      return isProbe ? probed(circuit, sign, now) : circuit;
    case 'releasing': {
      const unanswered = Math.max(0, circuit.unanswered - 1);
      const answered = circuit.answered + (sign === 'answered' ? 1 : 0);
      return counted({ ...circuit, unanswered, answered }, sign, now);
    }
  }
}

function counted(circuit: Circuit, sign: Sign, now: Instant): Circuit {
  if (sign === 'none') return { ...circuit, movedAt: now };
  if (sign === 'answered') return { ...circuit, failures: 0, movedAt: now };
  const failures = circuit.failures + 1;
  if (failures < FAILURES_TO_OPEN) return { ...circuit, failures, movedAt: now };
  return { ...closedCircuit(now), state: 'open', failures, probeAt: now + probeDelayMs(0) };
}

function probed(circuit: Circuit, sign: Sign, now: Instant): Circuit {
  if (sign === 'answered') return { ...closedCircuit(now), state: 'releasing' };
  const hasFailed = sign === 'failed' ? 1 : 0;
  const probes = circuit.probes + hasFailed;
  const failures = circuit.failures + hasFailed;
  return { ...withoutProbe(circuit), probes, failures, probeAt: now + probeDelayMs(probes), movedAt: now };
}

/** Returns an open circuit whose probe is gone without an answer: another run takes its place. */
export function withoutProbe(circuit: Circuit): Circuit {
  return { ...circuit, probeRun: null };
}

/** Returns how long after the opening, or after a probe that failed, the next probe follows. */
export function probeDelayMs(probes: number): number {
  return Math.min(LONGEST_PROBE_MS, FIRST_PROBE_MS * 2 ** probes);
}

/** Returns the instant of a place in the order of release: one in the first second, twice as many in each that follows. */
export function placeAt(begunAt: Instant, place: number): Instant {
  const doublings = Math.min(FASTEST_DOUBLINGS, Math.floor(Math.log2(place + 1)));
  const inSecond = 2 ** doublings;
  return begunAt + Math.floor(SECOND_MS * (doublings + (place + 1 - inSecond) / inSecond));
}

/** Returns the first place that is not before an instant. Places that nobody took lapse: the pace is never made up for. */
export function firstPlaceFrom(begunAt: Instant, at: Instant): number {
  const seconds = Math.max(0, at - begunAt) / SECOND_MS;
  const doublings = Math.min(FASTEST_DOUBLINGS, Math.floor(seconds));
  const inSecond = 2 ** doublings;
  const place = inSecond - 1 + Math.floor((seconds - doublings) * inSecond);
  return placeAt(begunAt, place) < at ? place + 1 : place;
}

/** Returns how many more runs may be released before more are answered. */
export function roomOf({ unanswered, answered }: Circuit): number {
  return Math.max(0, Math.min(MOST_UNANSWERED, FIRST_UNANSWERED + answered) - unanswered);
}

/** The places of a release step: those from `first` on, so many. */
export interface Places {
  readonly first: number;
  readonly count: number;
}

/** Returns the places that may be given now to runs that wait: those up to an instant, as far as there is room. */
export function placesUntil(circuit: Circuit, now: Instant, until: Instant): Places {
  const first = Math.max(circuit.place, firstPlaceFrom(circuit.since, now));
  const past = firstPlaceFrom(circuit.since, until + 1);
  return { first, count: Math.min(roomOf(circuit), Math.max(0, past - first)) };
}

/** Returns the next place of one run that is due then, and the circuit that has given it; null where there is no room. */
export function nextPlace(
  circuit: Circuit,
  dueAt: Instant,
): { readonly at: Instant; readonly circuit: Circuit } | null {
  if (roomOf(circuit) === 0) return null;
  const place = Math.max(circuit.place, firstPlaceFrom(circuit.since, dueAt));
  return { at: placeAt(circuit.since, place), circuit: withPlaces(circuit, { first: place, count: 1 }) };
}

/** Returns a circuit that has given places to runs. */
export function withPlaces(circuit: Circuit, { first, count }: Places): Circuit {
  if (count === 0) return circuit;
  return { ...circuit, place: first + count, unanswered: circuit.unanswered + count };
}

/** Returns whether a release is over once nothing waits for it any more. */
export function isReleaseOver({ since }: Circuit, now: Instant): boolean {
  return now >= since + RELEASE_MS;
}
