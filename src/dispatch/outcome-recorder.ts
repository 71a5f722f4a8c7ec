import { Injectable, Logger } from '@nestjs/common';
import { logUnlessUnavailable } from '../database/connection/availability.js';
import { Database } from '../database/database.js';
import type { Tx } from '../database/tx.js';
import { LogBudget } from '../run-log/usage/log-budget.js';
import { OutcomeStore } from '../run-log/outcome.store.js';
import { Reachability, type Contact } from '../schedule/plan/reachability.store.js';
import { Heartbeat } from '../replica/heartbeat.js';
import { BreakerSigns } from './breaker/breaker-signs.js';
import { DispatchMetrics } from './dispatch-metrics.js';
import { DispatchSpans } from './dispatch-spans.js';
import type { ExecutedRun } from './executed-run.js';

/** How long an outcome waits for others to share its transaction: longer where the latest transaction had some. */
const GATHER_MS = 30;
const GATHER_SOME_MS = 150;
const SOME = 4;
/** How many go into one transaction at most. */
const MOST_PER_BATCH = 500;
/** How many characters of answers do not wait for more. */
const MUCH_TEXT = 250_000;
/** How many characters of answers go into one transaction at most: the database refuses a statement that is too long. */
const MOST_TEXT_PER_BATCH = 2_000_000;
/** How many characters of answers may wait at most before no more calls begin. */
const MOST_TEXT_WAITING = 16_000_000;
const RETRY_MS = 1_000;

/**
 * Records outcomes in batches, so that many runs at once need few transactions. One batch is written at a time,
 * and meanwhile the next one is collected. An outcome that could not be written is kept and tried again;
 * recording an outcome twice does no harm, because the statement is guarded.
 */
@Injectable()
export class OutcomeRecorder {
  private readonly log = new Logger(OutcomeRecorder.name);
  private readonly pending: ExecutedRun[] = [];
  private pendingText = 0;
  /** How many outcomes the latest batch had. */
  private latest = 0;
  private onWritten: () => void = () => undefined;
  private writing: Promise<void> | null = null;
  private timer: NodeJS.Timeout | undefined;
  private readonly whenEmpty: (() => void)[] = [];

  constructor(
    private readonly database: Database,
    private readonly outcomes: OutcomeStore,
    private readonly reachability: Reachability,
    private readonly heartbeat: Heartbeat,
    private readonly budget: LogBudget,
    private readonly breakers: BreakerSigns,
    private readonly metrics: DispatchMetrics,
    private readonly spans: DispatchSpans,
  ) {}

  /** How many outcomes are not yet written. */
  get size(): number {
    return this.pending.length;
  }

  /** Returns the runs whose outcomes are not yet written. */
  listPendingIds(): string[] {
    return this.pending.map(({ run }) => run.runId);
  }

  /** Whether the answers that wait take so much memory that no more calls should begin. */
  get isFull(): boolean {
    return this.pendingText >= MOST_TEXT_WAITING;
  }

  /** Sets who is told that a batch is written, so that fewer outcomes wait. */
  whenWritten(listener: () => void): void {
    this.onWritten = listener;
  }

  add(finished: ExecutedRun): void {
    const executed = this.withinBudget(finished);
    this.pending.push(executed);
    this.pendingText += executed.outcome.text.length;
    if (this.pending.length >= MOST_PER_BATCH || this.pendingText >= MUCH_TEXT) this.write();
    else this.timer ??= setTimeout(() => this.write(), this.gatherMs);
  }

  /** Writes what is pending now and resolves once nothing is pending. */
  async flush(): Promise<void> {
    if (this.pending.length === 0) return;
    const empty = new Promise<void>((resolve) => this.whenEmpty.push(resolve));
    this.write();
    await empty;
  }

  /** Cut when it enters: what waits to be recorded takes memory, too. */
  private withinBudget(executed: ExecutedRun): ExecutedRun {
    const { outcome } = executed;
    const text = this.budget.take(outcome.tenancyId, outcome.text);
    return text === outcome.text ? executed : { ...executed, outcome: { ...outcome, text } };
  }

  private get gatherMs(): number {
    return this.latest >= SOME ? GATHER_SOME_MS : GATHER_MS;
  }

  private write(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.writing ??= this.writeAll().finally(() => {
      this.writing = null;
    });
  }

  private async writeAll(): Promise<void> {
    let isRepeated = false;
    while (this.pending.length > 0) {
      const batch = this.nextBatch();
      this.latest = batch.length;
      try {
        await this.record(batch, isRepeated);
        this.forget(batch);
        isRepeated = false;
        if (this.pending.length > 0 && this.pending.length < MOST_PER_BATCH / 4) break;
      } catch (error) {
        isRepeated = true;
        logUnlessUnavailable(error, (reason) =>
          this.log.error(`${batch.length} outcomes could not be recorded, trying again: ${reason}`),
        );
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
    }
    if (this.pending.length === 0) this.whenEmpty.splice(0).forEach((resolve) => resolve());
    else this.timer ??= setTimeout(() => this.write(), this.whenEmpty.length > 0 ? 0 : this.gatherMs);
  }

  private nextBatch(): ExecutedRun[] {
    const batch: ExecutedRun[] = [];
    let text = 0;
    for (const executed of this.pending) {
      text += executed.outcome.text.length;
      if (batch.length > 0 && (batch.length >= MOST_PER_BATCH || text > MOST_TEXT_PER_BATCH)) break;
      batch.push(executed);
    }
    return batch;
  }

  private forget(batch: readonly ExecutedRun[]): void {
    this.pending.splice(0, batch.length);
    for (const { outcome } of batch) this.pendingText -= outcome.text.length;
    this.onWritten();
  }

  private async record(batch: readonly ExecutedRun[], isRepeated: boolean): Promise<void> {
    const work = async (tx: Tx) => {
      const { replicaId } = this.heartbeat;
      const kept = await this.breakers.take(tx, batch, { replicaId, isRepeated });
      const outcomes = batch.filter(({ run }) => !kept.has(run.runId)).map(({ outcome }) => outcome);
      const taken = new Set(await this.outcomes.record(tx, outcomes, replicaId, { isRepeated }));
      const contacts = batch.filter(({ outcome }) => taken.has(outcome)).flatMap(contactOf);
      await this.reachability.note(tx, contacts);
    };
    const transact = () => this.database.transaction(work, 'upkeep');
    await this.metrics.timed('record', transact, () => batch.length);
    this.spans.calls(batch);
  }
}

/** Returns what a call showed about its endpoint; nothing for a run that was not called. */
function contactOf({ run, outcome, isReached }: ExecutedRun): Contact[] {
  if (isReached === null) return [];
  const { id: scheduleId, unreachableSince } = run.schedule;
  return [{ scheduleId, jobId: run.job.id, isReached, at: outcome.executedAt, unreachableSince }];
}
