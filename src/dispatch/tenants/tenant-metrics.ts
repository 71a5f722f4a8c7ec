import { Inject, Injectable } from '@nestjs/common';
import { CONFIG, type Config } from '../../config/config.js';
import { Clock } from '../../core/clock.js';
import { RunEndings } from '../../run-log/run-endings.js';
import { Metrics } from '../../telemetry/metrics.js';
import { TenancyIndex } from '../../tenant/tenancy-index.js';
import { Executor } from '../executor.js';
import { TenantSeries } from './tenant-series.js';

/** Publishes the busiest tenants where METRICS_TENANTS asks for it. Otherwise there is nothing, and nothing is counted. */
@Injectable()
export class TenantMetrics {
  constructor(
    metrics: Metrics,
    endings: RunEndings,
    { queue }: Executor,
    tenancies: TenancyIndex,
    clock: Clock,
    @Inject(CONFIG) config: Config,
  ) {
    const { tenants } = config.metrics;
    if (tenants === 0) return;
    endings.join(new TenantSeries(tenants, { metrics, tenancies, queue, clock }));
  }
}
