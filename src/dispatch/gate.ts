import { Injectable } from '@nestjs/common';
import type { ActionOutcome } from '../core/action-outcome.js';
import type { Instant } from '../core/instant.js';
import { Heartbeat } from '../replica/heartbeat.js';
import type { ClaimedRun } from '../run-log/queue/claimed-run.js';
import { TenancyIndex } from '../tenant/tenancy-index.js';

/** What a gate decides about a run that is due. */
export type Admission =
  /** The run is called now. */
  | { readonly kind: 'go' }
  /** The run goes back to the queue, and the gate is asked again at `until`. */
  | { readonly kind: 'wait'; readonly until: Instant }
  /** The run ends with this outcome, without a call. */
  | { readonly kind: 'refuse'; readonly outcome: ActionOutcome }
  /** The run's tenancy is suspended or gone: all its runs that wait here are given back. */
  | { readonly kind: 'stopped' }
  /** This replica no longer holds the run, nor any other run that waits here. */
  | { readonly kind: 'lost' };

/** Decides right before each call, using only memory: other code keeps the data for the decision up to date. */
export abstract class Gate {
  abstract admit(run: ClaimedRun, now: Instant): Admission;

  /**
   * Returns whether a run that was let go may still be called: asked once more right before its request is sent,
   * because marking it as called takes the database a moment.
   */
  abstract stillAdmits(run: ClaimedRun, now: Instant): boolean;
}

const GO: Admission = { kind: 'go' };
const LOST: Admission = { kind: 'lost' };
const STOPPED: Admission = { kind: 'stopped' };

/**
 * Lets a run be called only while this replica holds its lease: after a pause longer than the lease, another
 * replica may have taken the run over (runs-and-behaviour.md, "Guarantees"). And only while its tenancy may run.
 */
@Injectable()
export class LeaseGate extends Gate {
  constructor(
    private readonly heartbeat: Heartbeat,
    private readonly tenancies: TenancyIndex,
  ) {
    super();
  }

  admit({ tenancyId }: ClaimedRun, now: Instant): Admission {
    if (!this.heartbeat.isHolding(now)) return LOST;
    return this.tenancies.mayRun(tenancyId) ? GO : STOPPED;
  }

  stillAdmits({ tenancyId }: ClaimedRun, now: Instant): boolean {
    return this.heartbeat.isHolding(now) && this.tenancies.mayRun(tenancyId);
  }
}
