import { Injectable } from '@nestjs/common';

/** How long before its time a run is marked at the latest, where marks take no time to speak of. */
const LEAST_MS = 10;
/** The same where marks are slow. Nobody can cancel a run that is marked, so that it is never more. */
const MOST_MS = 200;
/** A run may have to wait for the batch before its own. */
const BATCHES = 2;
/** What is left, after one more batch, of the memory of a slow one. */
const KEPT = 0.97;
/** How long before its mark a run is taken at the latest, and what else is due soon is taken with it. */
const TAKEN_EARLIER_MS = 5;
const TAKEN_WITH_IT_MS = 90;

/**
 * How early runs are taken and marked so that they are called on time: a mark is a write of the database, which takes
 * a few milliseconds where it is idle and some hundred where others keep it busy. It follows the slowest of the latest.
 */
@Injectable()
export class MarkLead {
  private slowestMs = 0;

  /** Notes how many milliseconds a batch of marks took. */
  observe(ms: number): void {
    this.slowestMs = Math.max(Math.min(ms, MOST_MS / BATCHES), this.slowestMs * KEPT);
  }

  /** How long before its time a run is marked at the latest. */
  get markedByMs(): number {
    return Math.min(MOST_MS, Math.max(LEAST_MS, BATCHES * this.slowestMs));
  }

  /** How long before its time a run is taken at the latest. */
  get takenByMs(): number {
    return this.markedByMs + TAKEN_EARLIER_MS;
  }

  /** How long before its time a run is taken at most: those that are due so soon share a statement. */
  get takenAheadMs(): number {
    return this.takenByMs + TAKEN_WITH_IT_MS;
  }
}
