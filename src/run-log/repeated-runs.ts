import { Injectable } from '@nestjs/common';
import type { Instant } from '../core/instant.js';
import { retryAt, type FailedCall } from '../core/policy/retry.js';
import { uuidToBytes } from '../database/columns.js';
import type { Tx } from '../database/tx.js';
import { AttemptStore } from './attempt.store.js';
import type { OpenRun } from './open-run.store.js';
import { RunEndings } from './run-endings.js';

/** A run, and when it is called again because it was found to have failed. */
export interface Again {
  readonly run: OpenRun;
  readonly text: string;
  readonly nextAt: Instant;
}

/** Puts runs back into the queue that have failed in another way than by the answer to their call. */
@Injectable()
export class RepeatedRuns {
  constructor(
    private readonly attempts: AttemptStore,
    private readonly endings: RunEndings,
  ) {}

  /** Puts locked runs back, in one statement where there are any. */
  async putBack(tx: Tx, again: readonly Again[], now: Instant): Promise<void> {
    if (again.length === 0) return;
    const failed = again.map(({ run, text, nextAt }) => ({
      ...{ id: uuidToBytes(run.runId), attempt: run.attempt, attempts: run.attempts, nextAt, text },
      ...{ calledAt: run.executedAt ?? now, failedAt: now, status: run.httpStatus },
      wasBegun: isBegun(run),
    }));
    await this.attempts.putBackReported(tx, failed);
    const runs = again.map(({ run }) => run);
    await this.endings.leave(tx, runs, { wereCalled: false });
    this.endings.again(
      tx,
      again.map(({ run, nextAt }) => ({ tenancyId: run.tenancyId, dueAt: nextAt })),
    );
  }
}

/** Returns whether a run goes on after its call was recorded. */
export function isBegun({ state }: OpenRun): boolean {
  return state === 'ACK_RECVD' || state === 'ACK_NOT_RECVD';
}

/** Returns when a run that was found to have failed is called again; null where it is not. */
export function retriedAt({ policy, attempt }: OpenRun, call: FailedCall, now: Instant): Instant | null {
  if (policy?.retry === undefined) return null;
  return retryAt({ policy: policy.retry, call, attempt, now, random: Math.random() });
}
