import { Injectable } from '@nestjs/common';
import type { ClaimedRun } from '../../run-log/queue/claimed-run.js';

/** A run that is called; where its next one may cancel it, with what gives the call up. */
export type ArmedRun = ClaimedRun & { readonly signal?: AbortSignal };

/** The open calls of this replica that the next runs of their schedules may cancel. All other calls cost nothing here. */
@Injectable()
export class CallAborts {
  private readonly open = new Map<string, AbortController>();

  /** Returns a run as it is to be called. */
  armed(run: ClaimedRun): ArmedRun {
    if (run.policy?.overlap !== 'cancel') return run;
    const controller = new AbortController();
    this.open.set(run.runId, controller);
    return { ...run, signal: controller.signal };
  }

  /** Forgets a call that is over. */
  disarm({ runId, policy }: ClaimedRun): void {
    if (policy?.overlap === 'cancel') this.open.delete(runId);
  }

  /** Gives up the call of a run, where it is open here. */
  abort(runId: string): void {
    this.open.get(runId)?.abort();
  }
}
