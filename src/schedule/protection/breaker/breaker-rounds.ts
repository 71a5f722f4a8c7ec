import { Injectable, type OnModuleInit } from '@nestjs/common';
import { SECOND_MS, type Instant } from '../../../core/instant.js';
import {
  isReleaseOver,
  placeAt,
  placesUntil,
  RELEASE_MS,
  roomOf,
  withoutProbe,
  withPlaces,
  closedCircuit,
} from '../../../core/protection/breaker.js';
import { Database } from '../../../database/database.js';
import type { Tx } from '../../../database/tx.js';
import { Chores } from '../../../replica/chores.js';
import { BreakerStore, type StoredCircuit } from './breaker.store.js';
import { BreakerWaitStore } from './breaker-wait.store.js';

/** How long before they are due runs are claimed, and so how early the next probe is chosen. */
export const CLAIMED_AHEAD_MS = 2 * SECOND_MS;
/** How far ahead places are given: so many runs are called as planned if the endpoint fails again at once. */
const RELEASED_AHEAD_MS = SECOND_MS;
/** How often a probe is looked after that brings no answer: it may have been canceled. */
const PROBE_LOOK_MS = 5 * SECOND_MS;
const RELEASE_LOOK_MS = 200;
/** After so long without an answer released runs are counted: some may have been canceled. */
const STALLED_MS = 5 * SECOND_MS;
const MOST_AT_ONCE = 20;
/** How often a replica looks for circuits that another one left. */
const LOOK_EVERY_MS = 15 * SECOND_MS;

/**
 * Chooses probes and releases what waits, in each round of dispatch of whichever replica comes first. While no circuit is open that
 * is a comparison of two numbers.
 */
@Injectable()
export class BreakerRounds implements OnModuleInit {
  /** The first round finds out what there is. */
  private earliestAt: Instant = Number.NEGATIVE_INFINITY;
  private sooner: () => void = () => undefined;

  constructor(
    private readonly database: Database,
    private readonly circuits: BreakerStore,
    private readonly waits: BreakerWaitStore,
    private readonly chores: Chores,
  ) {}

  onModuleInit(): void {
    const look = () => this.look();
    this.chores.register({ name: 'breaker-look', everyMs: LOOK_EVERY_MS, isForDispatch: true, run: look });
  }

  /** When a circuit is to be seen to, as far as this replica knows; Infinity where it knows of none. */
  get nextAt(): Instant {
    return this.earliestAt;
  }

  /** Sets who is told that a circuit is to be seen to sooner than was known. */
  listen(listener: () => void): void {
    this.sooner = listener;
  }

  /** Notes that a circuit is to be seen to at an instant. */
  expect(at: Instant | null): void {
    if (at === null || at >= this.earliestAt) return;
    this.earliestAt = at;
    this.sooner();
  }

  /** Sees to the circuits for which it is time. Returns whether that was so for any. */
  async attend(now: Instant): Promise<boolean> {
    if (this.earliestAt > now) return false;
    this.earliestAt = Infinity;
    let next = now; // a look that fails is made again
    try {
      next = await this.database.transaction((tx) => this.seeToDue(tx, now), 'upkeep');
    } finally {
      // What was noted meanwhile may not have been seen.
      this.earliestAt = Math.min(this.earliestAt, next);
    }
    return true;
  }

  private async seeToDue(tx: Tx, now: Instant): Promise<Instant> {
    const due = await this.circuits.lockDue(tx, now, MOST_AT_ONCE);
    const seen: StoredCircuit[] = [];
    for (const stored of due) seen.push(await this.seeTo(tx, stored, now));
    await this.circuits.save(tx, seen);
    return this.circuits.earliest(tx);
  }

  /** Lets others be the probes that these runs were: they wait for other runs of their schedules, which may take hours. */
  async leaveProbe(tx: Tx, ids: readonly string[], runIds: ReadonlySet<string>, now: Instant): Promise<void> {
    if (ids.length === 0) return;
    const left = [...(await this.circuits.lock(tx, ids)).values()]
      .filter(({ circuit }) => circuit.probeRun !== null && runIds.has(circuit.probeRun))
      .map((stored) => ({ ...stored, circuit: withoutProbe(stored.circuit), nextAt: now }));
    if (left.length === 0) return;
    await this.circuits.save(tx, left);
    tx.afterCommit(() => this.expect(now));
  }

  /** Looks for circuits that are to be seen to. */
  private async look(): Promise<void> {
    this.expect(await this.database.read((tx) => this.circuits.earliest(tx), 'upkeep'));
  }

  private seeTo(tx: Tx, stored: StoredCircuit, now: Instant): Promise<StoredCircuit> {
    switch (stored.circuit.state) {
      case 'closed':
        return Promise.resolve({ ...stored, nextAt: null });
      case 'open':
        return this.probe(tx, stored, now);
      case 'releasing':
        return this.release(tx, stored, now);
    }
  }

  /** Lets the run go that has waited longest; where none waits, the next firing is the probe. */
  private async probe(tx: Tx, stored: StoredCircuit, now: Instant): Promise<StoredCircuit> {
    const { probeRun, probeAt } = stored.circuit;
    const lookAt = now + PROBE_LOOK_MS;
    if (probeRun !== null && (await this.waits.isUnderWay(tx, probeRun)))
      return { ...stored, nextAt: lookAt };
    const at = Math.max(probeAt ?? now, now);
    const [oldest] = await this.waits.release(tx, stored.id, [at]);
    const circuit = withoutProbe(stored.circuit);
    if (oldest === undefined) return { ...stored, circuit, nextAt: null };
    return { ...stored, circuit: { ...circuit, probeRun: oldest }, nextAt: at + PROBE_LOOK_MS };
  }

  private async release(tx: Tx, stored: StoredCircuit, now: Instant): Promise<StoredCircuit> {
    const circuit = await this.counted(tx, stored, now);
    const { first, count } = placesUntil(circuit, now, now + RELEASED_AHEAD_MS);
    const instants = Array.from({ length: count }, (_, place) => placeAt(circuit.since, first + place));
    const released = count === 0 ? [] : await this.waits.release(tx, stored.id, instants);
    const next = withPlaces(circuit, { first, count: released.length });
    if (released.length === count) return { ...stored, circuit: next, nextAt: now + RELEASE_LOOK_MS };
    // Nothing waits any more.
    if (isReleaseOver(next, now)) return { ...stored, circuit: closedCircuit(now), nextAt: null };
    return { ...stored, circuit: next, nextAt: next.since + RELEASE_MS };
  }

  /** What was released and then canceled brings no answer: after a while it is counted what is still under way. */
  private async counted(tx: Tx, { circuit, tenancyId }: StoredCircuit, now: Instant) {
    if (roomOf(circuit) > 0 || now - circuit.movedAt < STALLED_MS) return circuit;
    const unanswered = Math.min(circuit.unanswered, await this.waits.countReleased(tx, tenancyId, now));
    return { ...circuit, unanswered, movedAt: now };
  }
}
