import { Injectable } from '@nestjs/common';
import type { ClaimPlan, Skipped } from '../../../core/plan/claim-plan.js';
import { wireText, type Instant } from '../../../core/instant.js';
import type { Tx } from '../../../database/tx.js';
import { ActionLogStore, SYSTEM_ACTOR } from '../../../run-log/action-log/action-log.store.js';
import type { ClaimedRun } from '../../../run-log/queue/claimed-run.js';

/** Writes into the action log which runs were missed and are not made up. */
@Injectable()
export class MissedRuns {
  constructor(private readonly actionLog: ActionLogStore) {}

  /** Notes what a claim skipped, and what is executed in its place. */
  async note(tx: Tx, { schedule, job }: ClaimedRun, plan: ClaimPlan, at: Instant): Promise<void> {
    if (plan.skipped === null) return;
    const details = `${skippedOf(plan.skipped)}, ${insteadOf(plan)}.`;
    const entry = { jobId: job.id, scheduleId: schedule.id, actor: SYSTEM_ACTOR, at };
    await this.actionLog.append(tx, [{ ...entry, action: 'MISSED_RUNS_SKIPPED', details }]);
  }
}

function skippedOf({ count, fromAt, toAt }: Skipped): string {
  const from = wireText(fromAt);
  if (fromAt === toAt) return `The service was away: the run of ${from} (UTC) was skipped`;
  return `The service was away: ${count} runs from ${from} to ${wireText(toAt)} (UTC) were skipped`;
}

function insteadOf({ run, at, skipped }: ClaimPlan): string {
  if (skipped !== null && at <= skipped.toAt) return 'as its catchUp says';
  // One that meets an earlier run of its schedule may wait or be skipped: its own log says so.
  const isCalled = run.kind === 'execute' || run.kind === 'cancel';
  return `the one of ${wireText(at)} is ${isCalled ? 'executed' : 'due in their place'}`;
}
