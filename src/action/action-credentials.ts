import { Injectable } from '@nestjs/common';
import { TokenIssuer } from '../auth/key/token-issuer.js';
import { Clock } from '../core/clock.js';
import { MINUTE_MS, type Instant } from '../core/instant.js';
import { Sealing } from '../database/sealing/sealing.js';
import type { ClaimedRun } from '../run-log/queue/claimed-run.js';

/** A token is renewed when less than this time, or less than a tenth of its lifetime, is left. */
const MOST_MARGIN_MS = 10 * MINUTE_MS;

interface HeldToken {
  readonly kid: string;
  readonly bearer: string;
  readonly renewAt: Instant;
}

/** For whom a call is made, and with which Basic credentials of its job. */
export interface Authorized {
  readonly tenancyId: number;
  readonly job: Pick<ClaimedRun['job'], 'user' | 'sealedPassword'>;
}

/**
 * Provides the credentials of a call: the job's own Basic credentials where it has them, otherwise a
 * client-credentials token of the service instance in the tenant's zone, so that the application knows the
 * tenant. A token is requested once per tenancy and reused until shortly before it expires or its key is gone; a 401 from an
 * endpoint discards it (runs-and-behaviour.md, "Calling the action").
 */
@Injectable()
export class ActionCredentials {
  private readonly held = new Map<number, HeldToken>();
  private readonly pending = new Map<number, Promise<HeldToken>>();

  constructor(
    private readonly issuer: TokenIssuer,
    private readonly sealing: Sealing,
    private readonly clock: Clock,
  ) {}

  /** Returns the value of the `authorization` header for a run, without a promise where it is already available. */
  authorizationFor(run: Authorized): string | Promise<string> {
    const { user, sealedPassword } = run.job;
    if (user === null) return this.bearerFor(run.tenancyId);
    const password = sealedPassword === null ? '' : this.sealing.open(sealedPassword);
    return `Basic ${Buffer.from(`${user}:${password}`, 'utf8').toString('base64')}`;
  }

  /** Discards the token of a tenancy, so that its next run gets a new one. */
  drop(tenancyId: number): void {
    this.held.delete(tenancyId);
  }

  private bearerFor(tenancyId: number): string | Promise<string> {
    const held = this.held.get(tenancyId);
    if (held && held.renewAt > this.clock.now() && this.issuer.isValid(held)) return held.bearer;
    return (this.pending.get(tenancyId) ?? this.renew(tenancyId)).then(({ bearer }) => bearer);
  }

  private renew(tenancyId: number): Promise<HeldToken> {
    const renewal = this.issue(tenancyId).finally(() => this.pending.delete(tenancyId));
    this.pending.set(tenancyId, renewal);
    return renewal;
  }

  private async issue(tenancyId: number): Promise<HeldToken> {
    const now = this.clock.now();
    const { token, kid, expiresAt } = await this.issuer.issueForTenancy(tenancyId);
    const held = {
      kid,
      bearer: `Bearer ${token}`,
      renewAt: expiresAt - Math.min(MOST_MARGIN_MS, (expiresAt - now) / 10),
    };
    this.held.set(tenancyId, held);
    return held;
  }
}
