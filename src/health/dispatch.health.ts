import { Inject, Injectable } from '@nestjs/common';
import { HealthIndicatorService, type HealthIndicatorResult } from '@nestjs/terminus';
import { CONFIG, type Config } from '../config/config.js';
import { Clock } from '../core/clock.js';
import { DispatchLoop } from '../dispatch/dispatch-loop.js';

/** Ready means: the dispatch loop has gone round within the lease. */
@Injectable()
export class DispatchHealth {
  constructor(
    private readonly loop: DispatchLoop,
    private readonly clock: Clock,
    private readonly indicators: HealthIndicatorService,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  async check(): Promise<HealthIndicatorResult> {
    const indicator = this.indicators.check('dispatch');
    const { lastTickAt } = this.loop;
    if (lastTickAt === null) return indicator.down({ message: 'The dispatch loop has not gone round yet.' });
    const ageMs = this.clock.now() - lastTickAt;
    return ageMs < this.config.leaseMs ? indicator.up({ ageMs }) : indicator.down({ ageMs });
  }
}
