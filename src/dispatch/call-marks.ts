import { Injectable, Logger } from '@nestjs/common';
import { Clock } from '../core/clock.js';
import type { Instant } from '../core/instant.js';
import { logUnlessUnavailable } from '../database/connection/availability.js';
import type { ClaimedRun } from '../run-log/queue/claimed-run.js';
import { BreakerGuard } from '../schedule/protection/breaker/breaker-guard.js';
import { Claimer } from './claimer.js';
import { MarkLead } from './queue/mark-lead.js';

const MOST_PER_BATCH = 500;
/** A run that is this late belongs to a backlog: what matters there is how many are called in a second. */
const BACKLOG_MS = 100;
/** For how long runs of a backlog wait for others to share their statement: while there are many, and no longer. */
const GATHER_MS = 12;
const MANY = 32;
const NONE: ReadonlySet<string> = new Set();

/**
 * Whether a run may be called: yes; no, because it is gone, or because its endpoint is away; or unknown, because the database could
 * not be asked.
 */
export type MarkAnswer = 'call' | 'gone' | 'barred' | 'unknown';

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
  /** Whether the next batch is to follow at once. */
  private isDue = false;
  /** How many runs the latest batch had. */
  private latest = 0;
  private timer: NodeJS.Timeout | undefined;
  private timerAt: Instant = Infinity;
  private immediate: NodeJS.Immediate | undefined;

  constructor(
    private readonly claimer: Claimer,
    private readonly lead: MarkLead,
    private readonly guard: BreakerGuard,
    private readonly clock: Clock,
  ) {}

  /** Resolves once a run is marked, or is known not to be this replica's any more. */
  mark(run: ClaimedRun): Promise<MarkAnswer> {
    return new Promise((answer) => {
      this.waiting.push({ run, answer });
      this.writeIn(this.mostWait(run));
    });
  }

  /** Returns for how many milliseconds a run may wait for others. */
  private mostWait({ dueAt }: ClaimedRun): number {
    const early = dueAt - this.clock.now();
    if (early >= -BACKLOG_MS) return early - this.lead.markedByMs;
    return this.latest >= MANY ? GATHER_MS : 0;
  }

  /** Sees to it that what waits is written within some milliseconds, and at once where there are none. */
  private writeIn(ms: number): void {
    if (ms <= 0 || this.waiting.length >= MOST_PER_BATCH) {
      this.immediate ??= setImmediate(() => this.write());
      return;
    }
    const at = this.clock.now() + ms;
    if (at >= this.timerAt) return;
    clearTimeout(this.timer);
    this.timerAt = at;
    this.timer = setTimeout(() => this.write(), ms);
  }

  private write(): void {
    clearTimeout(this.timer);
    clearImmediate(this.immediate);
    this.timer = this.immediate = undefined;
    this.timerAt = Infinity;
    this.isDue = this.isWriting;
    if (this.isWriting || this.waiting.length === 0) return;
    this.isWriting = true;
    const batch = this.waiting.splice(0, MOST_PER_BATCH);
    this.latest = batch.length;
    const from = performance.now();
    void this.writeBatch(batch).finally(() => {
      this.lead.observe(performance.now() - from);
      this.isWriting = false;
      if (this.isDue || this.waiting.length >= MOST_PER_BATCH) this.write();
      else if (this.waiting.length > 0 && this.timer === undefined) this.writeIn(0);
    });
  }

  private async writeBatch(batch: readonly Waiting[]): Promise<void> {
    try {
      const runs = batch.map(({ run }) => run);
      const asked = this.guard.barred(runs);
      const barred = asked === null ? NONE : await asked;
      const meant = barred.size === 0 ? runs : runs.filter(({ runId }) => !barred.has(runId));
      const marked = meant.length === 0 ? NONE : await this.claimer.markCalled(meant, this.clock.now());
      for (const { run, answer } of batch) {
        if (barred.has(run.runId)) answer('barred');
        else answer(marked.has(run.runId) ? 'call' : 'gone');
      }
    } catch (error) {
      logUnlessUnavailable(error, (reason) =>
        this.log.error(`${batch.length} runs could not be marked as called, trying again: ${reason}`),
      );
      for (const { answer } of batch) answer('unknown');
    }
  }
}
