import type { Instant } from '../../core/instant.js';
import type { ClaimPlan } from '../../core/plan/claim-plan.js';
import { replacedText } from '../../core/plan/overlap-verdict.js';
import { runningUntil, type OpenRunFact, type Running } from '../../core/policy/overlap.js';
import { callLimitMs } from '../../core/policy/timeout.js';
import type { ClaimedRun } from '../../run-log/queue/claimed-run.js';
import type { PutBack, StoredOpenRun } from '../../run-log/queue/overlap.store.js';

/** A run that is canceled because `next` is due. */
export interface Canceled {
  readonly run: OpenRunFact;
  readonly next: ClaimedRun;
}

interface Skip {
  readonly runId: string;
  readonly text: string;
}

interface ScheduleRuns {
  running: (OpenRunFact & { readonly until: Instant })[];
  waiting: OpenRunFact[];
}

/**
 * What the runs of one claim meet that may not overlap with others of their schedules, and what comes of it. The runs of one
 * schedule are decided one after the other: each meets what was decided before.
 */
export class Meetings {
  private readonly bySchedule = new Map<string, ScheduleRuns>();
  readonly canceled: Canceled[] = [];
  readonly skips: Skip[] = [];
  private readonly waits = new Map<string, PutBack>();

  constructor(
    claimed: readonly ClaimedRun[],
    open: readonly StoredOpenRun[],
    private readonly now: Instant,
    longestCallMs: number,
  ) {
    const policies = new Map(claimed.map((run) => [run.schedule.id, run.policy]));
    const own = new Set(claimed.map(({ runId }) => runId));
    for (const fact of open) {
      if (own.has(fact.runId)) continue;
      const runs = this.of(fact.scheduleId);
      const timeoutMs = callLimitMs(policies.get(fact.scheduleId)?.timeoutMs, longestCallMs);
      const until = runningUntil(fact, { now, timeoutMs });
      if (until !== null) runs.running.push({ ...fact, until });
      else if (fact.state === 'WAITING') runs.waiting.push(fact);
    }
    // They are called whatever they meet, so the others meet them.
    for (const run of claimed.filter(isUnconditional)) {
      this.of(run.schedule.id).running.push({ ...factOf(run), until: Infinity });
    }
  }

  get putBacks(): PutBack[] {
    return [...this.waits.values()];
  }

  /** Returns claimed runs in the order in which they are decided: who has waited comes first. */
  inTurn(claimed: readonly ClaimedRun[]): ClaimedRun[] {
    return [...claimed].sort(
      (a, b) => Number(b.hasWaited) - Number(a.hasWaited) || a.plannedAt - b.plannedAt,
    );
  }

  /** Returns what a claimed run meets; null where it meets nothing, or nothing that matters to it. */
  metBy({ schedule, dueAt, plannedAt }: ClaimedRun): Running | null {
    const { running, waiting } = this.of(schedule.id);
    const [first] = running;
    if (first !== undefined)
      return { runId: first.runId, until: Math.max(...running.map(({ until }) => until)) };
    // One that waited is about to be called: it may have ended when this one is due.
    const before = this.now < dueAt ? waiting.find((one) => one.plannedAt < plannedAt) : undefined;
    return before === undefined ? null : { runId: before.runId, until: Infinity };
  }

  /** Takes what was decided of a run that may not overlap. */
  decided(run: ClaimedRun, { run: verdict }: Pick<ClaimPlan, 'run'>): void {
    if (isUnconditional(run)) return;
    const runs = this.of(run.schedule.id);
    switch (verdict.kind) {
      case 'cancel':
        this.canceled.push(...runs.running.map((each) => ({ run: each, next: run })));
        runs.running = [];
        return this.call(runs, run);
      case 'execute':
        return this.call(runs, run);
      case 'drop':
      case 'hold':
      case 'fail':
        return;
      case 'skip':
        this.skips.push({ runId: run.runId, text: verdict.why });
        return;
      case 'wait':
        if (verdict.isSettled) this.replace(runs, run);
        runs.waiting.push(factOf(run));
        this.waits.set(run.runId, { runId: run.runId, until: verdict.until });
    }
  }

  /** Returns the runs of the claim that are called. */
  called(claimed: readonly ClaimedRun[]): ClaimedRun[] {
    const out = new Set([
      ...this.skips.map(({ runId }) => runId),
      ...this.canceled.map(({ run }) => run.runId),
      ...this.waits.keys(),
    ]);
    return claimed.filter(({ runId }) => !out.has(runId));
  }

  private call(runs: ScheduleRuns, run: ClaimedRun): void {
    this.replace(runs, run);
    runs.running.push({ ...factOf(run), until: Infinity });
  }

  private replace(runs: ScheduleRuns, run: ClaimedRun): void {
    for (const { runId, plannedAt } of runs.waiting) {
      if (plannedAt >= run.plannedAt) continue;
      this.waits.delete(runId);
      this.skips.push({ runId, text: replacedText(run.runId) });
    }
    runs.waiting = runs.waiting.filter(({ plannedAt }) => plannedAt >= run.plannedAt);
  }

  private of(scheduleId: string): ScheduleRuns {
    let runs = this.bySchedule.get(scheduleId);
    if (runs === undefined) this.bySchedule.set(scheduleId, (runs = { running: [], waiting: [] }));
    return runs;
  }
}

/** A run that was asked for, and one that is called again, are called whatever they meet. */
function isUnconditional({ origin, attempt }: ClaimedRun): boolean {
  return origin !== 'plan' || attempt > 1;
}

function factOf({ runId, plannedAt }: ClaimedRun): OpenRunFact {
  return { runId, plannedAt, state: 'TRIGGERED', ackedAt: null };
}
