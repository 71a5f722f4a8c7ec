import { Injectable } from '@nestjs/common';
import { admissionOf, type Admission } from '../../core/plan/claim-gate.js';
import type { Instant } from '../../core/instant.js';
import { intersect } from '../../core/plan/planning.js';
import type { Tx } from '../../database/tx.js';
import type { ClaimedRun } from '../../run-log/queue/claimed-run.js';
import { RunStore } from '../../run-log/queue/run.store.js';
import { DeactivationStore } from './deactivation.store.js';

/**
 * Keeps the claim to the last change of a job while its schedules follow it batch by batch. Without such a change it
 * costs no statement.
 */
@Injectable()
export class ClaimGate {
  constructor(
    private readonly runs: RunStore,
    private readonly deactivations: DeactivationStore,
  ) {}

  /** Returns those of the runs that were claimed just now that are still meant, and deletes the others. */
  async admit(tx: Tx, claimed: ClaimedRun[], now: Instant): Promise<ClaimedRun[]> {
    const refused = claimed.filter((run) => admission(run) !== 'admitted');
    if (refused.length === 0) return claimed;
    await this.runs.deleteClaimed(
      tx,
      refused.map((run) => run.id),
    );
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

/** What may have been called before goes on, whatever has changed. */
function admission({
  origin,
  plannedAt,
  wasCalled,
  job,
  schedule,
  openChange: change,
}: ClaimedRun): Admission {
  if (wasCalled) return 'admitted';
  const window = intersect(job, schedule);
  const isOneTime = schedule.kind === 'once';
  return admissionOf({ origin, isOneTime, plannedAt, isJobActive: job.active, window, change });
}
