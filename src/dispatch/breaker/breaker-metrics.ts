import { Injectable } from '@nestjs/common';
import { Clock } from '../../core/clock.js';
import { SECOND_MS, type Instant } from '../../core/instant.js';
import { Database } from '../../database/database.js';
import { BreakerReader, type CircuitCounts } from '../../schedule/protection/breaker/breaker.reader.js';
import { Metrics } from '../../telemetry/metrics.js';

/** How often the deployment is looked at, at most. */
const EVERY_MS = 10 * SECOND_MS;
const STATES = ['open', 'releasing'] as const;

/** Publishes how many endpoints are away and what waits for them: the same on every replica, and left out while the database is away. */
@Injectable()
export class BreakerMetrics {
  private kept: { readonly at: Instant; readonly counts: Promise<CircuitCounts> } | null = null;

  constructor(
    private readonly database: Database,
    private readonly reader: BreakerReader,
    private readonly clock: Clock,
    metrics: Metrics,
  ) {
    metrics.gauge(
      'carillon_breakers',
      'Whole deployment: circuits of endpoints that are not closed, by state',
      {
        labels: ['state'],
        collect: async (gauge) => {
          const counts = await this.counts();
          for (const state of STATES) gauge.set({ state }, counts[state]);
        },
      },
    );
    metrics.gauge(
      'carillon_breaker_waiting_runs',
      'Whole deployment: runs that wait for endpoints that are away; counted to 100,000',
      { collect: async (gauge) => gauge.set((await this.counts()).waiting) },
    );
  }

  /** As upkeep: it is asked most when requests have taken every connection. */
  private counts(): Promise<CircuitCounts> {
    const now = this.clock.now();
    if (this.kept !== null && Math.abs(now - this.kept.at) < EVERY_MS) return this.kept.counts;
    const counts = this.database.read((tx) => this.reader.count(tx), 'upkeep');
    this.kept = { at: now, counts };
    counts.catch(() => (this.kept = null));
    return counts;
  }
}
