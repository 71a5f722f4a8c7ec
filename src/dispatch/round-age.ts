import { Inject, Injectable } from '@nestjs/common';
import { CONFIG, type Config } from '../config/config.js';
import { Clock } from '../core/clock.js';
import { SECOND_MS } from '../core/instant.js';
import { Metrics } from '../telemetry/metrics.js';
import { DispatchLoop } from './dispatch-loop.js';

/** Publishes since when the dispatch loop has not gone round; before its first round, since when this process runs. */
@Injectable()
export class RoundAge {
  constructor(metrics: Metrics, loop: DispatchLoop, clock: Clock, @Inject(CONFIG) config: Config) {
    if (!config.isDispatching) return;
    const startedAt = clock.now();
    metrics.gauge(
      'carillon_dispatch_round_age_seconds',
      'Time since the dispatch loop of this replica last went round; absent with DISPATCH=off',
      {
        collect: (gauge) => gauge.set(Math.max(0, clock.now() - (loop.lastTickAt ?? startedAt)) / SECOND_MS),
      },
    );
  }
}
