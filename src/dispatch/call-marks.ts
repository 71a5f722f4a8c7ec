import { Injectable, Logger } from '@nestjs/common';
import { Clock } from '../core/clock.js';
import type { Instant } from '../core/instant.js';
import { logUnlessUnavailable } from '../database/connection/availability.js';
import type { ClaimedRun } from '../run-log/queue/claimed-run.js';
import { Claimer } from './claimer.js';

/** How long before its time a run is marked at the latest, so that the mark does not delay the call. */
const MARK_LEAD_MS = 10;
const MOST_PER_BATCH = 500;

/** Whether a run may be called: yes; no, because it is gone; or unknown, because the database could not be asked. */
export type MarkAnswer = 'call' | 'gone' | 'unknown';

interface Waiting {
  readonly run: ClaimedRun;
  readonly answer: (answer: MarkAnswer) => void;
}

/**
 * Marks runs as called right before their requests are sent, many in one statement: until then a run is SCHEDULED for
 * everybody, on every replica and after a crash, and whoever cancels it first has it. One batch is written at a time, and
 * meanwhile the next one is collected.
 */
@Injectable()
export class CallMarks {
  private readonly log = new Logger(CallMarks.name);
  private readonly waiting: Waiting[] = [];
  private isWriting = false;
  private timer: NodeJS.Timeout | undefined;
  private timerAt: Instant = Infinity;
  private immediate: NodeJS.Immediate | undefined;

  constructor(
    private readonly claimer: Claimer,
    private readonly clock: Clock,
  ) {}

  /** Resolves once a run is marked, or is known not to be this replica's any more. */
  mark(run: ClaimedRun): Promise<MarkAnswer> {
    return new Promise((answer) => {
      this.waiting.push({ run, answer });
      this.writeAt(run.dueAt - MARK_LEAD_MS);
    });
  }

  /** Sees to it that what waits is written by an instant, and at once where that has come. */
  private writeAt(at: Instant): void {
    const ms = at - this.clock.now();
    if (ms <= 0 || this.waiting.length >= MOST_PER_BATCH) {
      this.immediate ??= setImmediate(() => this.write());
    } else if (at < this.timerAt) {
      clearTimeout(this.timer);
      this.timerAt = at;
      this.timer = setTimeout(() => this.write(), ms);
    }
  }

  private write(): void {
    clearTimeout(this.timer);
    clearImmediate(this.immediate);
    this.timer = this.immediate = undefined;
    this.timerAt = Infinity;
    if (this.isWriting || this.waiting.length === 0) return;
    this.isWriting = true;
    void this.writeBatch(this.waiting.splice(0, MOST_PER_BATCH)).finally(() => {
      this.isWriting = false;
      this.write();
    });
  }

  private async writeBatch(batch: readonly Waiting[]): Promise<void> {
    try {
      const marked = await this.claimer.markCalled(
        batch.map(({ run }) => run),
        this.clock.now(),
      );
      for (const { run, answer } of batch) answer(marked.has(run.runId) ? 'call' : 'gone');
    } catch (error) {
      logUnlessUnavailable(error, (reason) =>
        this.log.error(`${batch.length} runs could not be marked as called, trying again: ${reason}`),
      );
      for (const { answer } of batch) answer('unknown');
    }
  }
}
