import { Injectable, Logger } from '@nestjs/common';
import type { Outage } from '../../core/plan/catch-up.js';
import {
  planAround,
  planOfClaim,
  type ClaimInput,
  type ClaimPlan,
  type Following,
  type Skipped,
} from '../../core/plan/claim-plan.js';
import { wireText, type Instant } from '../../core/instant.js';
import type { SchedulePattern } from '../../core/plan/pattern.js';
import { intersect } from '../../core/plan/planning.js';
import type { Tx } from '../../database/tx.js';
import { ActionLogStore, SYSTEM_ACTOR } from '../../run-log/action-log/action-log.store.js';
import type { ClaimedRun } from '../../run-log/queue/claimed-run.js';
import { plannedRunOf, type PlannedRun } from '../../run-log/queue/planned-run.js';
import { RunStore } from '../../run-log/queue/run.store.js';
import { DeactivationStore, type Deactivation, type DeactivationReason } from './deactivation.store.js';
import { patternOf } from './pattern-of.js';

/** What the successors of a batch of claimed runs are planned by. */
export interface SuccessorInput {
  readonly now: Instant;
  readonly outages: readonly Outage[];
}

/** A claimed run, what was known of it, and what was decided. */
interface Decided {
  readonly run: ClaimedRun;
  readonly input: ClaimInput;
  readonly plan: ClaimPlan;
}

/**
 * Writes down what core/claim-plan decides of the runs that were just claimed, in the claim's own transaction, so that
 * a schedule's chain of runs never breaks and never forks. A whole batch costs one insert; deactivations and skipped
 * runs, which are rare, cost their own statements.
 */
@Injectable()
export class SuccessorPlanner {
  private readonly log = new Logger(SuccessorPlanner.name);

  constructor(
    private readonly runs: RunStore,
    private readonly actionLog: ActionLogStore,
    private readonly deactivations: DeactivationStore,
  ) {}

  /** Plans the successors and returns the runs to execute: after a long outage the last missed one in place of the first. */
  async planAfter(
    tx: Tx,
    claimed: readonly ClaimedRun[],
    { now, outages }: SuccessorInput,
  ): Promise<ClaimedRun[]> {
    const decided: Decided[] = [];
    for (const run of claimed) {
      const input = this.inputOf(run, now, outages);
      const plan = planOfClaim(input);
      const each = { run, input, plan };
      // Hardly ever is one skipped: a promise for each run would be felt.
      decided.push(plan.skipped === null ? each : await this.redateMissed(tx, each, plan.skipped));
    }
    const followed: Decided[] = [];
    const planned: PlannedRun[] = [];
    const ended: Deactivation[] = [];
    for (const each of decided) {
      const { run, plan } = each;
      if (plan.next.kind === 'at') {
        followed.push(each);
        planned.push(successorOf(run, plan.next.at, now));
      } else ended.push(...endedBy(run, plan.next));
    }
    const made = await this.runs.plan(tx, planned);
    if (made < followed.length) ended.push(...(await this.planAround(tx, followed, now)));
    await this.deactivations.deactivate(tx, ended, now);
    return decided.map(executed);
  }

  private inputOf(run: ClaimedRun, now: Instant, outages: readonly Outage[]): ClaimInput {
    const { origin, policy, plannedAt, schedule, job } = run;
    const pattern = origin === 'request' ? null : this.patternOf(run);
    return {
      origin,
      pattern,
      policy,
      plannedAt,
      timedAt: schedule.timedAt,
      window: intersect(job, schedule),
      now,
      outages,
    };
  }

  /** Returns null, and says so, where the stored pattern cannot be read: that stops its own schedule and no other. */
  private patternOf({ schedule }: ClaimedRun): SchedulePattern | null {
    try {
      return patternOf(schedule);
    } catch (error) {
      this.log.error(`The pattern of schedule ${schedule.id} cannot be read: ${String(error)}`);
      return null;
    }
  }

  /** Moves a run to the last missed instant of an outage; where another run of the schedule has it, none is skipped. */
  private async redateMissed(tx: Tx, decided: Decided, skipped: Skipped): Promise<Decided> {
    const { run, input, plan } = decided;
    if (!(await this.runs.redate(tx, run.id, plan.at))) {
      return { ...decided, plan: planOfClaim({ ...input, outages: [] }) };
    }
    const { count, fromAt, toAt } = skipped;
    const details = `The service was away: ${count} runs from ${wireText(fromAt)} to ${wireText(toAt)} (UTC) were skipped, the one of ${wireText(plan.at)} is executed.`;
    const entry = { jobId: run.job.id, scheduleId: run.schedule.id, actor: SYSTEM_ACTOR, at: input.now };
    await this.actionLog.append(tx, [{ ...entry, action: 'MISSED_RUNS_SKIPPED', details }]);
    return { ...decided, run: { ...run, plannedAt: plan.at, dueAt: plan.at } };
  }

  /** Some instants were taken by other runs of their schedules: what follows then is decided with the latest of those. */
  private async planAround(tx: Tx, followed: readonly Decided[], now: Instant): Promise<Deactivation[]> {
    const ended: Deactivation[] = [];
    for (const { run, input } of followed) {
      const next = planAround(input, await this.runs.findLatest(tx, run.schedule.id));
      if (next.kind === 'at') await this.runs.plan(tx, [successorOf(run, next.at, now)]);
      else ended.push(...endedBy(run, next));
    }
    return ended;
  }
}

function successorOf(run: ClaimedRun, at: Instant, now: Instant): PlannedRun {
  return plannedRunOf({ id: run.schedule.id, tenancyId: run.tenancyId }, at, now);
}

function endedBy(run: ClaimedRun, next: Following): Deactivation[] {
  const reason = reasonOf(next);
  return reason === null ? [] : [{ scheduleId: run.schedule.id, jobId: run.job.id, reason }];
}

/** Returns why a schedule is switched off, null where it goes on. */
function reasonOf(next: Following): DeactivationReason | null {
  switch (next.kind) {
    case 'at':
    case 'none':
      return null;
    case 'unreadable':
      return next.what === 'pattern' ? 'unreadablePattern' : 'unreadableSettings';
    case 'ended':
    case 'noFutureRun':
      return next.kind;
  }
}

function executed({ run, plan }: Decided): ClaimedRun {
  // No setting asks for anything else yet; the first one that does brings the statement that writes it down.
  if (plan.run.kind !== 'execute') throw new Error(`A claimed run cannot be made to ${plan.run.kind} yet.`);
  return run;
}
