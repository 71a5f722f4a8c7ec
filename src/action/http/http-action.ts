import { Inject, Injectable, Logger } from '@nestjs/common';
import { CONFIG, type Config } from '../../config/config.js';
import { VERSION } from '../../config/version.js';
import { eventOf, textOf, type ActionOutcome } from '../../core/action-outcome.js';
import { Clock } from '../../core/clock.js';
import { wireText, type Instant } from '../../core/instant.js';
import { transition } from '../../core/run-state.js';
import type { ClaimedRun } from '../../run-log/claimed-run.js';
import type { RunOutcome } from '../../run-log/outcome.store.js';
import { HttpCaller, type HttpRequest } from './http-caller.js';
import { ActionCredentials } from '../action-credentials.js';

const UNAUTHORIZED = 401;

/** A run that was called: its outcome, and whether there was any HTTP answer. */
export interface ExecutedRun {
  readonly run: ClaimedRun;
  readonly outcome: RunOutcome;
  readonly isReached: boolean;
}

/** Calls the action of a claimed run and says what came of it (runs-and-behaviour.md, "Calling the action"). */
@Injectable()
export class HttpAction {
  private readonly log = new Logger(HttpAction.name);
  private readonly userAgent = `Carillon/${VERSION}`;

  constructor(
    private readonly caller: HttpCaller,
    private readonly credentials: ActionCredentials,
    readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** Calls the action once. Whatever goes wrong is an outcome; this never rejects. */
  async execute(run: ClaimedRun): Promise<ExecutedRun> {
    let executedAt = this.clock.now();
    let answer: ActionOutcome;
    try {
      const request = this.requestOf(run, await this.credentials.authorizationFor(run));
      executedAt = this.clock.now();
      answer = await this.caller.call(request);
    } catch (error) {
      // Only our own side fails here: a token that cannot be made, a password that cannot be opened.
      this.log.error(`Run ${run.runId} could not be called: ${String(error)}`);
      answer = {
        kind: 'unreachable',
        code: 'CARILLON_INTERNAL',
        message: 'The call could not be prepared.',
      };
    }
    if (answer.kind === 'answered' && answer.httpStatus === UNAUTHORIZED)
      this.credentials.drop(run.tenancyId);
    return {
      run,
      outcome: this.outcomeOf(run, answer, executedAt),
      isReached: answer.kind !== 'unreachable',
    };
  }

  private outcomeOf(run: ClaimedRun, answer: ActionOutcome, executedAt: Instant): RunOutcome {
    return {
      id: run.id,
      runId: run.runId,
      scheduleId: run.schedule.id,
      scheduleKind: run.schedule.kind,
      job: run.job,
      tenancyId: run.tenancyId,
      origin: run.origin,
      plannedAt: run.plannedAt,
      dueAt: run.dueAt,
      state: transition('TRIGGERED', eventOf(answer)) ?? 'REQUEST_ERROR',
      executedAt,
      answeredAt: Math.max(executedAt, this.clock.now()),
      httpStatus: answer.kind === 'answered' ? answer.httpStatus : null,
      text: textOf(answer),
    };
  }

  private requestOf(run: ClaimedRun, authorization: string): HttpRequest {
    const traceId = run.id.toString('hex');
    return {
      url: run.job.action,
      method: run.job.httpMethod,
      data: run.schedule.data,
      headers: {
        authorization,
        'user-agent': this.userAgent,
        'x-sap-job-id': String(run.job.id),
        'x-sap-job-schedule-id': run.schedule.id,
        'x-sap-job-run-id': run.runId,
        'x-sap-scheduler-host': this.config.publicUrl,
        'x-sap-run-at': wireText(run.plannedAt),
        // The run is the trace: its id needs no column of its own and finds the call in any tracing backend.
        traceparent: `00-${traceId}-${traceId.slice(16)}-01`,
      },
    };
  }
}
