import { Inject, Injectable } from '@nestjs/common';
import { ActionPerformers } from '../action/action-performer.js';
import { CONFIG, type Config } from '../config/config.js';
import { after } from '../core/after.js';
import { Clock } from '../core/clock.js';
import { callLimitMs, isLongCall } from '../core/policy/timeout.js';
import type { ClaimedRun } from '../run-log/queue/claimed-run.js';
import { HeldBack } from './breaker/held-back.js';
import { CallAborts } from './overlap/call-aborts.js';
import type { CallKind } from './queue/call-slots.js';
import { CallMarks, type MarkAnswer } from './call-marks.js';
import { Claimer } from './claimer.js';
import { DispatchMetrics } from './dispatch-metrics.js';
import { executedRun, refusedRun } from './executed-run.js';
import { FairQueue } from './queue/fair-queue.js';
import { Gate } from './gate.js';
import { MarkLead } from './queue/mark-lead.js';
import { OutcomeRecorder } from './outcome-recorder.js';

/** How many claimed runs may wait in memory for each call that may be in flight. */
const WAITING_PER_CALL = 8;
/** How early timers may fire: a run may start this long before its millisecond. */
const TIMER_SLACK_MS = 1;
/** How long a run waits here whose mark was not answered, or whose call before is still open. */
const MARK_RETRY_MS = 1_000;
/**
 * How many runs may be called and not recorded. A crash repeats them, so calls wait for records; an operator who wants
 * more open calls than that has them.
 */
const MOST_UNRECORDED = 2_000;

/**
 * Executes the claimed runs of this replica: queued, in flight, or being recorded. A run that enters is either
 * recorded, or given back so that any replica may take it over.
 */
@Injectable()
export class Executor {
  readonly queue: FairQueue;
  private readonly executing = new Map<string, Promise<void>>();

  constructor(
    private readonly performers: ActionPerformers,
    private readonly gate: Gate,
    private readonly recorder: OutcomeRecorder,
    private readonly claimer: Claimer,
    private readonly marks: CallMarks,
    private readonly aborts: CallAborts,
    private readonly held: HeldBack,
    lead: MarkLead,
    private readonly metrics: DispatchMetrics,
    private readonly clock: Clock,
    @Inject(CONFIG) config: Config,
  ) {
    const { maxCalls, maxCallsPerTenant } = config;
    const maxUnrecorded = Math.max(maxCalls, MOST_UNRECORDED);
    const limits = { maxCalls, maxCallsPerTenant, maxWaiting: WAITING_PER_CALL * maxCalls, maxUnrecorded };
    const kindOf = ({ job, policy, pacedBy }: ClaimedRun): CallKind => {
      if (pacedBy !== null) return 'background';
      const isLong = job.kind === 'http' && isLongCall(callLimitMs(policy?.timeoutMs, config.longestCallMs));
      return isLong ? 'long' : 'usual';
    };
    const pace = { backlog: recorder, lead, kindOf };
    this.queue = new FairQueue(limits, clock, (run) => this.start(run), pace);
    recorder.whenWritten(() => this.queue.startDue());
    metrics.watch(this.queue);
  }

  /** Returns the ids of the runs that were called and are not yet recorded. */
  listOpenIds(): string[] {
    return [...this.executing.keys(), ...this.recorder.listPendingIds()];
  }

  /** Resolves once every call that has started is recorded. */
  async settled(): Promise<void> {
    while (this.executing.size > 0 || this.recorder.size > 0) {
      await Promise.all(this.executing.values());
      await this.recorder.flush();
    }
  }

  /** Gives back runs that were not called. */
  giveBack(runs: readonly ClaimedRun[]): Promise<void> {
    return this.claimer.giveBack(runs.map((run) => run.id));
  }

  /** Returns a promise that resolves when the call is over; null where the gate does not let the run be called now. */
  private start(run: ClaimedRun): Promise<void> | null {
    const now = this.clock.now();
    if (run.hasWaited && this.executing.has(run.runId)) {
      // Its application reported a failure during its call: the next one follows when that is over. Otherwise it came back
      // while its mark is being written, and that answer says whether it is called.
      if (run.attempt > 1) this.queue.postpone(run, now + MARK_RETRY_MS);
      return null;
    }
    const admission = this.gate.admit(run, now);
    switch (admission.kind) {
      case 'go':
        return this.markAndCall(run);
      case 'wait':
        this.queue.postpone(run, admission.until);
        return null;
      case 'refuse':
        this.recorder.add(refusedRun(run, admission.outcome, now));
        return null;
      case 'stopped':
        void this.giveBack([run, ...this.queue.takeOut(({ tenancyId }) => tenancyId === run.tenancyId)]);
        return null;
      case 'lost':
        void this.giveBack([run, ...this.queue.takeOut(() => true)]);
        return null;
    }
  }

  private markAndCall(run: ClaimedRun): Promise<void> {
    const work = this.marks.mark(run).then((answer) => this.follow(run, answer));
    const done = after(work, () => this.executing.delete(run.runId));
    this.executing.set(run.runId, done);
    return done;
  }

  /** A run that is gone (canceled, dropped, taken over) is nobody's business here any more. */
  private follow(run: ClaimedRun, answer: MarkAnswer): Promise<void> | void {
    const now = this.clock.now();
    if (answer === 'unknown') return this.queue.postpone(run, now + MARK_RETRY_MS);
    if (answer === 'gone') return;
    if (answer === 'barred') return this.held.add(run);
    return run.dueAt > now + TIMER_SLACK_MS ? this.callAt(run, run.dueAt - now) : this.call(run);
  }

  private async callAt(run: ClaimedRun, ms: number): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, ms));
    await this.call(run);
  }

  private call(run: ClaimedRun): Promise<void> {
    if (!this.gate.stillAdmits(run, this.clock.now())) return this.claimer.giveBackMarked(run);
    return this.performers
      .performerOf(run)
      .perform(this.aborts.armed(run))
      .then((performed) => {
        this.aborts.disarm(run);
        if ('until' in performed) return this.queue.postpone(run, performed.until);
        const executed = executedRun(run, performed, this.clock.now());
        this.recorder.add(executed);
        this.metrics.observe(executed);
      });
  }
}
