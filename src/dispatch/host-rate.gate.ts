import { Injectable } from '@nestjs/common';
import type { Instant } from '../core/instant.js';
import { Heartbeat } from '../replica/heartbeat.js';
import type { ClaimedRun } from '../run-log/queue/claimed-run.js';
import { TenantLimits } from '../tenant/tenant-limits.js';
import { Gate, LeaseGate, type Admission } from './gate.js';
import { HostRate } from './host-rate.js';

/**
 * Lets a tenant call one host so many times a second: a run beyond that waits in the lane of its tenant. Calls of
 * other tenants to that host count for themselves. The replicas that are alive share the number out, at least one
 * each: which of them calls is decided by nobody, and over time they call equally often.
 */
@Injectable()
export class HostRateGate extends Gate {
  private readonly rate = new HostRate();

  constructor(
    private readonly lease: LeaseGate,
    private readonly heartbeat: Heartbeat,
    private readonly limits: TenantLimits,
  ) {
    super();
  }

  admit(run: ClaimedRun, now: Instant): Admission {
    const admission = this.lease.admit(run, now);
    if (admission.kind !== 'go' || run.job.kind !== 'http') return admission;
    const most = this.limits.one(run.tenancyId, 'maxCallsPerHostPerSecond');
    const replicas = Math.max(1, this.heartbeat.liveReplicaIds.length);
    const share = Math.max(1, Math.floor(most / replicas));
    const until = this.rate.take(`${run.tenancyId} ${hostOf(run.job.action)}`, share, now);
    return until === null ? admission : { kind: 'wait', until };
  }

  stillAdmits(run: ClaimedRun, now: Instant): boolean {
    return this.lease.stillAdmits(run, now);
  }
}

/** Returns the host that an action is on; of an action that is no URL the whole text, which is never called. */
function hostOf(action: string): string {
  return URL.parse(action)?.hostname ?? action;
}
