import { Injectable } from '@nestjs/common';
import { catchUp, type Outage } from '../core/catch-up.js';
import { wireText, type Instant } from '../core/instant.js';
import { intersect, runAfter, type Planned } from '../core/window.js';
import { uuidToBytes } from '../database/columns.js';
import type { Tx } from '../database/database.js';
import { newUuidBytes } from '../database/uuid-v7.js';
import { ActionLogStore, SYSTEM_ACTOR, type ActionLogEntry } from '../run-log/action-log.store.js';
import type { ClaimedRun } from '../run-log/claimed-run.js';
import { RunStore, type PlannedRun } from '../run-log/run.store.js';
import { deactivationOf } from './planner.js';
import { patternOf } from './pattern-of.js';

/** What the successors of a batch of claimed runs are planned by. */
export interface SuccessorInput {
  readonly now: Instant;
  readonly outages: readonly Outage[];
}

/**
 * Plans what follows the runs that were just claimed, in the claim's own transaction, so that a schedule's chain
 * of runs never breaks and never forks. A whole batch costs one insert; deactivations and skipped runs, which are
 * rare, cost their own statements.
 */
@Injectable()
export class SuccessorPlanner {
  constructor(
    private readonly runs: RunStore,
    private readonly actionLog: ActionLogStore,
  ) {}

  /** Plans the successors and answers the runs to execute: after a long outage the last missed one in place of the first. */
  async planAfter(tx: Tx, claimed: readonly ClaimedRun[], input: SuccessorInput): Promise<ClaimedRun[]> {
    const successors: PlannedRun[] = [];
    const ended: { run: ClaimedRun; planned: Exclude<Planned, { kind: 'at' }> }[] = [];
    const toExecute: ClaimedRun[] = [];
    for (const run of claimed) {
      if (run.origin === 'request') {
        toExecute.push(run);
        continue;
      }
      const current = await this.skipMissed(tx, run, input);
      toExecute.push(current);
      const planned = successorOf(current, input.now);
      if (planned.kind === 'at') successors.push(plannedRunOf(current, planned.at, input.now));
      else if (run.schedule.kind !== 'once') ended.push({ run, planned });
    }
    await this.runs.plan(tx, successors);
    await this.deactivate(tx, ended, input.now);
    return toExecute;
  }

  private async skipMissed(tx: Tx, run: ClaimedRun, { now, outages }: SuccessorInput): Promise<ClaimedRun> {
    if (outages.length === 0) return run;
    const decision = catchUp(
      patternOf(run.schedule),
      run.plannedAt,
      intersect(run.job, run.schedule),
      outages,
    );
    if (decision.kind === 'asPlanned') return run;
    if (!(await this.runs.redate(tx, run.id, decision.at))) return run;
    const from = wireText(decision.fromAt);
    const details = `The service was away: ${decision.skipped} runs from ${from} to ${wireText(decision.toAt)} (UTC) were skipped, the one of ${wireText(decision.at)} is executed.`;
    await this.actionLog.append(tx, [{ ...entryOf(run, now), action: 'MISSED_RUNS_SKIPPED', details }]);
    return { ...run, plannedAt: decision.at };
  }

  private async deactivate(
    tx: Tx,
    ended: readonly { run: ClaimedRun; planned: Exclude<Planned, { kind: 'at' }> }[],
    now: Instant,
  ): Promise<void> {
    if (ended.length === 0) return;
    const ids = ended.map(({ run }) => uuidToBytes(run.schedule.id));
    await tx.execute(
      `UPDATE schedule SET active = 0, modified_at = ? WHERE id IN (${ids.map(() => '?').join(',')})`,
      [now, ...ids],
    );
    await this.actionLog.append(
      tx,
      ended.map(({ run, planned }) => ({ ...entryOf(run, now), ...deactivationOf(planned) })),
    );
  }
}

/** An interval counts from the actual start, which for a run that is claimed ahead of its time is the planned instant. */
function successorOf(run: ClaimedRun, now: Instant): Planned {
  return runAfter({
    pattern: patternOf(run.schedule),
    window: intersect(run.job, run.schedule),
    previous: run.plannedAt,
    startedAt: Math.max(run.plannedAt, now),
  });
}

function plannedRunOf(run: ClaimedRun, plannedAt: Instant, now: Instant): PlannedRun {
  return {
    id: newUuidBytes(now),
    scheduleId: uuidToBytes(run.schedule.id),
    tenancyId: run.tenancyId,
    plannedAt,
    createdAt: now,
  };
}

function entryOf(run: ClaimedRun, now: Instant): Omit<ActionLogEntry, 'action'> {
  return { jobId: run.job.id, scheduleId: run.schedule.id, actor: SYSTEM_ACTOR, at: now };
}
