import { SECOND_MS, type Instant } from '../instant.js';
import { holdForMsOf } from './hold-for.js';
import type { RunPolicy } from '../policy/run-policy.js';
import type { ThrottlePolicy } from '../policy/throttle.js';
import { Pace } from './pace.js';

/**
 * What a throttled run waits for, stored as the place in this list: append only, never reorder. A place among the open calls; its turn;
 * a slot, which it has; or the end of its wait, because no turn comes before it.
 */
export const WAITS_FOR = ['place', 'turn', 'slot', 'end'] as const;
export type WaitsFor = (typeof WAITS_FOR)[number];

/** A wait in the queue: since when, for what, and when that comes; null where nobody knows. */
export interface Wait {
  readonly since: Instant;
  readonly for: WaitsFor;
  readonly until: Instant | null;
}

/** A run that asks whether it may be called. */
export interface Asking {
  readonly dueAt: Instant;
  /** How it has waited up to now; null where it has not. */
  readonly wait: Wait | null;
}

export type ThrottleAnswer =
  { readonly kind: 'go' } | ({ readonly kind: 'wait' } & Wait) | { readonly kind: 'over' };

/** What is known of a throttled job at a claim. */
export interface ThrottleFacts {
  readonly policy: Pick<RunPolicy, 'holdForMs'> & { readonly throttle: ThrottlePolicy };
  /** The pace as it is stored; empty where none is. */
  readonly pace: string;
  /** How many calls are open, or about to be. */
  readonly open: number;
  /** How many runs wait for a place that do not ask now, and whether any waits for anything. */
  readonly waitForPlace: number;
  readonly isAnyWaiting: boolean;
  readonly now: Instant;
}

/** A run whose turn has passed for so long was kept by a standstill: all that were must not be called at once. */
const LATE_MS = 2 * SECOND_MS;
const GO: ThrottleAnswer = { kind: 'go' };
const OVER: ThrottleAnswer = { kind: 'over' };

/**
 * Decides which runs of a throttled job may be called, one after the other: those that have waited longest come first. The place comes
 * before the turn, so that nobody has a turn that cannot use it.
 */
export class ThrottleLine {
  private readonly pace: Pace | null;
  private readonly holdForMs: number;
  private readonly concurrency: number;
  private open: number;

  constructor(private readonly facts: ThrottleFacts) {
    const { throttle } = facts.policy;
    this.holdForMs = holdForMsOf(facts.policy);
    this.concurrency = throttle.concurrency ?? Infinity;
    this.open = facts.open;
    this.pace = throttle.rate === undefined ? null : new Pace(throttle.rate, facts.pace);
    this.pace?.tidy(facts.now, { isAnyWaiting: facts.isAnyWaiting, mostMs: this.holdForMs });
  }

  ask(run: Asking): ThrottleAnswer {
    const answer = this.answer(run);
    if (answer.kind === 'go') this.open += 1;
    return answer;
  }

  /** Returns the text of the pace to store; null where it has not changed. */
  toStore(): string | null {
    return this.pace?.toStore() ?? null;
  }

  private answer({ dueAt, wait }: Asking): ThrottleAnswer {
    const at = Math.max(this.facts.now, dueAt);
    const since = wait?.since ?? at;
    const latest = since + this.holdForMs;
    // It came back because of another run of its schedule.
    if (wait !== null && wait.until !== null && wait.until > at) return { kind: 'wait', ...wait };
    if (at > latest + LATE_MS) return OVER;
    if (this.placesFor(wait) <= 0) return waitOr(at, { since, for: 'place', until: null }, latest);
    if (this.pace === null) return GO;
    const turn = wait === null || wait.until === null ? null : { for: wait.for, at: wait.until };
    if (turn === null) return this.inLine(this.pace, { at, since, latest });
    return this.atTurn(this.pace, turn, { at, since, latest });
  }

  /** Who has waited before comes before who has not. */
  private placesFor(wait: Wait | null): number {
    return this.concurrency - this.open - (wait === null ? this.facts.waitForPlace : 0);
  }

  private inLine(pace: Pace, { at, since, latest }: Moment): ThrottleAnswer {
    if (!pace.hasLine(at) && pace.takeAt(at)) return GO;
    const until = pace.turn(at, latest);
    if (until === null) return waitOr(at, { since, for: 'end', until: null }, latest);
    return { kind: 'wait', since, for: 'turn', until };
  }

  private atTurn(
    pace: Pace,
    turn: { readonly for: WaitsFor; readonly at: Instant },
    { at, since, latest }: Moment,
  ): ThrottleAnswer {
    const lateMs = this.facts.now - turn.at;
    if (turn.for === 'slot' && lateMs <= pace.graceMs) return GO;
    if (lateMs <= LATE_MS && pace.takeAt(at)) return GO;
    const until = pace.slot(at, latest);
    if (until === null) return waitOr(at, { since, for: 'end', until: null }, latest);
    return until <= at ? GO : { kind: 'wait', since, for: 'slot', until };
  }
}

interface Moment {
  readonly at: Instant;
  readonly since: Instant;
  readonly latest: Instant;
}

function waitOr(at: Instant, wait: Wait, latest: Instant): ThrottleAnswer {
  return at >= latest ? OVER : { kind: 'wait', ...wait };
}

/** Returns when a run that waits is asked about again at the latest. */
export function askedAgainAt({ since, until }: Wait, policy: Pick<RunPolicy, 'holdForMs'>): Instant {
  return until ?? since + holdForMsOf(policy);
}
