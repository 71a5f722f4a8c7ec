import { Injectable } from '@nestjs/common';
import { admissionOf, type Admission } from '../../core/plan/claim-gate.js';
import type { Instant } from '../../core/instant.js';
import type { RunEvent } from '../../core/run-state.js';
import { intersect } from '../../core/plan/planning.js';
import type { Tx } from '../../database/tx.js';
import type { ClaimedRun } from '../../run-log/queue/claimed-run.js';
import { AttemptStore } from '../../run-log/attempt.store.js';
import { RunEndingService, type RunVerdict } from '../../run-log/run-ending.service.js';
import { RunStore } from '../../run-log/queue/run.store.js';
import { WaitingRuns } from '../overlap/waiting-runs.js';
import { DeactivationStore } from './deactivation.store.js';
import { LifeCountStore } from './life/life-count.store.js';

/**
 * Keeps the claim to the last change of a job while its schedules follow it batch by batch. Without such a change it
 * costs no statement.
 */
@Injectable()
export class ClaimGate {
  constructor(
    private readonly runs: RunStore,
    private readonly deactivations: DeactivationStore,
    private readonly counts: LifeCountStore,
    private readonly attempts: AttemptStore,
    private readonly endings: RunEndingService,
    private readonly waiting: WaitingRuns,
  ) {}

  /**
   * Returns those of the runs that were claimed or taken over just now that are still meant; ends those that wait for another
   * call, and deletes the others.
   */
  async admit(
    tx: Tx,
    claimed: ClaimedRun[],
    now: Instant,
    { areTakenOver = false } = {},
  ): Promise<ClaimedRun[]> {
    const known = claimed.some(lacksData) ? await this.withoutDataless(tx, claimed, now) : claimed;
    const meant = known.some(isRepeated) ? await this.withoutGivenUp(tx, known, now) : known;
    return this.admitFirst(tx, meant, { now, areTakenOver });
  }

  /** Ends the runs whose data is no longer kept: other data would do something else than was asked for. */
  private async withoutDataless(tx: Tx, claimed: ClaimedRun[], now: Instant): Promise<ClaimedRun[]> {
    const verdicts = claimed.filter(lacksData).map(({ runId, wasCalled }): RunVerdict => {
      const event: RunEvent = wasCalled ? { kind: 'reported', success: false } : { kind: 'unavailable' };
      return { runId, event, text: DATA_GONE_TEXT };
    });
    await this.endings.conclude(tx, verdicts, now);
    return claimed.filter((run) => !lacksData(run));
  }

  /** Gives up the runs that were called before and whose schedule or job was switched off, or is to be deleted. */
  private async withoutGivenUp(tx: Tx, claimed: ClaimedRun[], now: Instant): Promise<ClaimedRun[]> {
    const repeated = claimed.filter(isRepeated);
    const doubtful = repeated.filter((run) => admission(run) === 'admitted' && isOfInactive(run));
    const off = await this.attempts.listSwitchedOff(
      tx,
      doubtful.map((run) => run.id),
    );
    const isOver = (run: ClaimedRun) => admission(run) !== 'admitted' || off.has(run.runId);
    const over = new Set(repeated.filter(isOver).map((run) => run.runId));
    await this.endings.giveUp(tx, [...over], now);
    return claimed.filter((run) => !over.has(run.runId));
  }

  private async admitFirst(
    tx: Tx,
    claimed: ClaimedRun[],
    { now, areTakenOver }: { readonly now: Instant; readonly areTakenOver: boolean },
  ): Promise<ClaimedRun[]> {
    const refused = claimed.filter((run) => admission(run) !== 'admitted');
    if (refused.length === 0) return claimed;
    const leftOut = refused.filter((run) => isLeftOut(run, now)).map(({ runId }) => runId);
    await this.waiting.skip(tx, leftOut, now);
    const unheard = refused.filter((run) => !isLeftOut(run, now));
    if (unheard.length > 0) {
      await this.runs.deleteClaimed(
        tx,
        unheard.map((run) => run.id),
      );
      await this.counts.forget(
        tx,
        unheard.filter(({ hasWaited }) => hasWaited || areTakenOver),
      );
    }
    const ended = refused.filter((run) => admission(run) === 'ended');
    await this.deactivations.deactivate(
      tx,
      ended.map(({ schedule, job }) => ({
        scheduleId: schedule.id,
        jobId: job.id,
        reason: 'ended' as const,
      })),
      now,
    );
    return claimed.filter((run) => admission(run) === 'admitted');
  }
}

const DATA_GONE_TEXT =
  'not called: the data of its schedule that it was to be called with is no longer kept. Run the schedule with the data that is wanted.';

function lacksData({ isDataGone }: ClaimedRun): boolean {
  return isDataGone;
}

/** Returns whether a run waits for another call than its first, and nobody has begun that one. */
function isRepeated({ attempt, wasCalled }: ClaimedRun): boolean {
  return attempt > 1 && !wasCalled;
}

function isOfInactive({ origin, schedule }: ClaimedRun): boolean {
  return origin === 'plan' && !schedule.active;
}

/** One that waited and was due before the change is told to be skipped; with its schedule it goes. */
function isLeftOut({ hasWaited, attempt, plannedAt, openChange }: ClaimedRun, now: Instant): boolean {
  return hasWaited && attempt === 1 && plannedAt <= now && openChange?.kind !== 'removal';
}

/** What may have been called before goes on, whatever has changed. */
function admission(run: ClaimedRun): Admission {
  const { origin, plannedAt, wasCalled, job, schedule } = run;
  if (wasCalled) return 'admitted';
  // An edit leaves what waits for another call.
  const change = isRepeated(run) && run.openChange?.kind === 'window' ? null : run.openChange;
  const window = intersect(job, schedule);
  const isOneTime = schedule.kind === 'once';
  const isOfPlan = origin === 'plan';
  return admissionOf({ isOfPlan, isOneTime, plannedAt, isJobActive: job.active, window, change });
}
