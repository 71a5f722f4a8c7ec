import { Injectable } from '@nestjs/common';
import type { ActionOutcome } from '../core/action-outcome.js';
import type { Instant } from '../core/instant.js';
import { Heartbeat } from '../replica/heartbeat.js';
import type { ClaimedRun } from '../run-log/queue/claimed-run.js';

/** What a gate says of a run whose moment has come. */
export type Admission =
  /** It is called now. */
  | { readonly kind: 'go' }
  /** It goes back to the queue and is asked for again at `until`. */
  | { readonly kind: 'wait'; readonly until: Instant }
  /** It ends with this outcome, without a call. */
  | { readonly kind: 'refuse'; readonly outcome: ActionOutcome }
  /** It is not this replica's any more, and neither is anything else that waits here. */
  | { readonly kind: 'lost' };

/** Asked right before each call, in memory: what it decides by is kept up by others. */
export abstract class Gate {
  abstract admit(run: ClaimedRun, now: Instant): Admission;
}

const GO: Admission = { kind: 'go' };
const LOST: Admission = { kind: 'lost' };

/**
 * Lets a run be called only while this replica holds its lease: after a pause longer than the lease another replica may
 * have taken the run over (runs-and-behaviour.md, "Guarantees").
 */
@Injectable()
export class LeaseGate extends Gate {
  constructor(private readonly heartbeat: Heartbeat) {
    super();
  }

  admit(_run: ClaimedRun, now: Instant): Admission {
    return this.heartbeat.isHolding(now) ? GO : LOST;
  }
}
