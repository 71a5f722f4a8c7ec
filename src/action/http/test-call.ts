import { Injectable } from '@nestjs/common';
import type { ActionOutcome } from '../../core/action-outcome.js';
import { Clock } from '../../core/clock.js';
import { uuidToBytes } from '../../database/columns.js';
import type { HttpMethod } from '../../database/entities/job.row.js';
import { Sealing } from '../../database/sealing/sealing.js';
import { newUuid } from '../../database/uuid-v7.js';
import { HttpAction } from './http-action.js';

/** No job has this id: an application sees by it that a call belongs to none. */
const NO_JOB = 0;

/** A call as a job and its schedule would make it. */
export interface TestCallOrder {
  readonly tenancyId: number;
  readonly action: string;
  readonly httpMethod: HttpMethod;
  readonly user: string | null;
  /** In the clear. */
  readonly password: string | null;
  /** JSON text of an object, or null. */
  readonly data: string | null;
  /** The additional headers of the call; null for none. */
  readonly sealedHeaders: string | null;
  /** Whether it is signed by the keys of the tenancy. */
  readonly isSigned: boolean;
}

/** Calls an endpoint once as a run would, without a job, a schedule or a run. */
@Injectable()
export class TestCall {
  constructor(
    private readonly action: HttpAction,
    private readonly sealing: Sealing,
    private readonly clock: Clock,
  ) {}

  /** Makes the call and returns its outcome, and how long it took. Every failure is an outcome; this never rejects. */
  async make(order: TestCallOrder): Promise<{ outcome: ActionOutcome; durationMs: number }> {
    const { tenancyId, action, httpMethod, user, password, data, sealedHeaders, isSigned } = order;
    const now = this.clock.now();
    const runId = newUuid(now);
    const sealedPassword = password === null ? null : this.sealing.seal(password);
    const { outcome, startedAt } = await this.action.perform({
      ...{ id: uuidToBytes(runId), runId, tenancyId, plannedAt: now },
      schedule: { id: newUuid(now), data },
      job: { id: NO_JOB, action, httpMethod, user, sealedPassword, sealedHeaders, isSigned },
    });
    return { outcome, durationMs: Math.max(0, this.clock.now() - startedAt) };
  }
}
