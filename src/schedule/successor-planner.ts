import { Injectable, Logger } from '@nestjs/common';
import { catchUp, type Outage } from '../core/catch-up.js';
import { wireText, type Instant } from '../core/instant.js';
import type { SchedulePattern } from '../core/pattern.js';
import { intersect, runAfter, type Planned } from '../core/planning.js';
import { uuidToBytes } from '../database/columns.js';
import type { Tx } from '../database/tx.js';
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

/** What follows a claimed run. */
interface Successor {
  readonly run: ClaimedRun;
  readonly pattern: SchedulePattern;
  readonly at: Instant;
}

/** A claimed run that nothing follows, and why. */
interface Ended extends Pick<ActionLogEntry, 'action'> {
  readonly run: ClaimedRun;
  readonly details: string;
}

const UNREADABLE = {
  action: 'DEACTIVATION_NO_FUTURE_RUN',
  details: 'The stored pattern of the schedule cannot be read.',
} as const;

/**
 * Plans what follows the runs that were just claimed, in the claim's own transaction, so that a schedule's chain
 * of runs never breaks and never forks. A whole batch costs one insert; deactivations and skipped runs, which are
 * rare, cost their own statements.
 */
@Injectable()
export class SuccessorPlanner {
  private readonly log = new Logger(SuccessorPlanner.name);

  constructor(
    private readonly runs: RunStore,
    private readonly actionLog: ActionLogStore,
  ) {}

  /** Plans the successors and answers the runs to execute: after a long outage the last missed one in place of the first. */
  async planAfter(tx: Tx, claimed: readonly ClaimedRun[], input: SuccessorInput): Promise<ClaimedRun[]> {
    const successors: Successor[] = [];
    const ended: Ended[] = [];
    const toExecute: ClaimedRun[] = [];
    for (const run of claimed) {
      const pattern = run.origin === 'request' ? null : this.patternOf(run);
      if (pattern === null) {
        toExecute.push(run);
        if (run.origin !== 'request') ended.push({ run, ...UNREADABLE });
        continue;
      }
      const current = await this.skipMissed(tx, { run, pattern }, input);
      toExecute.push(current);
      const startedAt = Math.max(current.plannedAt, input.now);
      // A run that waited while its schedule got another timing is followed by what that timing planned since.
      const previous = Math.max(current.plannedAt, current.schedule.timedAt);
      const planned = follow({ run: current, pattern }, previous, startedAt);
      if (planned.kind === 'at') successors.push({ run: current, pattern, at: planned.at });
      else if (run.schedule.kind !== 'once') ended.push({ run, ...deactivationOf(planned) });
    }
    const made = await this.runs.plan(
      tx,
      successors.map((successor) => plannedRunOf(successor, input.now)),
    );
    if (made < successors.length) ended.push(...(await this.planAround(tx, successors, input.now)));
    await this.deactivate(tx, ended, input.now);
    return toExecute;
  }

  /** Answers null, and says so, where the stored pattern cannot be read: that stops its own schedule and no other. */
  private patternOf({ schedule }: ClaimedRun): SchedulePattern | null {
    try {
      return patternOf(schedule);
    } catch (error) {
      this.log.error(`The pattern of schedule ${schedule.id} cannot be read: ${String(error)}`);
      return null;
    }
  }

  /**
   * Some instants were taken by other runs of their schedules: one that was asked for, or one from before the clock
   * was set back. A chain must not end there: it goes on after the latest run of all.
   */
  private async planAround(tx: Tx, successors: readonly Successor[], now: Instant): Promise<Ended[]> {
    const ended: Ended[] = [];
    for (const successor of successors) {
      const latest = await this.runs.findLatest(tx, successor.run.schedule.id);
      if (latest === null || latest.isPlan) continue;
      const { pattern, run } = successor;
      const everyMs = pattern.kind === 'interval' ? pattern.everyMs : 0;
      const planned = follow(successor, latest.plannedAt, latest.plannedAt + 1 - everyMs);
      if (planned.kind === 'at') await this.runs.plan(tx, [plannedRunOf({ run, at: planned.at }, now)]);
      else ended.push({ run, ...deactivationOf(planned) });
    }
    return ended;
  }

  private async skipMissed(
    tx: Tx,
    { run, pattern }: Omit<Successor, 'at'>,
    { now, outages }: SuccessorInput,
  ): Promise<ClaimedRun> {
    if (outages.length === 0 || run.plannedAt < run.schedule.timedAt) return run;
    const decision = catchUp(pattern, run.plannedAt, intersect(run.job, run.schedule), outages);
    if (decision.kind === 'asPlanned') return run;
    if (!(await this.runs.redate(tx, run.id, decision.at))) return run;
    const from = wireText(decision.fromAt);
    const details = `The service was away: ${decision.skipped} runs from ${from} to ${wireText(decision.toAt)} (UTC) were skipped, the one of ${wireText(decision.at)} is executed.`;
    await this.actionLog.append(tx, [{ ...entryOf(run, now), action: 'MISSED_RUNS_SKIPPED', details }]);
    return { ...run, plannedAt: decision.at };
  }

  private async deactivate(tx: Tx, ended: readonly Ended[], now: Instant): Promise<void> {
    if (ended.length === 0) return;
    const ids = ended.map(({ run }) => uuidToBytes(run.schedule.id));
    await tx.execute(
      `UPDATE schedule SET active = 0, modified_at = ? WHERE id IN (${ids.map(() => '?').join(',')})`,
      [now, ...ids],
    );
    await this.actionLog.append(
      tx,
      ended.map(({ run, action, details }) => ({ ...entryOf(run, now), action, details })),
    );
  }
}

/** An interval counts from the actual start, which for a run that is claimed ahead of its time is the planned instant. */
function follow({ run, pattern }: Omit<Successor, 'at'>, previous: Instant, startedAt: Instant): Planned {
  return runAfter({ pattern, window: intersect(run.job, run.schedule), previous, startedAt });
}

function plannedRunOf({ run, at }: Pick<Successor, 'run' | 'at'>, now: Instant): PlannedRun {
  return {
    id: newUuidBytes(now),
    scheduleId: uuidToBytes(run.schedule.id),
    tenancyId: run.tenancyId,
    plannedAt: at,
    createdAt: now,
  };
}

function entryOf(run: ClaimedRun, now: Instant): Omit<ActionLogEntry, 'action'> {
  return { jobId: run.job.id, scheduleId: run.schedule.id, actor: SYSTEM_ACTOR, at: now };
}
