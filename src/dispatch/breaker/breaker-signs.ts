import { Injectable } from '@nestjs/common';
import type { Tx } from '../../database/tx.js';
import { BreakerFeed, type Called } from '../../schedule/protection/breaker/breaker-feed.js';
import { beginAtZero, Metrics } from '../../telemetry/metrics.js';
import type { ExecutedRun } from '../executed-run.js';

const NONE: ReadonlySet<string> = new Set();
const RESULTS = ['answered', 'failed', 'none'] as const;

/** Tells circuits of the calls of a batch, and counts what comes of it. A batch without protected endpoints costs a look at each entry. */
@Injectable()
export class BreakerSigns {
  private readonly opened;
  private readonly probes;

  constructor(
    private readonly feed: BreakerFeed,
    metrics: Metrics,
  ) {
    this.opened = metrics.counter(
      'carillon_breakers_opened_total',
      'Circuits of endpoints that opened after failures in a row',
    );
    this.probes = metrics.counter(
      'carillon_breaker_probes_total',
      'Calls that looked whether an endpoint is there again, by their result',
      ['result'],
    );
    beginAtZero(
      this.probes,
      RESULTS.map((result) => ({ result })),
    );
  }

  /** Returns the runs that go back to wait: probes that failed. */
  async take(
    tx: Tx,
    batch: readonly ExecutedRun[],
    how: { readonly replicaId: number; readonly isRepeated: boolean },
  ): Promise<ReadonlySet<string>> {
    if (!batch.some(({ sign }) => sign !== undefined)) return NONE;
    const called = batch.flatMap(({ run, outcome, sign }): Called[] =>
      sign === undefined ? [] : [{ run, sign, at: outcome.answeredAt }],
    );
    const { kept, opened, probes } = await this.feed.take(tx, called, how);
    tx.afterCommit(() => {
      if (opened > 0) this.opened.inc(opened);
      for (const result of probes) this.probes.inc({ result });
    });
    return kept;
  }
}
