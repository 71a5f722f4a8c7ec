import { Injectable, Logger } from '@nestjs/common';
import { Clock } from '../../core/clock.js';
import { SECOND_MS, type Instant } from '../../core/instant.js';
import { logUnlessUnavailable } from '../../database/connection/availability.js';
import { Database } from '../../database/database.js';
import type { Tx } from '../../database/tx.js';
import { BreakerReader, type CircuitCounts } from '../../schedule/protection/breaker/breaker.reader.js';
import { Metrics } from '../../telemetry/metrics.js';
import { DeploymentReader, type Standing, type Sums } from './deployment.reader.js';
import { KeptReading } from './kept-reading.js';

/** How often the deployment is looked at, at most; what is a sum over all tenants, less often. */
const STANDING_EVERY_MS = 10 * SECOND_MS;
const SUMS_EVERY_MS = 30 * SECOND_MS;

/**
 * The metrics of the whole deployment, which every replica publishes with the same value. While the database is
 * away they are left out (telemetry.md, "GET /metrics").
 */
@Injectable()
export class DeploymentMetrics {
  private readonly log = new Logger('Metrics');
  private readonly standing: KeptReading<Standing>;
  private readonly sums: KeptReading<Sums>;
  private readonly circuits: KeptReading<CircuitCounts>;

  constructor(
    private readonly metrics: Metrics,
    private readonly database: Database,
    private readonly clock: Clock,
    reader: DeploymentReader,
    breakers: BreakerReader,
  ) {
    this.standing = this.kept(STANDING_EVERY_MS, (tx, now) => reader.standing(tx, now));
    this.sums = this.kept(SUMS_EVERY_MS, (tx) => reader.sums(tx));
    this.circuits = this.kept(STANDING_EVERY_MS, (tx) => breakers.count(tx));
    this.publish();
    this.publishByState();
  }

  private publish(): void {
    const { standing, sums } = this;
    this.gauge(
      'carillon_runs_due',
      'Whole deployment: planned instants that have passed and are not claimed; counted to 10,000',
      standing,
      ({ due }) => due,
    );
    this.gauge(
      'carillon_oldest_due_age_seconds',
      'Whole deployment: age of the oldest run that is due and not claimed; 0 where none is',
      standing,
      ({ oldestDueSeconds }) => oldestDueSeconds,
    );
    this.gauge(
      'carillon_throttle_longest_wait_seconds',
      'Whole deployment: how long the run has waited that the throttle of its job keeps longest; 0 where none waits',
      standing,
      ({ throttledSeconds }) => throttledSeconds,
    );
    this.gauge(
      'carillon_replicas',
      'Whole deployment: replicas whose heartbeat is fresh',
      standing,
      ({ replicas }) => replicas,
    );
    this.gauge(
      'carillon_operations_open',
      'Whole deployment: long operations that are under way',
      standing,
      ({ operations }) => operations,
    );
    this.gauge(
      'carillon_notifications_pending',
      'Whole deployment: messages that the broker has not taken yet',
      standing,
      ({ notifications }) => notifications,
    );
    this.gauge('carillon_jobs', 'Whole deployment: jobs, active or not', sums, ({ jobs }) => jobs);
    this.gauge(
      'carillon_schedules',
      'Whole deployment: schedules, active or not',
      sums,
      ({ schedules }) => schedules,
    );
  }

  private publishByState(): void {
    this.gauge(
      'carillon_breaker_waiting_runs',
      'Whole deployment: runs that wait for endpoints that are away; counted to 100,000',
      this.circuits,
      ({ waiting }) => waiting,
    );
    this.gaugeByState(
      'carillon_breakers',
      'Whole deployment: circuits of endpoints that are not closed, by state',
      this.circuits,
      ({ open, releasing }) => ({ open, releasing }),
    );
    this.gaugeByState(
      'carillon_runs_open',
      'Whole deployment: runs that wait for a report or a task, by state; each counted to 100,000',
      this.standing,
      ({ open }) => open,
    );
  }

  private gauge<T>(name: string, help: string, reading: KeptReading<T>, of: (value: T) => number): void {
    this.metrics.gauge(name, help, {
      collect: async (gauge) => {
        const value = await reading.get();
        if (value === null) gauge.remove();
        else gauge.set(of(value));
      },
    });
  }

  private gaugeByState<T>(
    name: string,
    help: string,
    reading: KeptReading<T>,
    of: (value: T) => Readonly<Record<string, number>>,
  ): void {
    this.metrics.gauge(name, help, {
      labels: ['state'],
      collect: async (gauge) => {
        const value = await reading.get();
        gauge.reset();
        if (value === null) return;
        for (const [state, count] of Object.entries(of(value))) gauge.set({ state }, count);
      },
    });
  }

  private kept<T>(everyMs: number, read: (tx: Tx, now: Instant) => Promise<T>): KeptReading<T> {
    const failed = (error: unknown) =>
      logUnlessUnavailable(error, (reason) =>
        this.log.warn(`The deployment could not be counted: ${reason}`),
      );
    // As upkeep: how the service stands is asked most when requests have taken every connection.
    const work = (now: Instant) => this.database.read((tx) => read(tx, now), 'upkeep');
    return new KeptReading(work, this.clock, { everyMs, failed });
  }
}
