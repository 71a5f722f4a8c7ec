import { setTimeout as pause } from 'node:timers/promises';
import { Inject, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { Request, Response } from 'express';
import { CONFIG, type Config } from '../../config/config.js';
import { Clock } from '../../core/clock.js';
import { DomainError } from '../../core/errors.js';
import { protocolOf } from '../../http/protocol/protocols.js';
import type { ScopedRequest } from '../../http/scope.decorators.js';
import { beginAtZero, Metrics } from '../../telemetry/metrics.js';
import { RateBucket, type Passage } from './rate-bucket.js';
import { TenancyIndex } from '../tenancy-index.js';

/**
 * Delays and refuses requests beyond the limits (rest-api.md, "Rate limits"): one budget per tenancy, so that one
 * tenant's traffic never makes another see 429, and one for the whole process. It comes after the guard that says
 * who asks; what that one refuses counts for nobody.
 */
@Injectable()
export class RateLimitGuard implements CanActivate {
  private readonly clients = new Map<number, RateBucket>();
  private absolute: RateBucket | null = null;
  private readonly limited;

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly clock: Clock,
    private readonly tenancies: TenancyIndex,
    metrics: Metrics,
  ) {
    this.limited = metrics.counter(
      'carillon_rate_limited_total',
      'Requests beyond a limit of their rate: client (429, of their tenant), absolute (503, of this process)',
      ['limit'],
    );
    beginAtZero(this.limited, [{ limit: 'client' }, { limit: 'absolute' }]);
  }

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<Request & Partial<ScopedRequest>>();
    const response = context.switchToHttp().getResponse<Response>();
    if (!protocolOf(request.path).isLimited) return true;
    const absolute = this.takeAbsolute();
    const client = request.scope ? this.takeClient(request.scope.tenancyId) : FREE;
    const delayMs = delayOf(absolute) + delayOf(client);
    if (delayMs > 0) {
      response.setHeader('throttling', String(delayMs));
      await pause(delayMs);
    }
    this.refuse(absolute, response, 'absolute');
    this.refuse(client, response, 'client');
    return true;
  }

  private refuse(passage: Passage, response: Response, limit: keyof typeof REFUSALS): void {
    if (passage.kind === 'granted') return;
    this.limited.inc({ limit });
    response.setHeader('Retry-After', String(passage.retryAfterS));
    const { code, what } = REFUSALS[limit];
    throw new DomainError(code, `${what}: try again in ${passage.retryAfterS} s.`);
  }

  private takeAbsolute(): Passage {
    const perMinute = this.config.rateLimitAbsolutePerMinute;
    if (perMinute === 0) return FREE;
    const now = this.clock.now();
    this.absolute ??= new RateBucket(perMinute, now);
    return this.absolute.take(perMinute, now);
  }

  private takeClient(tenancyId: number): Passage {
    const own = this.tenancies.find(tenancyId)?.requestsPerMinute ?? null;
    const perMinute = own ?? this.config.rateLimitClientPerMinute;
    if (perMinute === 0) return FREE;
    const now = this.clock.now();
    const bucket = this.clients.get(tenancyId) ?? new RateBucket(perMinute, now);
    this.clients.set(tenancyId, bucket);
    return bucket.take(perMinute, now);
  }
}

/** What a limit says to who goes beyond it. */
const REFUSALS = {
  absolute: { code: 'unavailable', what: 'The service is busy' },
  client: { code: 'tooManyRequests', what: 'Too many requests of this tenant' },
} as const;

const FREE: Passage = { kind: 'granted', delayMs: 0 };

function delayOf(passage: Passage): number {
  return passage.kind === 'granted' ? passage.delayMs : 0;
}
