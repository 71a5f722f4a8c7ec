import { Injectable } from '@nestjs/common';
import type { ClaimedRun } from '../../run-log/queue/claimed-run.js';
import { Claimer } from '../claimer.js';

/** Puts runs back that may not be called because their endpoint is away: those of a moment in one transaction. */
@Injectable()
export class HeldBack {
  private waiting: ClaimedRun[] = [];
  private next: Promise<void> | null = null;

  constructor(private readonly claimer: Claimer) {}

  /** Resolves once a run is back in the queue, or owed to it. */
  add(run: ClaimedRun): Promise<void> {
    this.waiting.push(run);
    this.next ??= new Promise<void>((resolve) => setImmediate(resolve)).then(() => {
      const runs = this.waiting;
      this.waiting = [];
      this.next = null;
      return this.claimer.holdBack(runs);
    });
    return this.next;
  }
}
