import { Injectable } from '@nestjs/common';
import { beginAtZero, Metrics } from '../telemetry/metrics.js';

const RESULTS = ['ok', 'limited', 'failed'] as const;
/** What became of a request to a Cloud Controller: granted, sent away for a while (429), or refused or without an answer. */
export type TaskRequestResult = (typeof RESULTS)[number];

/** Counts requests to Cloud Controllers. */
@Injectable()
export class TaskRequestMetrics {
  private readonly requests;

  constructor(metrics: Metrics) {
    this.requests = metrics.counter(
      'carillon_task_requests_total',
      'Requests to Cloud Controllers by result: ok, limited (429), failed (refused, or no answer)',
      ['result'],
    );
    beginAtZero(
      this.requests,
      RESULTS.map((result) => ({ result })),
    );
  }

  readonly count = (result: TaskRequestResult): void => {
    this.requests.inc({ result });
  };
}
