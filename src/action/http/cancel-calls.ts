import { Injectable, Logger } from '@nestjs/common';
import { VERSION } from '../../config/version.js';
import type { ClaimedRun } from '../../run-log/queue/claimed-run.js';
import { ActionCredentials } from '../action-credentials.js';
import { Clock } from '../../core/clock.js';
import { CallHeaders } from './call-headers.js';
import { HttpCaller, type HttpRequest } from './http-caller.js';

/** How many such calls may be open: more of them are left out, for nobody waits for their answers. */
const MOST_OPEN = 100;

/**
 * Tells applications of runs that they acknowledged and that the next ones have canceled: one call to the `cancelAction` of the job,
 * with the credentials and through the guard of any other call. Its answer means nothing (schedule-extensions.md, "Overlap").
 */
@Injectable()
export class CancelCalls {
  private readonly log = new Logger(CancelCalls.name);
  private readonly open = new Set<Promise<void>>();

  constructor(
    private readonly caller: HttpCaller,
    private readonly credentials: ActionCredentials,
    private readonly callHeaders: CallHeaders,
    private readonly clock: Clock,
  ) {}

  /** Tells of a canceled run, where the job of the run that follows it says whom. */
  tell(runId: string, next: ClaimedRun): void {
    const url = next.policy?.cancelAction;
    if (url === undefined || next.job.kind !== 'http' || this.open.size >= MOST_OPEN) return;
    const call = this.call(url, runId, next)
      .catch((error: unknown) => {
        this.log.warn(
          `The application of run ${runId} could not be told that it is canceled: ${String(error)}`,
        );
      })
      .finally(() => this.open.delete(call));
    this.open.add(call);
  }

  /** Resolves once every call that has begun is over. */
  async settled(): Promise<void> {
    await Promise.all(this.open);
  }

  private async call(url: string, runId: string, next: ClaimedRun): Promise<void> {
    const authorization = await this.credentials.authorizationFor(next);
    const request: HttpRequest = {
      ...{ tenancyId: next.tenancyId, url, method: 'POST', data: JSON.stringify({ runId }) },
      headers: {
        ...this.callHeaders.ofJob(next.job),
        authorization,
        'user-agent': `Carillon/${VERSION}`,
        'x-sap-job-id': String(next.job.id),
        'x-sap-job-schedule-id': next.schedule.id,
        'x-sap-job-run-id': runId,
      },
    };
    const signed = next.job.isSigned ? await this.callHeaders.signer(next.tenancyId) : null;
    // Receivers tell calls apart by this id, and the run's own call had that of the run.
    const sent = { id: `${runId}-cancel`, at: this.clock.now() };
    await this.caller.call(signed?.(request, sent) ?? request);
  }
}
