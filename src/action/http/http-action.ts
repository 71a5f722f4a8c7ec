import { Inject, Injectable, Logger } from '@nestjs/common';
import { CONFIG, type Config } from '../../config/config.js';
import { VERSION } from '../../config/version.js';
import { OWN_FAULT_CODE, REFUSED_CODE, type ActionOutcome } from '../../core/action-outcome.js';
import { Clock } from '../../core/clock.js';
import { wireText } from '../../core/instant.js';
import type { ClaimedRun } from '../../run-log/queue/claimed-run.js';
import { RunTraces } from '../../telemetry/trace/run-traces.js';
import { newSpanId } from '../../telemetry/trace/trace-ids.js';
import { ActionCredentials } from '../action-credentials.js';
import type { ActionPerformer, PerformedAction } from '../action-performer.js';
import { CannotSign } from '../../signing/signers.js';
import { CallHeaders, type HeadersOfJob } from './call-headers.js';
import { HttpCaller, type HttpRequest } from './http-caller.js';

const UNAUTHORIZED = 401;

/** The outcome of a failure in this service: a token that cannot be obtained, a password that cannot be decrypted. */
const UNPREPARED = {
  kind: 'unreachable',
  code: OWN_FAULT_CODE,
  message: 'The call could not be prepared.',
} satisfies ActionOutcome;

/** What a call is made of. A claimed run has it all. */
export interface HttpCall
  extends
    Pick<ClaimedRun, 'id' | 'runId' | 'plannedAt' | 'tenancyId'>,
    Partial<Pick<ClaimedRun, 'attempt' | 'originalAt' | 'policy'>> {
  readonly schedule: Pick<ClaimedRun['schedule'], 'id' | 'data'>;
  readonly job: Pick<ClaimedRun['job'], 'id' | 'action' | 'httpMethod' | 'user' | 'sealedPassword'> &
    HeadersOfJob;
  /** Gives the call up when it is aborted; undefined where nobody does. */
  readonly signal?: AbortSignal | undefined;
}

/** Calls the endpoint of a job over HTTP (runs-and-behaviour.md, "Calling the action"). */
@Injectable()
export class HttpAction implements ActionPerformer {
  readonly kind = 'http';
  private readonly log = new Logger(HttpAction.name);
  private readonly userAgent = `Carillon/${VERSION}`;

  constructor(
    private readonly caller: HttpCaller,
    private readonly credentials: ActionCredentials,
    private readonly callHeaders: CallHeaders,
    private readonly traces: RunTraces,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** Calls the endpoint once. A failure in this service is also an outcome; this never rejects. */
  async perform(run: HttpCall): Promise<PerformedAction> {
    let startedAt = this.clock.now();
    try {
      const spanId = newSpanId();
      const request = this.requestOf(run, spanId, await this.credentials.authorizationFor(run));
      const signed = run.job.isSigned === true ? await this.callHeaders.signer(run.tenancyId) : null;
      startedAt = this.clock.now();
      const outcome = await this.caller.call(signed?.(request, { id: run.runId, at: startedAt }) ?? request);
      if (outcome.kind === 'answered' && outcome.httpStatus === UNAUTHORIZED)
        this.credentials.drop(run.tenancyId);
      return isRefused(outcome) ? { startedAt, outcome } : { startedAt, outcome, spanId };
    } catch (error) {
      if (error instanceof CannotSign)
        return { startedAt, outcome: { ...UNPREPARED, message: error.message } };
      this.log.error(`Run ${run.runId} could not be called: ${String(error)}`);
      return { startedAt, outcome: UNPREPARED };
    }
  }

  private requestOf(run: HttpCall, spanId: string, authorization: string): HttpRequest {
    return {
      tenancyId: run.tenancyId,
      timeoutMs: run.policy?.timeoutMs,
      url: run.job.action,
      method: run.job.httpMethod,
      data: run.schedule.data,
      signal: run.signal,
      headers: this.headersOf(run, spanId, authorization),
    };
  }

  /** Most calls have no headers of their jobs, and an object that is put together would be felt in each. */
  private headersOf(run: HttpCall, spanId: string, authorization: string): Readonly<Record<string, string>> {
    const headers: Record<string, string> = {
      authorization,
      'user-agent': this.userAgent,
      'x-sap-job-id': String(run.job.id),
      'x-sap-job-schedule-id': run.schedule.id,
      'x-sap-job-run-id': run.runId,
      'x-sap-scheduler-host': this.config.publicUrl,
      'x-sap-run-at': wireText(run.originalAt ?? run.plannedAt),
      // The run is the trace: its id needs no column of its own and finds the call in any tracing backend.
      traceparent: this.traces.headerOf(run.runId, spanId),
    };
    if (run.policy?.retry) headers['x-carillon-attempt'] = String(run.attempt);
    const ofJob = this.callHeaders.ofJob(run.job);
    return ofJob === null ? headers : { ...ofJob, ...headers };
  }
}

/** Returns whether the outbound guard let nothing out: then there was no call. */
function isRefused(outcome: ActionOutcome): boolean {
  return outcome.kind === 'unreachable' && outcome.code === REFUSED_CODE;
}
